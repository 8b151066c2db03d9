import { lifecycleSchema } from '../../../shared/contract-reviews';
import { succeeded } from '../../../shared/errors';
import { withGuidance } from '../../core/approval';
import { checkExpiry } from '../expiry';
import type { CommandContext, CommandHandlers, QueryHandlers } from '../handler';
import { checkAutomations } from '../health';
import type { HealthSurvey } from '../health-survey';

/** Automations that one command expires or warns of at most; the rest follow in the next. */
const EXPIRY_BATCH_SIZE = 200;

const DEFAULT_PAGE_SIZE = 100;

/** The health check and the timers beside it (spec/governance.md sections 8 and 9). */
export const reviewCommands: CommandHandlers<'health.check' | 'automations.checkExpiry'> = {
  'health.check'(context) {
    const survey = context.prepared as HealthSurvey;
    return succeeded({ findingCount: survey.steadyFindings + checkAutomations(context, survey) });
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
