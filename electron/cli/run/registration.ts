import type { Caller } from '../../client/client';
import { Refusal } from '../../client/failure';
import { runsOf } from './runs';

/** The run that a command is to be. */
export type RunOrder = {
  readonly automationId: string;
  /** A queued run to go on with; a new one is started without it. */
  readonly runId?: string | undefined;
  /** What the event stream names when the run has to stop. */
  readonly sessionId: string;
  /** What is set aside before the command starts, in dollars. */
  readonly reserve?: { readonly usageId: string; readonly usd: number } | undefined;
};

/**
 * Makes the run known and reports it running; answers its id. Throws Refusal when it may not begin, and then reports a run that
 * was queued for it as blocked. `onRun` hears the id as soon as there is one.
 */
export async function registerRun(caller: Caller, order: RunOrder, onRun: (runId: string) => void): Promise<string> {
  const runs = runsOf(caller);
  const runId = order.runId ?? (await runs.queue(order.automationId)).run_id;
  onRun(runId);
  try {
    if (order.reserve !== undefined) {
      await runs.charge(runId, 'reserve', { usage_id: order.reserve.usageId, cost_usd: order.reserve.usd });
    }
    await runs.report(runId, { status: 'running', active_session_ids: [order.sessionId] });
  } catch (error) {
    if (error instanceof Refusal && order.runId === undefined) {
      // It would wait for ever for someone to begin it. That this fails as well changes nothing for the caller.
      await runs.report(runId, { status: 'blocked', detail: error.message }).catch(() => undefined);
    }
    throw error;
  }
  return runId;
}

/** Names the process of a run that has begun, or that it runs again after a resume; throws Refusal when it may not go on. */
export async function reportRunning(
  caller: Caller,
  runId: string,
  ids: { readonly sessionId: string; readonly instanceId: string },
): Promise<void> {
  await runsOf(caller).report(runId, {
    status: 'running',
    active_session_ids: [ids.sessionId],
    active_instance_ids: [ids.instanceId],
  });
}
