import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { InputOf } from '../../../shared/contract/contract';
import { effectiveLimits } from '../../../shared/contract/limits';
import { type Refusal, type Result, refusal, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext, SomeCommands } from '../../kernel/handler';
import { canonicalHash, textHash } from '../../kernel/store/canonical-json';
import { haltOf } from '../agents/facts';
import { agentIdOf, denied, findVisible } from '../automations/access';
import { bindingAgentIds, lineageOf, noteSeen, stateOwnLineage } from '../lineage/effects';
import { tellCallOf } from '../sessions/effects';
import { judgedOf, makeRule, ruleOfRequest, ruleThatDecides } from '../tool-rules/effects';
import { settleByRule, settleWaiting } from './by-rule';
import { answer, applied, decide } from './effects';
import { duplicateKeyOf, findVisibleApproval, sentForms } from './facts';
import { approvalEvent, cancelApproval, consumeApproval, expireApproval, mayActFor, openApproval } from './rules';
import { lackOfVouch } from './vouched';

/** Pending approvals that one batch expires at most; the rest follow in the next. */
const EXPIRE_BATCH_SIZE = 500;

const SETTLED_BEFORE_RULE = 'This request was decided already, so no standing rule was made of it.';

/** approval.request, approve, deny, cancel, consume and expiry (spec/governance.md section 7). */
export const approvalCommands = {
  'approval.request'(context, input) {
    const { store, caller, now, ids } = context;
    const unseen = lackOfSight(context, input);
    if (unseen !== undefined) return { ok: false, refusal: unseen };
    const agentId = agentIdOf(caller);
    const sent = sentForms(input);
    const duplicateKey = duplicateKeyOf(input, sent);
    const ancestorIds = lineageOf(context, caller);
    const actionHash = sent.action === undefined ? undefined : textHash(sent.action);
    const rule = ruleThatDecides(
      context,
      judgedOf(context, {
        ...input,
        requestedBy: caller.actor,
        ancestorIds: [...ancestorIds],
        context: input.context ?? {},
        ...defined({ actionHash }),
      }),
    );
    const opened = openApproval(
      input,
      {
        requestedBy: caller.actor,
        ancestorIds,
        duplicate: store.approvals.findPendingDuplicate(caller.actor, duplicateKey),
        pendingOfAgent:
          agentId === undefined || rule !== undefined
            ? 0
            : store.approvals.pendingCountOfAgent(caller.ownerId ?? agentId),
        pendingOfToken:
          caller.tokenKey === undefined || rule !== undefined
            ? 0
            : store.approvals.pendingCountOfToken(caller.tokenKey),
        limits: effectiveLimits(store.limits.current(), agentId === undefined ? {} : store.agents.overridesOf(agentId)),
        approvalId: `apr_${ids.uuid().replaceAll('-', '')}`,
        actionHash,
      },
      now,
    );
    if (!opened.ok) return opened;
    const { approval, isNew } = opened.value;
    if (isNew) {
      const unkept = stateOwnLineage(context);
      if (unkept !== undefined) return unkept;
      if (agentId !== undefined) noteSeen(context, agentId);
      store.approvals.insert(approval, duplicateKey, caller.tokenKey);
      tellCallOf(context, approval, 'ask');
      context.emit({ ...approvalEvent('approval.requested', approval), knownForms: { request: sent } });
    }
    return answer(context, rule === undefined ? approval : settleByRule(context, approval, rule));
  },

  'approval.approve'(context, { rule, ...input }) {
    const { approvalId } = input;
    const before = context.store.approvals.find(approvalId);
    const outcome = decide(context, approvalId, { ...input, verdict: 'approved' }, input);
    if (rule === undefined || before === undefined || !outcome.ok) return outcome;
    // Nothing is decided here that was not already; a rule beside that would go unseen.
    if (before.status !== 'pending') return refused('GOVERNANCE_APPROVAL_SETTLED', { sentence: SETTLED_BEFORE_RULE });
    const wanted = ruleOfRequest(context, before, rule);
    if (!wanted.ok) return wanted;
    const made = makeRule(context, { ...wanted.value, approvalId });
    if (!made.ok) return made;
    return succeeded({ ...outcome.value, toolRule: made.value, settled: settleWaiting(context) });
  },
  'approval.deny': (context, input) => decide(context, input.approvalId, { ...input, verdict: 'denied' }),

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
    const expired = store.approvals.due(now, EXPIRE_BATCH_SIZE).map((approval) => expireApproval(approval, now));
    for (const approval of expired) {
      store.approvals.update(approval);
      emit(approvalEvent('approval.expired', approval));
    }
    return succeeded({ count: expired.length });
  },
} satisfies SomeCommands;

/**
 * Why an agent may not ask for a look at this, or for its end: it may not see what that is about, so it does not exist for it
 * (section 7). Else the answer would tell of it, and the operator's would be about somebody else's.
 */
function lackOfSight(
  context: CommandContext,
  { requestType, targetResource: { type, id } }: InputOf<'approval.request'>,
): Refusal | undefined {
  const agentId = agentIdOf(context.caller);
  const isAboutLife = requestType === 'lifecycle_review' || requestType === 'retirement_action';
  if (agentId === undefined || !isAboutLife) return undefined;
  if (type === 'agent') return id === agentId ? undefined : refusal('AGENT_NOT_FOUND');
  if (type !== 'automation') return undefined;
  const found = findVisible(context, id);
  return found.ok ? undefined : found.refusal;
}

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
