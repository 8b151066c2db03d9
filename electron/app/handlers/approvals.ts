import type { Approval, ApprovalRecord } from '../../../shared/approval';
import { approvalSchema } from '../../../shared/approval';
import { type Refusal, type Result, refused, succeeded } from '../../../shared/errors';
import type { EventName, GovernanceEvent } from '../../../shared/events';
import { effectiveLimits } from '../../../shared/limits';
import { isTerminal } from '../../../shared/run';
import type { ToolRule } from '../../../shared/tool-rule';
import { encodeWire } from '../../../shared/wire';
import { without } from '../../../shared/without';
import {
  agentsThatSee,
  type Change,
  cancelApproval,
  consumeApproval,
  type Decision,
  decideApproval,
  expireApproval,
  mayActFor,
  openApproval,
  withGuidance,
} from '../../core/approval';
import { keptLineage } from '../../core/lineage';
import { newAgent } from '../../store/agents';
import { canonicalHash } from '../../store/canonical-json';
import { findVisibleApproval } from '../approval-access';
import { decisionEffects, type RetirementAction } from '../approval-effects';
import { agentIdOf } from '../automation-access';
import { duplicateKeyOf } from '../duplicate-key';
import type { CommandContext, CommandHandlers, CommandOutcome } from '../handler';
import { lackOfVouch } from '../vouched-approval';
import { approvedByRule, makeRule, noteUse, ruleScopeOf, ruleThatAllows } from '../tool-rules';

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
    const agentId = agentIdOf(caller);
    const duplicateKey = duplicateKeyOf(input);
    const known = agentId === undefined ? undefined : (store.agents.find(agentId) ?? newAgent(agentId, now));
    const recorded = known?.ancestorIds ?? [];
    const ancestorIds = keptLineage(recorded, caller.ancestorIds);
    const actionHash = input.action === undefined ? undefined : canonicalHash(input.action);
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
        duplicate: agentId === undefined ? undefined : store.approvals.findPendingDuplicate(agentId, duplicateKey),
        pendingOfAgent:
          agentId === undefined || rule !== undefined
            ? 0
            : store.approvals.pendingCountOfAgent(caller.ownerId ?? agentId),
        limits: effectiveLimits(store.limits.current(), known?.overrides ?? {}),
        approvalId: `apr_${ids.uuid().replaceAll('-', '')}`,
        actionHash,
      },
      now,
    );
    if (!opened.ok) return opened;
    const { approval, isNew } = opened.value;
    if (isNew) {
      if (known !== undefined) store.agents.save({ ...known, ancestorIds: [...ancestorIds], lastSeenAtMs: now });
      store.approvals.insert(approval, duplicateKey);
      context.emit(event('approval.requested', approval, encodeWire(approvalSchema, approval)));
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
      event('approval.cancelled', approval, {
        approval_id: approval.approvalId,
        revision: approval.revision,
        ...(reason !== undefined && { reason }),
      }),
    );
  },

  'approval.consume'(context, { approvalId, action }) {
    const found = findOwn(context, approvalId);
    if (!found.ok) return found;
    const unvouched = lackOfVouch(context, found.value);
    if (unvouched !== undefined) return unvouched;
    return applied(context, consumeApproval(found.value, canonicalHash(action), context.now), (approval) =>
      event('approval.consumed', approval, {
        approval_id: approval.approvalId,
        revision: approval.revision,
        action_hash: approval.actionHash,
      }),
    );
  },

  'approvals.expireDue'({ store, now, emit }) {
    const expired = store.approvals.due(now, EXPIRE_BATCH_SIZE).map((approval) => expireApproval(approval, now));
    for (const approval of expired) {
      store.approvals.update(approval);
      const { approvalId, revision, expiresAtMs } = approval;
      emit(event('approval.expired', approval, { approval_id: approvalId, revision, expires_at_ms: expiresAtMs }));
    }
    return succeeded({ count: expired.length });
  },
};

/** Approves what was just asked in the name of the rule's maker, with a use of the rule. */
function approveByRule(context: CommandContext, pending: ApprovalRecord, rule: ToolRule): ApprovalRecord {
  const approval = approvedByRule(pending, rule, context.now);
  context.store.approvals.update(approval);
  context.emit({
    ...event('approval.approved', approval, {
      approval_id: approval.approvalId,
      revision: approval.revision,
      expires_at_ms: approval.expiresAtMs,
      notes: approval.reviewNotes,
      tool_rule_id: rule.ruleId,
      ...(approval.actionHash !== undefined && { action_hash: approval.actionHash }),
    }),
    actor: rule.createdBy,
  });
  noteUse(context, rule, approval.approvalId);
  return approval;
}

function decide(
  context: CommandContext,
  approvalId: string,
  decision: Decision,
  retirement: RetirementAction = {},
): CommandOutcome<{ approval: Approval }> {
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
  const outcome = applied(context, change, (decided) =>
    event(decided.status === 'approved' ? 'approval.approved' : 'approval.denied', decided, {
      approval_id: decided.approvalId,
      revision: decided.revision,
      expires_at_ms: decided.expiresAtMs,
      ...(decided.reviewNotes !== undefined && { notes: decided.reviewNotes }),
      ...(decided.actionHash !== undefined && { action_hash: decided.actionHash }),
      ...(decided.onlyRunId !== undefined && { only_run_id: decided.onlyRunId }),
      ...(retirement.action !== undefined && { action: retirement.action }),
    }),
  );
  if (!change.ok || !change.value.isChanged) return outcome;
  const effects = decisionEffects(context, change.value.approval, retirement);
  return effects.ok ? outcome : effects;
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
  const run = store.runs.find(runId);
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

function event(name: EventName, approval: ApprovalRecord, payload: unknown): GovernanceEvent {
  const { type, id } = approval.targetResource;
  return {
    name,
    payload: payload as Readonly<Record<string, unknown>>,
    subjects: {
      agentIds: agentsThatSee(approval),
      approvalId: approval.approvalId,
      ...(type === 'automation' && { automationId: id }),
    },
  };
}

function findOwn(
  { store, caller }: CommandContext,
  approvalId: string,
): { readonly ok: true; readonly value: ApprovalRecord } | { readonly ok: false; readonly refusal: Refusal } {
  const found = findVisibleApproval(store.approvals, caller, approvalId);
  if (!found.ok || mayActFor(found.value, caller.actor, caller.role === 'engine')) return found;
  return refused('FORBIDDEN', { sentence: 'Only the one who asked can withdraw or use this approval.' });
}
