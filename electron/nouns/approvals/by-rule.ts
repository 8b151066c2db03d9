import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { ToolRule } from '../../../shared/contract/tool-rule';
import type { CommandContext } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { tellCallOf } from '../sessions/effects';
import { decidedByRule, judgedOf, noteUse, ruleThatDecides } from '../tool-rules/effects';
import { applied } from './effects';
import { approvalEvent, consumeApproval } from './rules';

/** Decides a request in the name of the rule's maker, with a use of the rule (spec/judgement.md section 6). */
export function settleByRule(context: CommandContext, pending: ApprovalRecord, rule: ToolRule): ApprovalRecord {
  const approval = decidedByRule(pending, rule, context.now);
  context.store.approvals.update(approval, pending);
  const name = approval.status === 'denied' ? 'approval.denied' : 'approval.approved';
  context.emit(approvalEvent(name, approval, { by: rule.createdBy }));
  noteUse(context, rule, approval.approvalId);
  return approval;
}

/** Uses what a rule has approved in this very command; the log has it with the same commit, so there is nothing yet to hold it against. */
export function consumeAtOnce(context: CommandContext, approval: ApprovalRecord, action: unknown): boolean {
  const used = consumeApproval(approval, canonicalHash(action), context.now);
  if (!used.ok) return false;
  tellCallOf(context, approval, 'allow');
  return applied(context, used, (consumed) => approvalEvent('approval.consumed', consumed)).ok;
}

/** Decides what waits and is covered now that there are new rules; answers how many requests that were. */
export function settleWaiting(context: CommandContext): number {
  let settled = 0;
  for (const pending of context.store.toolCalls.waiting()) {
    // Each use of a rule is counted, so the rule is found anew.
    const rule = ruleThatDecides(context, judgedOf(context, pending));
    if (rule === undefined) continue;
    settleByRule(context, pending, rule);
    settled++;
  }
  return settled;
}
