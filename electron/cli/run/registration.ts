import { ask } from '../client';
import type { Caller } from '../common-options';
import { Refusal } from '../failure';
import type { WireRun } from './watch';

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
  { connection, agentId }: Caller,
  order: RunOrder,
  onRun: (runId: string) => void,
): Promise<string> {
  const post = async (path: string, body: unknown, method: 'POST' | 'PATCH' = 'POST') =>
    (await ask(connection, { method, path, body, agentId })) as { readonly run: WireRun };
  let { runId } = order;
  if (runId === undefined) {
    const automation = encodeURIComponent(order.automationId);
    runId = (await post(`/automations/v2/${automation}/run_now`, { trigger_type: 'gatehouse_run' })).run.run_id;
  }
  onRun(runId);
  const path = `/automations/v2/runs/${encodeURIComponent(runId)}`;
  try {
    if (order.reserve !== undefined) {
      await post(`${path}/reserve`, { usage_id: order.reserve.usageId, cost_usd: order.reserve.usd });
    }
    await post(path, { status: 'running', active_session_ids: [order.sessionId] }, 'PATCH');
  } catch (error) {
    if (error instanceof Refusal && order.runId === undefined) {
      // It would wait for ever for someone to begin it. That this fails as well changes nothing for the caller.
      await post(path, { status: 'blocked', detail: error.message }, 'PATCH').catch(() => undefined);
    }
    throw error;
  }
  return runId;
}

/** Names the process of a run that has begun, or that it runs again after a resume; throws Refusal when it may not go on. */
export async function reportRunning(
  { connection, agentId }: Caller,
  runId: string,
  ids: { readonly sessionId: string; readonly instanceId: string | undefined },
): Promise<void> {
  const body = {
    status: 'running',
    active_session_ids: [ids.sessionId],
    ...(ids.instanceId !== undefined && { active_instance_ids: [ids.instanceId] }),
  };
  await ask(connection, { method: 'PATCH', path: `/automations/v2/runs/${encodeURIComponent(runId)}`, body, agentId });
}
