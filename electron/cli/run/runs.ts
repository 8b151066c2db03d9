import type { Run } from '../../../shared/contract/run';
import type { Wire } from '../../../shared/kernel/wire-type';
import { type ApiRequest, ask, type HttpCaller } from '../../client/client';
import { ApiRefusal } from '../../client/failure';

/** A run as it is answered; its other fields do not matter here. */
export type WireRun = Wire<Pick<Run, 'runId' | 'status' | 'stopReason' | 'pauseReason' | 'detail'>>;

/** The runs of one caller, over HTTP. Everything rejects with Refusal, or with Unreachable. */
export function runsOf(caller: HttpCaller) {
  const sent = async (request: ApiRequest) => ((await ask(caller, request)) as { readonly run: WireRun }).run;
  const at = (runId: string) => `/automations/v2/runs/${encodeURIComponent(runId)}`;
  return {
    /** Queues a run of an automation, which waits until it is reported as running. */
    queue: (automationId: string) =>
      sent({
        method: 'POST',
        path: `/automations/v2/${encodeURIComponent(automationId)}/run_now`,
        body: { trigger_type: 'gatehouse_run' },
      }),
    find: (runId: string, signal: AbortSignal) => sent({ path: at(runId), signal }),
    report: (runId: string, body: unknown) => sent({ method: 'PATCH', path: at(runId), body }),
    /** Sets money aside for a run, or charges it. */
    charge: (runId: string, how: 'reserve' | 'spend', body: unknown) =>
      sent({ method: 'POST', path: `${at(runId)}/${how}`, body }),
  };
}

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
export async function registerRun(
  caller: HttpCaller,
  order: RunOrder,
  onRun: (runId: string) => void,
): Promise<string> {
  const runs = runsOf(caller);
  const runId = order.runId ?? (await runs.queue(order.automationId)).run_id;
  onRun(runId);
  try {
    if (order.reserve !== undefined) {
      await runs.charge(runId, 'reserve', { usage_id: order.reserve.usageId, cost_usd: order.reserve.usd });
    }
    await runs.report(runId, { status: 'running', active_session_ids: [order.sessionId] });
  } catch (error) {
    if (error instanceof ApiRefusal && order.runId === undefined) {
      // It would wait for ever for someone to begin it. That this fails as well changes nothing for the caller.
      await runs.report(runId, { status: 'blocked', detail: error.message }).catch(() => undefined);
    }
    throw error;
  }
  return runId;
}

/** Names the process of a run that has begun, or that it runs again after a resume; throws Refusal when it may not go on. */
export async function reportRunning(
  caller: HttpCaller,
  runId: string,
  ids: { readonly sessionId: string; readonly instanceId: string },
): Promise<void> {
  await runsOf(caller).report(runId, {
    status: 'running',
    active_session_ids: [ids.sessionId],
    active_instance_ids: [ids.instanceId],
  });
}
