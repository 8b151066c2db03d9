import type { CreationReview, GovernanceRecord, ReviewKind } from '../../../shared/contract/governance';
import { defined, without } from '../../../shared/kernel/fields';

/** A review's state after something was counted, and whether that asks for the operator's look. */
export type Count<T> = { readonly value: T; readonly isDue: boolean };

/** The reviews of automations whose approval acknowledges them (spec/governance.md section 7, Effects). */
export const acknowledgedTriggers: readonly ReviewKind[] = ['run_drift', 'health_drift', 'dependency_revoked'];

/** Counts a creation by an agent (section 6); the threshold of 0 never asks for a review, but still counts. */
export function countedCreation(
  review: CreationReview | undefined,
  agentId: string,
  threshold: number,
  now: number,
): Count<CreationReview> {
  const before = review ?? { agentId, createdSinceReview: 0, reviewRequired: false, updatedAtMs: now };
  const counted = { ...before, createdSinceReview: before.createdSinceReview + 1, updatedAtMs: now };
  if (counted.reviewRequired || threshold === 0 || counted.createdSinceReview < threshold) {
    return { value: counted, isDue: false };
  }
  return {
    value: { ...counted, reviewRequired: true, reviewKind: 'creation_quota', reviewRequestedAtMs: now },
    isDue: true,
  };
}

/** The operator has looked at what an agent created: counting begins again (section 6, Acknowledging). */
export function acknowledgedCreations(review: CreationReview, notes: string | undefined, now: number): CreationReview {
  return {
    agentId: review.agentId,
    createdSinceReview: 0,
    reviewRequired: false,
    lastReviewedAtMs: now,
    ...defined({ lastReviewNotes: notes }),
    updatedAtMs: now,
  };
}

/** Counts a run that is over, which is a look at the automation (section 6); a threshold of 0 never asks, but still counts. */
export function countedRun(record: GovernanceRecord, threshold: number, now: number): Count<GovernanceRecord> {
  const counted = { ...record, runsSinceReview: record.runsSinceReview + 1, healthLastCheckedAtMs: now };
  if (counted.reviewRequired || threshold === 0 || counted.runsSinceReview < threshold) {
    return { value: counted, isDue: false };
  }
  return {
    value: { ...counted, reviewRequired: true, reviewKind: 'run_drift', reviewRequestedAtMs: now },
    isDue: true,
  };
}

/** The operator has looked at an automation. INVARIANT: pausedForLifecycle stays: approval is not resumption (section 6). */
export function acknowledgedAutomation(record: GovernanceRecord, now: number): GovernanceRecord {
  return {
    ...without(record, 'reviewKind', 'reviewRequestedAtMs', 'reviewRequestId'),
    reviewRequired: false,
    runsSinceReview: 0,
    healthFindings: [],
    lastReviewedAtMs: now,
    healthLastCheckedAtMs: now,
  };
}

/**
 * Whether there is a review that the operator can acknowledge. A coming or past expiry alone is none: it is answered by
 * extending or retiring (section 9). INVARIANT: the column review_since_ms says the same.
 */
export function isAcknowledgeable({ reviewRequired, reviewRequestId, reviewKind }: GovernanceRecord): boolean {
  return (
    reviewRequired && (reviewRequestId !== undefined || (reviewKind !== 'expired' && reviewKind !== 'expiration_soon'))
  );
}
