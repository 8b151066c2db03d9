import type { ApprovalRecord } from '../../../shared/contract/approval';
import { isGatehouse } from '../../../shared/kernel/actor';
import { type Refusal, refused } from '../../../shared/kernel/errors';
import type { CommandContext } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { reviewUnadopted } from '../automations/adoption';
import { fieldOf, pauseRunsOf } from '../effects';
import { extendAutomation, pauseForLifecycle, retireAutomation } from '../lifecycle/effects';
import { acknowledgeAgentReview, acknowledgeAutomationReview, tellRecordUpdated } from '../lifecycle/reviews';
import { acknowledgedTriggers } from '../lifecycle/rules-review';
import { liftSpendPause } from '../spend/pause';

/** What the operator wants to become of an automation whose retirement was asked about. */
export type RetirementAction = { readonly action?: 'extend' | 'retire'; readonly expiresAtMs?: number };

type Outcome = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

const done: Outcome = { ok: true };

/**
 * What a decision sets off (spec/governance.md section 7, Effects), in the transaction of the decision. Approved
 * capabilities, depths and overrides have no effect here: the rules find them while they are unexpired. What needs a row that
 * cannot be read is left undone: the decision stands all the same, and its answer names the row.
 */
export function decisionEffects(context: CommandContext, approval: ApprovalRecord, given: RetirementAction): Outcome {
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
  { action, expiresAtMs }: RetirementAction,
): Outcome {
  if (action === undefined) return done;
  if (approval.targetResource.type !== 'automation') return refused('AUTOMATION_V2_NOT_FOUND');
  const { id } = approval.targetResource;
  const by = {
    actor: context.caller.actor,
    ...(approval.reviewNotes !== undefined && { reason: approval.reviewNotes }),
  };
  const outcome = ifReadable(() =>
    action === 'retire'
      ? retireAutomation(context, id, by)
      : extendAutomation(context, id, { ...by, ...(expiresAtMs !== undefined && { expiresAtMs }) }),
  );
  return outcome ?? done;
}
