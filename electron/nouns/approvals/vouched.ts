import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { RequestType } from '../../../shared/contract/request-kinds';
import type { CommandContext } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { approvalFacts, differingFacts } from '../audit/facts';
import { startLogFacts } from '../audit/log-facts';
import { type Denied, denied } from '../automations/access';

type Source = { readonly store: Pick<ReadStore, 'approvals' | 'audit'>; readonly now: number };

/**
 * The fields in which an approval is not what the audit log says of it: what was asked, who decided what, until when, and whether it
 * was used. Empty where all agrees. One indexed read of the few rows about it, so that it can be asked before each use.
 */
export function unvouchedFields(
  { store: { audit } }: Pick<Source, 'store'>,
  approval: ApprovalRecord,
): readonly string[] {
  const log = startLogFacts();
  for (const row of audit.ofApproval(approval.approvalId)) log.take(row);
  const entry = log.find('approval', approval.approvalId);
  // An import of before there were facts told of nothing; what it brought stays usable, and verification counts it.
  if (entry === undefined) return audit.hasBlindImport() ? [] : ['approval_id'];
  return differingFacts(entry.facts, approvalFacts(approval)).map(({ field }) => field);
}

/** The agent's approvals of this type that are approved, unexpired and what the log says: those that stand until they expire. */
export function standingApprovals(
  source: Source,
  agentId: string,
  requestType: RequestType,
): readonly ApprovalRecord[] {
  return source.store.approvals
    .about('agent', agentId, requestType, 'approved')
    .filter((approval) => approval.expiresAtMs > source.now && unvouchedFields(source, approval).length === 0);
}

/** Why an approval may not be used: it is not what the log says. The log is told of it, and through it the operator. */
export function lackOfVouch(context: CommandContext, approval: ApprovalRecord): Denied | undefined {
  const fields = approval.status === 'approved' ? unvouchedFields(context, approval) : [];
  if (fields.length === 0) return undefined;
  const about = { action: 'approval.consume', approvalId: approval.approvalId };
  return denied(context.caller.actor, 'GOVERNANCE_APPROVAL_NOT_VOUCHED', { fields }, about);
}
