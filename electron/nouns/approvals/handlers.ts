import type { Approval, ApprovalRecord } from '../../../shared/contract/approval';
import type { InputOf } from '../../../shared/contract/contract';
import { type Refusal, type Result, refusal, refused, succeeded } from '../../../shared/kernel/errors';
import type { GovernanceEvent } from '../../../shared/events';
import { effectiveLimits } from '../../../shared/contract/limits';
import { isTerminal } from '../../../shared/contract/run';
import type { ToolRule } from '../../../shared/contract/tool-rule';
import type { UnreadableRow } from '../../../shared/kernel/unreadable';
import { without } from '../../../shared/kernel/without';
import {
  type Change,
  cancelApproval,
  consumeApproval,
  type Decision,
  decideApproval,
  expireApproval,
  mayActFor,
  openApproval,
  withGuidance,
} from './rules';
import { canonicalHash, textHash } from '../../kernel/store/canonical-json';
import { ifReadable } from '../../kernel/store/unreadable';
import { findVisibleApproval } from './access';
import { othersOfCard } from './cards';
import { decisionEffects, type RetirementAction } from './outcomes';
import { approvalEvent } from './events';
import { agentIdOf, denied, findVisible } from '../automations/access';
import { duplicateKeyOf, sentForms } from './duplicate-key';
import { haltOf } from '../agents/halts';
import type { CommandContext, CommandHandlers, CommandOutcome } from '../../kernel/handler';
import { bindingAgentIds, lineageOf, noteSeen, stateOwnLineage } from '../lineage/effects';
import { approvedByRule, makeRule, noteUse, ruleScopeOf, ruleThatAllows } from '../tool-rules/effects';
import { whatWasUnreadable } from '../../kernel/unreadable-answers';
import { lackOfVouch } from './vouched';

/** Pending approvals that one batch expires at most; the rest follow in the next. */
const EXPIRE_BATCH_SIZE = 500;

const SETTLED_BEFORE_RULE = 'This request was decided already, so no standing rule was made of it.';

/** approval.request, approve, deny, cancel, consume and expiry (spec/governance.md section 7). */
export const approvalCommands: CommandHandlers<
  | 'approval.request'
  | 'approval.approve'
  | 'approval.deny'
  | 'approval.cancel'
  | 'approval.consume'
  | 'approvals.expireDue'
> = {
  'approval.request'(context, input) {
    const { store, caller, now, ids } = context;
    const unseen = lackOfSight(context, input);
    if (unseen !== undefined) return { ok: false, refusal: unseen };
    const agentId = agentIdOf(caller);
    const sent = sentForms(input);
    const duplicateKey = duplicateKeyOf(input, sent);
    const ancestorIds = lineageOf(context, caller);
    const actionHash = sent.action === undefined ? undefined : textHash(sent.action);
    const rule = ruleThatAllows(context, {
      ...input,
      requestedBy: caller.actor,
      ancestorIds: [...ancestorIds],
      context: input.context ?? {},
      ...(actionHash !== undefined && { actionHash }),
    });
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
      context.emit({ ...approvalEvent('approval.requested', approval), knownForms: { request: sent } });
    }
    return answer(rule === undefined ? approval : approveByRule(context, approval, rule), now);
  },

  'approval.approve'(context, { rule, ...input }) {
    const { approvalId } = input;
    const before = context.store.approvals.find(approvalId);
    const outcome = decide(context, approvalId, { ...input, verdict: 'approved' }, input);
    if (rule === undefined || before === undefined || !outcome.ok) return outcome;
    // Nothing is decided here that was not already; a rule beside that would go unseen.
    if (before.status !== 'pending') return refused('GOVERNANCE_APPROVAL_SETTLED', { sentence: SETTLED_BEFORE_RULE });
    const scope = ruleScopeOf(before, rule);
    if (!scope.ok) return scope;
    const made = makeRule(context, scope.value, { duration: rule.duration, approvalId });
    return made.ok ? succeeded({ ...outcome.value, toolRule: made.value }) : made;
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
    return (
      haltOfUse(context, found.value) ??
      applied(context, used, (approval) => approvalEvent('approval.consumed', approval))
    );
  },

  'approvals.expireDue'({ store, now, emit }) {
    const expired = store.approvals.due(now, EXPIRE_BATCH_SIZE).map((approval) => expireApproval(approval, now));
    for (const approval of expired) {
      store.approvals.update(approval);
      emit(approvalEvent('approval.expired', approval));
    }
    return succeeded({ count: expired.length });
  },
};

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

/** Approves what was just asked in the name of the rule's maker, with a use of the rule. */
function approveByRule(context: CommandContext, pending: ApprovalRecord, rule: ToolRule): ApprovalRecord {
  const approval = approvedByRule(pending, rule, context.now);
  context.store.approvals.update(approval);
  context.emit(approvalEvent('approval.approved', approval, { by: rule.createdBy }));
  noteUse(context, rule, approval.approvalId);
  return approval;
}

function decide(
  context: CommandContext,
  approvalId: string,
  decision: Decision,
  retirement: RetirementAction = {},
): CommandOutcome<{ approval: Approval; unreadable?: UnreadableRow[] }> {
  const { store, caller, now } = context;
  const approval = store.approvals.find(approvalId);
  if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
  if (retirement.action !== undefined && approval.requestType !== 'retirement_action') {
    return refused('VALIDATION_FAILED', { issues: [{ path: 'action', message: 'is for a retirement_action only' }] });
  }
  const problem = approval.status === 'pending' ? runProblem(context, approval, decision.onlyRunId) : undefined;
  if (problem !== undefined)
    return refused('VALIDATION_FAILED', { issues: [{ path: 'only_run_id', message: problem }] });
  const facts = { actor: caller.actor, limits: store.limits.current() };
  // With `extend`, the instant that is given is the automation's, not the approval's.
  const exact = retirement.action === 'extend' ? without(decision, 'expiresAtMs') : decision;
  const change = decideApproval(approval, exact, facts, now);
  const outcome = applied(context, change, (decided) => decisionEvent(decided, retirement.action));
  if (!change.ok || !change.value.isChanged) return outcome;
  decideOthersOfCard(context, change.value.approval, exact);
  const effects = decisionEffects(context, change.value.approval, retirement);
  if (!effects.ok) return effects;
  return outcome.ok ? succeeded({ ...outcome.value, ...whatWasUnreadable(context) }) : outcome;
}

function decisionEvent(decided: ApprovalRecord, action?: RetirementAction['action']): GovernanceEvent {
  const name = decided.status === 'approved' ? 'approval.approved' : 'approval.denied';
  return approvalEvent(name, decided, action === undefined ? {} : { action });
}

/**
 * Decides what the operator saw on the same card as this: an agent's own request to lift its cap, and Gatehouse's. No override
 * holds longer than the one that was looked at.
 */
function decideOthersOfCard(context: CommandContext, decided: ApprovalRecord, decision: Decision): void {
  const { store, caller, now } = context;
  const facts = { actor: caller.actor, limits: store.limits.current() };
  for (const other of othersOfCard(store.approvals, decided)) {
    const expiresAtMs = Math.min(other.expiresAtMs, decided.expiresAtMs);
    const change = decideApproval(other, { ...without(decision, 'revision'), expiresAtMs }, facts, now);
    applied(context, change, (approval) => decisionEvent(approval));
  }
}

/** Why a spend override cannot be for this run alone; undefined where it can, or is for none. */
function runProblem(
  { store }: CommandContext,
  approval: ApprovalRecord,
  runId: string | undefined,
): string | undefined {
  if (runId === undefined) return undefined;
  const { requestType, targetResource } = approval;
  if (requestType !== 'quota_override' || targetResource.type !== 'agent') return 'is for the spend of an agent only';
  const run = ifReadable(() => store.runs.find(runId));
  if (run === undefined || isTerminal(run.status)) return 'must be a run that is not over';
  const isPaying = store.records.lineageAgents(run.automationId).includes(targetResource.id);
  return isPaying ? undefined : `must be a run that ${targetResource.id} pays for`;
}

/** Writes a change and its event, or answers what stands unchanged. */
function applied(
  { store, now, emit }: CommandContext,
  change: Result<Change>,
  eventOf: (approval: ApprovalRecord) => GovernanceEvent,
): CommandOutcome<{ approval: Approval }> {
  if (!change.ok) return change;
  const { approval, isChanged } = change.value;
  if (isChanged) {
    store.approvals.update(approval);
    emit(eventOf(approval));
  }
  return answer(approval, now);
}

function answer(approval: ApprovalRecord, now: number): CommandOutcome<{ approval: Approval }> {
  return succeeded({ approval: withGuidance(approval, now) });
}

function findOwn(
  { store, caller }: CommandContext,
  approvalId: string,
): { readonly ok: true; readonly value: ApprovalRecord } | { readonly ok: false; readonly refusal: Refusal } {
  const found = findVisibleApproval(store.approvals, caller, approvalId);
  if (!found.ok || mayActFor(found.value, caller.actor, caller.role === 'engine')) return found;
  return refused('FORBIDDEN', { sentence: 'Only the one who asked can withdraw or use this approval.' });
}
