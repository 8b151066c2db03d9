import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { Payload } from '../../../shared/events';
import { type HttpCaller, headersOf, readBody } from '../../client/client';
import { ApiRefusal, isPassing, Unreachable } from '../../client/failure';
import type { StopCause } from './run-machine';
import { runsOf } from './runs';

/** What is watched, and who is told. */
export type Watch = {
  /** Looks anew each time where Gatehouse is. */
  readonly find: () => HttpCaller;
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
  if (error instanceof ApiRefusal) onStopped({ by: 'refusal', code: error.code, reason: error.message });
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

/** An event of the stream: the audit row as it is streamed, with its name. */
export type StreamedEvent = {
  readonly seq: number;
  readonly name: string;
  readonly payload: Payload;
};

/** What is heard. */
type StreamListener = { readonly onOpen: () => void; readonly onEvent: (event: StreamedEvent) => void };

/** Gatehouse comments every 15 s; a stream that is silent for this long is dead, in milliseconds. */
const SILENCE_MS = 40_000;

/**
 * Listens to GET /governance/events after a seq (from now on without one) until the stream ends: then it rejects with
 * Unreachable, or with Refusal when it was not let in, or with the signal's reason.
 */
function listen(
  caller: HttpCaller,
  afterSeq: number | undefined,
  { onOpen, onEvent }: StreamListener,
  signal: AbortSignal,
): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.aborted ? (signal.reason as Error) : new Unreachable('The event stream ended.'));
    const sent = httpRequest(new URL('/governance/events', caller.url), {
      agent: false,
      timeout: SILENCE_MS,
      signal,
      headers: {
        ...headersOf(caller),
        accept: 'text/event-stream',
        ...(afterSeq !== undefined && { 'last-event-id': String(afterSeq) }),
      },
    });
    sent.on('timeout', () => sent.destroy(new Error('silence')));
    sent.on('error', end);
    sent.on('response', (response) => {
      response.on('error', end);
      if (response.statusCode !== 200) {
        readBody(response).then((body = {}) => reject(new ApiRefusal(response.statusCode ?? 0, body)), end);
        return;
      }
      response.setEncoding('utf8');
      const take = frames(onEvent);
      response.on('data', take);
      response.on('end', end);
      onOpen();
    });
    sent.end();
  });
}

/** Hears what arrives, in parts of any size, and tells of each event. */
export function frames(onEvent: StreamListener['onEvent']): (text: string) => void {
  const parser = createParser({
    onEvent({ id, event: name, data }) {
      if (id === undefined || name === undefined) return;
      const payload = payloadIn(data);
      if (payload !== undefined) onEvent({ seq: Number(id), name, payload });
    },
  });
  return (text) => parser.feed(text);
}

function payloadIn(data: string): Payload | undefined {
  try {
    const { payload } = JSON.parse(data) as { payload: Payload };
    return payload;
  } catch {
    // Not from Gatehouse; the run is asked for every few seconds anyway.
    return undefined;
  }
}
