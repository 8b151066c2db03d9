import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Caller } from '../../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { canonicalJson, textHash } from '../../kernel/store/canonical-json';
import { agentIdOf } from '../automations/access';
import { spendCapActor } from '../spend/pause';
import { isVisibleToAgent } from './rules';
import type { ApprovalsReader } from './store';

/** An approval, if the caller may see it: to an agent, what it may not see does not exist (spec/api.md section 2). */
export function findVisibleApproval(
  approvals: ApprovalsReader,
  caller: Caller,
  approvalId: string,
): Result<ApprovalRecord> {
  const approval = approvals.find(approvalId);
  const agentId = agentIdOf(caller);
  if (approval === undefined || (agentId !== undefined && !isVisibleToAgent(approval, agentId))) {
    return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
  }
  return succeeded(approval);
}

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

type Request = Pick<ApprovalRecord, 'requestType' | 'targetResource' | 'rationale'> & {
  readonly context?: unknown;
  readonly action?: unknown;
};

/** The canonical forms of what an agent sent along, each of which may be a megabyte: they are written once, and hashed in several ways. */
export type SentForms = { readonly context: string; readonly action?: string };

/** The canonical forms of a request's context and act. */
export function sentForms({ context, action }: Pick<Request, 'context' | 'action'>): SentForms {
  return {
    context: canonicalJson(context ?? {}),
    ...(action !== undefined && { action: canonicalJson(action) }),
  };
}

/** What two requests of one agent have in common when they ask the same (spec/governance.md section 7, Duplicates). */
export function duplicateKeyOf(request: Request, { context, action = '' }: SentForms = sentForms(request)): string {
  const asked = [request.requestType, request.targetResource, request.rationale].map(canonicalJson);
  // The canonical form of a list; an act stands in a list of its own, so that none differs from every one.
  return textHash(`[${asked.join(',')},${context},[${action}]]`);
}
