import type { ApprovalRecord } from '../../../shared/contract/approval';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import type { CommandContext, SomeCommands } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { haltOf } from '../agents/facts';
import { denied } from '../automations/access';
import { bindingAgentIds } from '../lineage/effects';
import { tellCallOf } from '../sessions/effects';
import { makeRule, ruleOfRequest } from '../tool-rules/effects';
import { settleWaiting } from './by-rule';
import { applied, decide } from './effects';
import { findVisibleApproval } from './facts';
import { requestApproval } from './request';
import { approvalEvent, cancelApproval, consumeApproval, expireApproval, mayActFor } from './rules';
import { lackOfVouch } from './vouched';

/** Pending approvals that one batch expires at most; the rest follow in the next. */
const EXPIRE_BATCH_SIZE = 500;

const SETTLED_BEFORE_RULE = 'This request was decided already, so no standing rule was made of it.';

/** approval.request, approve, deny, cancel, consume and expiry (spec/governance.md section 7). */
export const approvalCommands = {
  'approval.request': requestApproval,

  'approval.approve'(context, { rule, ...input }) {
    const { approvalId } = input;
    const before = context.store.approvals.find(approvalId);
    const outcome = decide(context, before, { ...input, verdict: 'approved' }, input);
    if (rule === undefined || before === undefined || !outcome.ok) return outcome;
    // Nothing is decided here that was not already; a rule beside that would go unseen.
    if (before.status !== 'pending') return refused('GOVERNANCE_APPROVAL_SETTLED', { sentence: SETTLED_BEFORE_RULE });
    const wanted = ruleOfRequest(context, before, rule);
    if (!wanted.ok) return wanted;
    const made = makeRule(context, { ...wanted.value, approvalId });
    if (!made.ok) return made;
    return succeeded({ ...outcome.value, toolRule: made.value, settled: settleWaiting(context) });
  },
  'approval.deny': (context, input) =>
    decide(context, context.store.approvals.find(input.approvalId), { ...input, verdict: 'denied' }),

  'approval.cancel'(context, { approvalId, reason }) {
    const found = findOwn(context, approvalId);
    if (!found.ok) return found;
    return applied(context, cancelApproval(found.value, reason, context.now), (approval) =>
      approvalEvent('approval.cancelled', approval),
    );
  },

  'approval.consume'(context, { approvalId, action }) {
    const found = findOwn(context, approvalId);
    if (!found.ok) return found;
    const unvouched = lackOfVouch(context, found.value);
    if (unvouched !== undefined) return unvouched;
    const used = consumeApproval(found.value, canonicalHash(action), context.now);
    if (!used.ok) return used;
    const halted = haltOfUse(context, found.value);
    if (halted !== undefined) return halted;
    tellCallOf(context, found.value, 'allow');
    return applied(context, used, (approval) => approvalEvent('approval.consumed', approval));
  },

  'approvals.expireDue'({ store, now, emit }) {
    const due = store.approvals.due(now, EXPIRE_BATCH_SIZE);
    for (const approval of due) {
      const expired = expireApproval(approval, now);
      store.approvals.update(expired, approval);
      emit(approvalEvent('approval.expired', expired));
    }
    return succeeded({ count: due.length });
  },

  'approvals.index': ({ store }) => succeeded({ count: store.approvalWords.index() }),
} satisfies SomeCommands;

const HALTED_USE = {
  AUTOMATION_V2_AGENT_CREATION_PAUSED:
    'The operator has paused this agent, or one above it. The approval stands: use it once they are resumed, if it has not expired.',
  AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED:
    'The weekly spend cap has stopped this agent, or one above it. The approval stands: use it once that is lifted, if it has not expired.',
} as const;

/** Why an approval cannot be used now although it is approved: its asker, or one above it, is paused or spend-stopped (section 7). */
function haltOfUse(context: CommandContext, { approvalId, requestedBy, ancestorIds }: ApprovalRecord) {
  if (requestedBy.kind !== 'agent' || requestedBy.actorId === undefined) return undefined;
  const bound = new Set([...bindingAgentIds(context.store, requestedBy.actorId), ...ancestorIds]);
  const halt = haltOf(context, [...bound]);
  if (halt === undefined) return undefined;
  const refused = denied(context.caller.actor, halt.code, halt.facts, { action: 'approval.consume', approvalId });
  return { ...refused, refusal: { ...refused.refusal, sentence: HALTED_USE[halt.code] } };
}

function findOwn({ store, caller }: CommandContext, approvalId: string): Result<ApprovalRecord> {
  const found = findVisibleApproval(store.approvals, caller, approvalId);
  if (!found.ok || mayActFor(found.value, caller.actor, caller.role === 'engine')) return found;
  return refused('FORBIDDEN', { sentence: 'Only the one who asked can withdraw or use this approval.' });
}
