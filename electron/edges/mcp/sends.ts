import type { Approval } from '../../../shared/contract/approval';
import type { InputOf } from '../../../shared/contract/contract';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import type { JsonObject } from '../../../shared/kernel/fields';
import type { Send } from '../../kernel/door';
import type { McpCaller } from './tool';

/** How long one call of wait_for_approval waits at most, in milliseconds (spec/api.md section 3). */
export const LONGEST_WAIT_MS = 45_000;

/** The approval that was asked for; one that is approved at once says how it is used. */
export async function requestApproval(send: Send, { caller }: McpCaller, input: JsonObject): Promise<Result<unknown>> {
  const asked = await send(caller, 'approval.request', input as InputOf<'approval.request'>);
  return asked.ok ? succeeded({ approval: withStep(asked.value.approval) }) : asked;
}

/**
 * The approval as it is; while it is pending, as soon as it is not, or when the wait is over. With the act, an approved one is
 * used up for it (.github/decisions/0018).
 */
export async function waitForApproval(
  send: Send,
  { caller, walk }: McpCaller,
  input: JsonObject,
): Promise<Result<unknown>> {
  const { signal } = walk;
  const { approvalId, waitMs = LONGEST_WAIT_MS, action } = input as InputOf<'approvals.get'> & { action?: unknown };
  const found = await send(caller, 'approvals.get', { approvalId, waitMs }, { signal });
  if (!found.ok || found.value.approval.status !== 'approved') return found;
  const { approval } = found.value;
  // Whoever has left cannot act on it any more, so nothing is used up for them.
  if (action === undefined || signal.aborted) return succeeded({ approval: withStep(approval) });
  const used = await send(caller, 'approval.consume', { approvalId, action });
  if (!used.ok) return used.refusal.code === 'GOVERNANCE_APPROVAL_NOT_CONSUMABLE' ? found : used;
  const sentence = `${approval.guidance.sentence} It is used up for this act: do it now, exactly once.`;
  return succeeded({ approval: { ...used.value.approval, guidance: { canAskAgain: false, sentence } } });
}

/** An approved act that can still be used up says how to. */
function withStep(approval: Approval): Approval {
  const { status, actionHash, consumedAtMs, guidance } = approval;
  if (status !== 'approved' || actionHash === undefined || consumedAtMs !== undefined || guidance.canAskAgain) {
    return approval;
  }
  const step = 'Before you act, call wait_for_approval with the same action: that uses it up, once.';
  return { ...approval, guidance: { ...guidance, sentence: `${guidance.sentence} ${step}` } };
}

/** What the caller may still do; only an agent has an allowance. */
export function ownAllowance(send: Send, { caller }: McpCaller): Promise<Result<unknown>> {
  const { kind, actorId } = caller.actor;
  if (kind !== 'agent' || actorId === undefined) return Promise.resolve(refused('AUTOMATION_V2_AGENT_ID_REQUIRED'));
  return send(caller, 'agent.allowance', { agentId: actorId });
}

/** A run that the caller carries out itself, so it is running as soon as it is there (.github/decisions/0018). */
export async function startRun(send: Send, { caller }: McpCaller, input: JsonObject): Promise<Result<unknown>> {
  const queued = await send(caller, 'automation.run', { triggerType: 'mcp', ...input } as InputOf<'automation.run'>);
  if (!queued.ok || queued.value.dryRun) return queued;
  const begun = await send(caller, 'run.report', { runId: queued.value.run.runId, status: 'running' });
  return begun.ok ? succeeded({ ...queued.value, run: begun.value.run }) : begun;
}
