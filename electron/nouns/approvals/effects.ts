import type { Approval, ApprovalRecord } from '../../../shared/contract/approval';
import { isTerminal } from '../../../shared/contract/run';
import type { GovernanceEvent } from '../../../shared/events';
import { invalid, type Refused, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined, fieldOf, without } from '../../../shared/kernel/fields';
import { isGatehouse } from '../../../shared/kernel/own-source';
import type { UnreadableRow } from '../../../shared/kernel/unreadable';
import type { CommandContext, CommandOutcome } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { whatWasUnreadable } from '../../kernel/thrown';
import { reviewUnadopted } from '../automations/adoption';
import { pauseRunsOf } from '../effects';
import { extendAutomation, pauseForLifecycle, retireAutomation } from '../lifecycle/effects';
import { acknowledgeAgentReview, acknowledgeAutomationReview, tellRecordUpdated } from '../lifecycle/reviews';
import { acknowledgedTriggers } from '../lifecycle/rules-review';
import { liftSpendPause } from '../spend/pause';
import { othersOfCard } from './facts';
import { type ApprovalChange, approvalEvent, type Decision, decideApproval } from './rules';
import { shown } from './shown';

/** Decides an approval as it is stored, and what is on the same card with it (section 7); the effects of the decision follow in the same transaction. */
export function decide(
  context: CommandContext,
  approval: ApprovalRecord | undefined,
  decision: Decision,
  retirement: RetirementTerms = {},
): CommandOutcome<{ approval: Approval; unreadable?: UnreadableRow[] }> {
  const { store, caller, now } = context;
  if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
  if (retirement.action !== undefined && approval.requestType !== 'retirement_action') {
    return invalid('action', 'is for a retirement_action only');
  }
  const problem = approval.status === 'pending' ? runProblem(context, approval, decision.onlyRunId) : undefined;
  if (problem !== undefined) return invalid('only_run_id', problem);
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

function decisionEvent(decided: ApprovalRecord, action?: RetirementTerms['action']): GovernanceEvent {
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
export function applied(
  context: CommandContext,
  change: Result<ApprovalChange>,
  eventOf: (approval: ApprovalRecord) => GovernanceEvent,
): CommandOutcome<{ approval: Approval }> {
  if (!change.ok) return change;
  const { approval, before, isChanged } = change.value;
  if (isChanged) {
    context.store.approvals.update(approval, before);
    context.emit(eventOf(approval));
  }
  return answer(context, approval);
}

/** An approval as it is answered. */
export function answer(
  context: Pick<CommandContext, 'store' | 'caller' | 'now'>,
  approval: ApprovalRecord,
): CommandOutcome<{ approval: Approval }> {
  return succeeded({ approval: shown(context, approval) });
}

/** What the operator wants to become of an automation whose retirement was asked about. */
export type RetirementTerms = { readonly action?: 'extend' | 'retire'; readonly expiresAtMs?: number };

type Outcome = { readonly ok: true } | Refused;

const done: Outcome = { ok: true };

/**
 * What a decision sets off (spec/governance.md section 7, Effects), in the transaction of the decision. Approved
 * capabilities, depths and overrides have no effect here: the rules find them while they are unexpired. What needs a row that
 * cannot be read is left undone: the decision stands all the same, and its answer names the row.
 */
export function decisionEffects(context: CommandContext, approval: ApprovalRecord, given: RetirementTerms): Outcome {
  const { type, id } = approval.targetResource;
  const isApproved = approval.status === 'approved';
  switch (approval.requestType) {
    case 'lifecycle_review':
      if (type === 'automation') return automationReviewed(context, approval);
      if (
        isApproved &&
        type === 'agent' &&
        !isStrangers(context, approval) &&
        triggerOf(approval) === 'creation_quota'
      ) {
        acknowledgeAgentReview(context, id, approval.reviewNotes);
      }
      return done;
    case 'quota_override':
      // For one run alone, the cap stops the agent as before; the run's own reports and reservations find the override.
      if (isApproved && type === 'agent' && approval.onlyRunId === undefined) {
        liftSpendPause(context, id, 'quota override approved');
      }
      return done;
    case 'retirement_action':
      return isApproved ? retirementDecided(context, approval, given) : done;
    default:
      return done;
  }
}

function automationReviewed(context: CommandContext, approval: ApprovalRecord): Outcome {
  const automationId = approval.targetResource.id;
  const record = ifReadable(() => context.store.records.find(automationId));
  if (record === undefined) reviewUnadopted(context, approval);
  const isDenied = approval.status === 'denied';
  const isCurrent = record?.reviewRequestId === approval.approvalId;
  // Whatever else somebody asks about an automation, a "no" to it is not about the automation.
  if (isDenied && !isGatehouse(approval.requestedBy) && !isCurrent) return done;
  if (isDenied && record?.deletedAtMs === undefined) {
    // Also where the record cannot be read: what runs is stopped first of all.
    pauseRunsOf(context, automationId, {
      stopKind: 'operator_stopped',
      reason: 'the operator denied the review of this automation',
      lifecycleEvent: 'run_paused_governance',
    });
  }
  if (record === undefined || record.deletedAtMs !== undefined) return done;
  if (isDenied) {
    pauseForLifecycle(context, record);
    tellRecordUpdated(context, automationId, { pausedForLifecycle: true, approvalId: approval.approvalId });
    return done;
  }
  const isAnswered = record.reviewRequestId === undefined ? !isStrangers(context, approval) : isCurrent;
  if (isAnswered && acknowledgedTriggers.some((kind) => kind === triggerOf(approval))) {
    acknowledgeAutomationReview(context, automationId, approval.reviewNotes);
  }
  return done;
}

/**
 * Whether an agent asked this about what it may not see: nothing of that changes by the answer. No new request is such (section 7);
 * older ones can be.
 */
function isStrangers(
  { store }: CommandContext,
  { requestedBy, targetResource: { type, id } }: ApprovalRecord,
): boolean {
  if (requestedBy.kind !== 'agent') return false;
  const agentId = requestedBy.actorId ?? '';
  return type === 'automation' ? !store.automations.isVisibleTo(id, agentId) : id !== agentId;
}

function triggerOf({ context }: ApprovalRecord): unknown {
  return fieldOf(context, 'trigger');
}

function retirementDecided(
  context: CommandContext,
  approval: ApprovalRecord,
  { action, expiresAtMs }: RetirementTerms,
): Outcome {
  if (action === undefined) return done;
  if (approval.targetResource.type !== 'automation') return refused('AUTOMATION_V2_NOT_FOUND');
  const { id } = approval.targetResource;
  const by = {
    actor: context.caller.actor,
    ...defined({ reason: approval.reviewNotes }),
  };
  const outcome = ifReadable(() =>
    action === 'retire'
      ? retireAutomation(context, id, by)
      : extendAutomation(context, id, { ...by, ...defined({ expiresAtMs }) }),
  );
  return outcome ?? done;
}
