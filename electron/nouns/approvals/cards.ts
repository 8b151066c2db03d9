import type { ApprovalRecord } from '../../../shared/contract/approval';
import { spendCapActor } from '../spend/pause';
import type { ApprovalsReader } from './store';

/**
 * The pending requests that the operator sees on one card with this one, so that deciding it decides them: an agent's own
 * requests to lift its cap, and Gatehouse's for the same agent. INVARIANT: the store's `isOnAnothersCard` says the same.
 */
export function othersOfCard(
  approvals: Pick<ApprovalsReader, 'about'>,
  approval: ApprovalRecord,
): readonly ApprovalRecord[] {
  const { approvalId, requestType, targetResource } = approval;
  if (requestType !== 'quota_override' || targetResource.type !== 'agent') return [];
  const isOfCard = (one: ApprovalRecord) => isGuardrails(one) || isOwnOverride(one);
  if (!isOfCard(approval)) return [];
  const all = approvals.about('agent', targetResource.id, 'quota_override', 'pending').filter(isOfCard);
  // Without Gatehouse's request each of the agent's has a card of its own.
  if (![approval, ...all].some(isGuardrails)) return [];
  return all.filter((other) => other.approvalId !== approvalId);
}

/** Whether Gatehouse asks, because a cap stopped the agent. */
function isGuardrails({ requestedBy: { kind, source } }: ApprovalRecord): boolean {
  return kind === 'system' && source === spendCapActor.source;
}

/** Whether an agent asks to lift its own cap. */
function isOwnOverride({ requestedBy, targetResource }: ApprovalRecord): boolean {
  return requestedBy.kind === 'agent' && requestedBy.actorId === targetResource.id;
}
