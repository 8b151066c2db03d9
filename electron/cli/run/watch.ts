import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from '../../client/client';
import { isPassing, Refusal } from '../../client/failure';
import { listen, type StreamedEvent } from '../event-stream';
import type { StopCause } from './run-machine';
import { runsOf } from './runs';

/** What is watched, and who is told. */
export type Watch = {
  /** Looks anew each time where Gatehouse is. */
  readonly find: () => Caller;
  readonly runId: string;
  readonly onStopped: (cause: Exclude<StopCause, { by: 'signal' }>) => void;
  /** The run waits for an engine again: it was paused and resumed while nobody listened. */
  readonly onQueued: () => void;
  readonly signal: AbortSignal;
};

/** The stream is quicker; this finds what it does not carry, in milliseconds. */
const POLL_INTERVAL_MS = 5_000;
const RECONNECT_PAUSE_MS = 500;

/** Watches a run until the signal aborts, and tells when it has to stop, also when that happened while Gatehouse was away. */
export async function watchRun(watch: Watch): Promise<void> {
  await Promise.all([followStream(watch), pollAgain(watch)]).catch((error: unknown) => {
    if (!watch.signal.aborted) throw error;
  });
}

async function followStream(watch: Watch): Promise<void> {
  const { find, runId, signal } = watch;
  let lastSeq: number | undefined;
  while (!signal.aborted) {
    try {
      await listen(
        find(),
        lastSeq,
        {
          // Whatever happened before the stream began, or while it was broken.
          onOpen: () => void look(watch),
          onEvent(event) {
            lastSeq = event.seq;
            if (event.payload['runID'] !== runId) return;
            const cause = stopIn(event);
            if (cause === undefined) void look(watch);
            else watch.onStopped(cause);
          },
        },
        signal,
      );
    } catch (error) {
      tellRefusal(watch, error);
    }
    await delay(RECONNECT_PAUSE_MS, undefined, { signal });
  }
}

async function pollAgain(watch: Watch): Promise<void> {
  while (!watch.signal.aborted) {
    await delay(POLL_INTERVAL_MS, undefined, { signal: watch.signal });
    await look(watch);
  }
}

/** Asks once how the run stands; that nobody answers says nothing. */
async function look(watch: Watch): Promise<void> {
  try {
    const run = await runsOf(watch.find()).find(watch.runId, watch.signal);
    const cause = stopOf(run.status, run.stop_reason ?? run.pause_reason ?? run.detail);
    if (cause !== undefined) watch.onStopped(cause);
    else if (run.status === 'queued') watch.onQueued();
  } catch (error) {
    tellRefusal(watch, error);
  }
}

/** A run that nobody can stop any more has to stop: its token was revoked, or it is gone. */
function tellRefusal({ signal, onStopped }: Watch, error: unknown): void {
  if (signal.aborted || isPassing(error)) return;
  if (error instanceof Refusal) onStopped({ by: 'refusal', code: error.code, reason: error.message });
}

/** Whether an event about the run stops it: a pause of it, of its automation or of its agents, a hard stop, a cancellation. */
export function stopIn({ name, payload }: StreamedEvent): ReturnType<typeof stopOf> {
  const reason = payload['reason'] ?? payload['detail'];
  if (name === 'run.paused') return stopOf('paused', reason);
  if (name === 'run.finished') return stopOf(payload['status'], reason);
  return undefined;
}

function stopOf(status: unknown, reason: unknown): Extract<StopCause, { by: 'gatehouse' }> | undefined {
  // What was reported as completed or failed was reported by the command itself: it ends when it ends.
  if (status !== 'paused' && status !== 'pausing' && status !== 'cancelled') return undefined;
  const why = typeof reason === 'string' && reason !== '' ? reason : `the run was ${status}`;
  return { by: 'gatehouse', status, reason: why };
}
