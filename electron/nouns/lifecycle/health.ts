import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import { defined, type JsonObject } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { ownRequests } from '../effects';
import { endSilentSessions } from '../sessions/effects';
import { askForRetirement, checkExpiry } from './expiry';
import { type Asked, askedFor, type CheckContext, type Checked, saveChecked } from './findings';
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
    (sum, automationId) => sum + (ifReadable(() => checkAndSave(context, automationId)) ?? 0),
    0,
  );
  for (const agent of store.agents.needingReview('', Number.MAX_SAFE_INTEGER)) {
    const lapsed = lapsedRequest(context, agent.review?.reviewRequestId);
    if (lapsed === undefined || agent.review === undefined) continue;
    const { approvalId, changes } = askAgain(context, lapsed);
    for (const change of changes) change(context);
    store.agents.save({ ...agent, review: { ...agent.review, reviewRequestId: approvalId, updatedAtMs: now } });
  }
  endSilentSessions(context);
  store.timers.set('health_check', now);
  // What comes into its warning window between the survey and now has not been looked at.
  store.timers.set('expiry_warned_until', surveyedAtMs + store.limits.current().expirationWarningWindowMs);
  return count;
}

function checkAndSave(context: CommandContext, automationId: string): number {
  const found = checkOne(context, automationId);
  if (found === undefined) return 0;
  saveChecked(context, found.before, found.checked);
  return found.checked.count;
}

/** What the check makes of one automation: of its runs, its expiry, and what nobody decided; undefined where it does not look. */
export function checkOne(
  context: CheckContext,
  automationId: string,
): { readonly before: GovernanceRecord; readonly checked: Checked } | undefined {
  const before = context.store.records.find(automationId);
  // What is retired runs no more, and the operator has looked at it.
  if (before === undefined || before.deletedAtMs !== undefined || before.retiredAtMs !== undefined) return undefined;
  const ofRuns = checkRuns(context, before);
  const ofExpiry = checkExpiry(context, ofRuns.record);
  const again = askedAgain(context, ofExpiry.record);
  return {
    before,
    checked: {
      record: again.record,
      count: ofRuns.count + ofExpiry.count,
      fresh: [...ofRuns.fresh, ...ofExpiry.fresh],
      changes: [...ofRuns.changes, ...ofExpiry.changes, ...again.changes],
    },
  };
}

function checkRuns(context: CheckContext, record: GovernanceRecord): Checked {
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
  if (newest === undefined) return { record: checked, count, fresh, changes: [] };
  const isDenied = fresh.length === 0 && isDeniedSince(context, record, newest.automationRunId);
  const asked = isDenied ? undefined : askForReview(context, record, count);
  const reviewRequestId = asked?.approvalId ?? record.reviewRequestId;
  return {
    count,
    fresh,
    changes: asked?.changes ?? [],
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
function isDeniedSince({ store }: CheckContext, record: GovernanceRecord, newestRunId: string | undefined): boolean {
  const { reviewRequestId: reviewId } = record;
  const review = reviewId === undefined ? undefined : ifReadable(() => store.approvals.find(reviewId));
  const newest = newestRunId === undefined ? undefined : ifReadable(() => store.runs.find(newestRunId));
  if (review?.status !== 'denied' || newest === undefined) return false;
  return (newest.finishedAtMs ?? newest.updatedAtMs) <= (review.reviewedAtMs ?? 0);
}

/** Asks for a look at an automation, unless that is asked already. */
function askForReview(context: CheckContext, { automationId }: GovernanceRecord, findingCount: number): Asked {
  const target = { type: 'automation', id: automationId } as const;
  return askedFor(context, ownRequests(context, 'lifecycle_review', target, 'pending')[0], {
    requestType: 'lifecycle_review',
    source: 'automation_health_check',
    target,
    rationale: `The health check found ${findingCount === 1 ? 'a problem' : `${findingCount} problems`} in the recent runs of this automation.`,
    context: { trigger: 'health_drift', automationID: automationId, findingCount },
  });
}

/** The record with what nobody decided in time asked again (section 7, Expiry). */
function askedAgain(context: CheckContext, record: GovernanceRecord): Pick<Checked, 'record' | 'changes'> {
  if (!record.reviewRequired) return { record, changes: [] };
  const lapsed = lapsedRequest(context, record.reviewRequestId);
  const target = { type: 'automation', id: record.automationId } as const;
  if (lapsed !== undefined && ownRequests(context, 'lifecycle_review', target, 'pending').length === 0) {
    const { approvalId, changes } = askAgain(context, lapsed);
    return { record: { ...record, reviewRequestId: approvalId }, changes };
  }
  const expired = record.healthFindings.find(({ kind }) => kind === 'expired');
  if (expired === undefined || lapsedRequest(context, expired.approvalId) === undefined) return { record, changes: [] };
  const { approvalId, changes } = askForRetirement(context, record, 'expired');
  const healthFindings = record.healthFindings.map((finding) =>
    finding === expired ? { ...finding, approvalId } : finding,
  );
  return { record: { ...record, healthFindings }, changes };
}

/** A request that nobody decided in time, also where that is not written yet. */
function lapsedRequest({ store, now }: CheckContext, approvalId: string | undefined): ApprovalRecord | undefined {
  // Nobody can say of one that cannot be read that it has lapsed.
  const approval = approvalId === undefined ? undefined : ifReadable(() => store.approvals.find(approvalId));
  const isLapsed = approval?.status === 'expired' || (approval?.status === 'pending' && approval.expiresAtMs <= now);
  return isLapsed ? approval : undefined;
}

function askAgain(context: CheckContext, lapsed: ApprovalRecord): Asked {
  return askedFor(context, undefined, {
    requestType: lapsed.requestType,
    source: lapsed.requestedBy.source ?? 'automation_health_check',
    target: { type: lapsed.targetResource.type === 'agent' ? 'agent' : 'automation', id: lapsed.targetResource.id },
    rationale: lapsed.rationale,
    context: lapsed.context as JsonObject,
  });
}
