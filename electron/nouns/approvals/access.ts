import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Caller } from '../../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { agentIdOf } from '../automations/access';
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
