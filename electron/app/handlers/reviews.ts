import { lifecycleSchema } from '../../../shared/contract-reviews';
import { refused, succeeded } from '../../../shared/errors';
import { withGuidance } from '../../core/approval';
import { isAcknowledgeable } from '../../core/review';
import { checkExpiry } from '../expiry';
import type { CommandContext, CommandHandlers, QueryHandlers } from '../handler';
import { checkAutomations } from '../health';
import type { HealthSurvey } from '../health-survey';
import { acknowledgeAutomationReview } from '../reviews';
import { approvalCommands } from './approvals';

/** Automations that one command expires or warns of at most; the rest follow in the next. */
const EXPIRY_BATCH_SIZE = 200;

const DEFAULT_PAGE_SIZE = 100;

const END_IS_ASKED = 'This is about its end: extend the automation, or retire it.';
const NEW_FINDING = 'Something new was found since you looked. Look at it before you acknowledge.';

/** The operator's look at an automation, the health check and the timers beside it (spec/governance.md sections 6, 8 and 9). */
export const reviewCommands: CommandHandlers<'automation.acknowledge' | 'health.check' | 'automations.checkExpiry'> = {
  'automation.acknowledge'(context, { automationId, findingIds, notes }) {
    const { store, now } = context;
    const found = store.automations.find(automationId);
    const record = store.records.find(automationId);
    if (found === undefined || found.deletion !== undefined) return refused('AUTOMATION_V2_NOT_FOUND');
    if (record === undefined) return refused('AUTOMATION_V2_GOVERNANCE_MISSING');
    if (!record.reviewRequired) return succeeded({ isChanged: false });
    if (!isAcknowledgeable(record)) return refused('AUTOMATION_V2_LIFECYCLE_BLOCKED', { sentence: END_IS_ASKED });
    if (record.healthFindings.some(({ findingId }) => !findingIds.includes(findingId))) {
      return refused('GOVERNANCE_APPROVAL_CHANGED', { sentence: NEW_FINDING });
    }
    const request = record.reviewRequestId === undefined ? undefined : store.approvals.find(record.reviewRequestId);
    if (request?.status === 'pending' && request.expiresAtMs > now) {
      const { approvalId, revision } = request;
      const approve = approvalCommands['approval.approve'];
      const approved = approve(context, { approvalId, revision, ...(notes !== undefined && { notes }) });
      if (!approved.ok) return approved;
    }
    // What was asked is denied, expired or gone, so nobody can approve it; the operator has looked all the same.
    if (store.records.find(automationId)?.reviewRequired === true) acknowledgeAutomationReview(context, automationId);
    return succeeded({ isChanged: true });
  },

  'health.check'(context) {
    const { toCheck, steadyFindings } = context.prepared as HealthSurvey;
    return succeeded({ findingCount: steadyFindings + checkAutomations(context, toCheck) });
  },

  'automations.checkExpiry'(context) {
    const { store, now } = context;
    const warnedUntil = store.timers.last('expiry_warned_until') ?? 0;
    const horizon = now + store.limits.current().expirationWarningWindowMs;
    const over = store.records.expiring(-1, now, EXPIRY_BATCH_SIZE);
    const { soon, until } = comingToTheirEnd(context, Math.max(now, warnedUntil), horizon);
    const count = [...over, ...soon].reduce((sum, record) => sum + checkExpiry(context, record), 0);
    if (until > warnedUntil) store.timers.set('expiry_warned_until', until);
    return succeeded({ count });
  },
};

/** About a batch of the records that expire between two instants, all of its last instant included, and up to which that is. */
function comingToTheirEnd({ store }: CommandContext, afterMs: number, untilMs: number) {
  const batch = store.records.expiring(afterMs, untilMs, EXPIRY_BATCH_SIZE);
  const until = batch.length < EXPIRY_BATCH_SIZE ? untilMs : (batch.at(-1)?.expiresAtMs ?? untilMs);
  return { soon: store.records.expiring(afterMs, until, Number.MAX_SAFE_INTEGER), until };
}

/** reviews.list (spec/api.md section 2). */
export const reviewQueries: QueryHandlers<'reviews.list'> = {
  'reviews.list'({ store, now }, { limit = DEFAULT_PAGE_SIZE }) {
    const agentCreationReviews = store.agents
      .needingReview()
      .slice(0, limit)
      .flatMap(({ review }) => review ?? []);
    const automationLifecycleReviews = store.records.needingLook(limit).map((record) => ({
      automationId: record.automationId,
      creatorId: record.provenance.creator.actorId ?? 'unknown',
      review: lifecycleSchema.parse(record),
    }));
    const pendingApprovals = (['lifecycle_review', 'retirement_action'] as const)
      .flatMap((requestType) => store.approvals.list({ requestType, status: 'pending', limit }).approvals)
      .sort((one, other) => other.updatedAtMs - one.updatedAtMs)
      .slice(0, limit)
      .map((approval) => withGuidance(approval, now));
    return succeeded({
      agentCreationReviews,
      automationLifecycleReviews,
      pendingApprovals,
      count: agentCreationReviews.length + automationLifecycleReviews.length + pendingApprovals.length,
    });
  },
};
