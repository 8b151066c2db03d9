import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { openSystemApproval, ownRequests } from '../effects';
import { askForRetirement, checkExpiry } from './expiry';
import { type Checked, saveChecked } from './findings';
import { healthWindow, mergedFindings, observeRuns } from './rules-health';

/**
 * Looks at these automations, which were found at an instant before, and at every agent's review that nobody decided (section 9).
 * Answers the findings.
 */
export function checkAutomations(
  context: CommandContext,
  { surveyedAtMs, toCheck }: { readonly surveyedAtMs: number; readonly toCheck: readonly string[] },
): number {
  const { store, now } = context;
  const count = toCheck.reduce(
    (sum, automationId) => sum + (ifReadable(() => checkOne(context, automationId)) ?? 0),
    0,
  );
  for (const agent of store.agents.needingReview('', Number.MAX_SAFE_INTEGER)) {
    const lapsed = lapsedRequest(context, agent.review?.reviewRequestId);
    if (lapsed === undefined || agent.review === undefined) continue;
    const { approvalId } = askAgain(context, lapsed);
    store.agents.save({ ...agent, review: { ...agent.review, reviewRequestId: approvalId, updatedAtMs: now } });
  }
  store.timers.set('health_check', now);
  // What comes into its warning window between the survey and now has not been looked at.
  store.timers.set('expiry_warned_until', surveyedAtMs + store.limits.current().expirationWarningWindowMs);
  return count;
}

/** The check of one automation: its runs, its expiry, and what nobody decided. Answers the findings that hold. */
export function checkOne(context: CommandContext, automationId: string): number {
  const record = context.store.records.find(automationId);
  // What is retired runs no more, and the operator has looked at it.
  if (record === undefined || record.deletedAtMs !== undefined || record.retiredAtMs !== undefined) return 0;
  const ofRuns = checkRuns(context, record);
  const ofExpiry = checkExpiry(context, ofRuns.record);
  saveChecked(context, record, {
    record: askedAgain(context, ofExpiry.record),
    count: ofRuns.count + ofExpiry.count,
    fresh: [...ofRuns.fresh, ...ofExpiry.fresh],
  });
  return ofRuns.count + ofExpiry.count;
}

function checkRuns(context: CommandContext, record: GovernanceRecord): Checked {
  const { store, now, ids } = context;
  const limits = store.limits.current();
  const runs = store.runs.newest(record.automationId, healthWindow(limits));
  const observations = observeRuns(runs, limits, record.lastReviewedAtMs);
  const { findings, fresh } = mergedFindings(
    record.healthFindings,
    observations,
    ['health_drift'],
    now,
    () => `finding-${ids.uuid()}`,
  );
  const count = observations.length;
  const [newest] = observations;
  const checked: GovernanceRecord = { ...record, healthFindings: [...findings] };
  if (newest === undefined) return { record: checked, count, fresh };
  const isDenied = fresh.length === 0 && isDeniedSince(context, record, newest.automationRunId);
  const reviewRequestId = isDenied ? record.reviewRequestId : askForReview(context, record, count).approvalId;
  return {
    count,
    fresh,
    record: {
      ...checked,
      reviewRequired: true,
      // As in one check the expiry has the last word, it has it in later ones too.
      reviewKind: record.expiredAtMs === undefined ? 'health_drift' : 'expired',
      reviewRequestedAtMs: record.reviewRequestedAtMs ?? now,
      ...defined({ reviewRequestId }),
    },
  };
}

/** Whether the operator denied the record's review, and no run has ended since: then the same is not asked again (decision 11). */
function isDeniedSince({ store }: CommandContext, record: GovernanceRecord, newestRunId: string | undefined): boolean {
  const { reviewRequestId: reviewId } = record;
  const review = reviewId === undefined ? undefined : ifReadable(() => store.approvals.find(reviewId));
  const newest = newestRunId === undefined ? undefined : ifReadable(() => store.runs.find(newestRunId));
  if (review?.status !== 'denied' || newest === undefined) return false;
  return (newest.finishedAtMs ?? newest.updatedAtMs) <= (review.reviewedAtMs ?? 0);
}

/** Asks for a look at an automation, unless that is asked already. */
function askForReview(
  context: CommandContext,
  { automationId }: GovernanceRecord,
  findingCount: number,
): ApprovalRecord {
  const target = { type: 'automation', id: automationId } as const;
  return (
    ownRequests(context, 'lifecycle_review', target, 'pending')[0] ??
    openSystemApproval(context, {
      requestType: 'lifecycle_review',
      source: 'automation_health_check',
      target,
      rationale: `The health check found ${findingCount === 1 ? 'a problem' : `${findingCount} problems`} in the recent runs of this automation.`,
      context: { trigger: 'health_drift', automationID: automationId, findingCount },
    })
  );
}

/** The record with what nobody decided in time asked again (section 7, Expiry). */
function askedAgain(context: CommandContext, record: GovernanceRecord): GovernanceRecord {
  if (!record.reviewRequired) return record;
  const lapsed = lapsedRequest(context, record.reviewRequestId);
  const target = { type: 'automation', id: record.automationId } as const;
  if (lapsed !== undefined && ownRequests(context, 'lifecycle_review', target, 'pending').length === 0) {
    return { ...record, reviewRequestId: askAgain(context, lapsed).approvalId };
  }
  const expired = record.healthFindings.find(({ kind }) => kind === 'expired');
  if (expired === undefined || lapsedRequest(context, expired.approvalId) === undefined) return record;
  const { approvalId } = askForRetirement(context, record, 'expired');
  const healthFindings = record.healthFindings.map((finding) =>
    finding === expired ? { ...finding, approvalId } : finding,
  );
  return { ...record, healthFindings };
}

/** A request that nobody decided in time, also where that is not written yet. */
function lapsedRequest({ store, now }: CommandContext, approvalId: string | undefined): ApprovalRecord | undefined {
  // Nobody can say of one that cannot be read that it has lapsed.
  const approval = approvalId === undefined ? undefined : ifReadable(() => store.approvals.find(approvalId));
  const isLapsed = approval?.status === 'expired' || (approval?.status === 'pending' && approval.expiresAtMs <= now);
  return isLapsed ? approval : undefined;
}

function askAgain(context: CommandContext, lapsed: ApprovalRecord): ApprovalRecord {
  return openSystemApproval(context, {
    requestType: lapsed.requestType,
    source: lapsed.requestedBy.source ?? 'automation_health_check',
    target: { type: lapsed.targetResource.type === 'agent' ? 'agent' : 'automation', id: lapsed.targetResource.id },
    rationale: lapsed.rationale,
    context: lapsed.context as Readonly<Record<string, unknown>>,
  });
}
