import type { ToldCall } from '../../../shared/contract/session';
import { defined } from '../../../shared/kernel/fields';
import { isMissed } from '../../../shared/missed';
import type { QueryContext } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';

/** The calls with what became of each request for one, for the operator. */
export function withDecisions({ store, caller }: QueryContext, calls: readonly ToldCall[]): ToldCall[] {
  if (caller.role !== 'operator') return [...calls];
  const approvals = store.approvals.outcomes(calls.flatMap(({ approvalId }) => approvalId ?? []));
  return calls.map((call) => {
    const approval = approvals.get(call.approvalId ?? '');
    if (approval === undefined) return call;
    const { status, reviewedBy, toolRuleId, reviewNotes, cancelReason } = approval;
    const rule = toolRuleId === undefined ? undefined : ifReadable(() => store.toolRules.find(toolRuleId));
    const decision = {
      status,
      isMissed: isMissed(approval),
      ...defined({ reviewedBy, toolRuleId, reviewNotes, cancelReason }),
      ...(rule !== undefined && { rule: { pattern: rule.pattern, ...defined({ toolName: rule.toolName }) } }),
    };
    return { ...call, decision };
  });
}
