import type { Actor } from '../../shared/actor';
import type { ApprovalRecord } from '../../shared/approval';
import type { GovernanceRecord } from '../../shared/governance';
import { healthWindow, mergedFindings, observeRuns } from '../core/health';
import { openSystemApproval, saveRecord } from './effects';
import { askForRetirement, checkExpiry, newFindingId, ownPending, tellFinding } from './expiry';
import type { CommandContext } from './handler';

const healthCheck: Actor = { kind: 'system', source: 'automation_health_check' };

/**
 * Looks at these automations, which were found at an instant before, and at every agent's review that nobody decided (section 9).
 * Answers the findings.
 */
export function checkAutomations(
  context: CommandContext,
  { surveyedAtMs, toCheck }: { readonly surveyedAtMs: number; readonly toCheck: readonly string[] },
): number {
  const { store, now } = context;
  const count = toCheck.reduce((sum, automationId) => sum + checkOne(context, automationId), 0);
  for (const agent of store.agents.needingReview()) {
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
  const { store } = context;
  const record = store.records.find(automationId);
  // What is retired runs no more, and the operator has looked at it.
  if (record === undefined || record.deletedAtMs !== undefined || record.retiredAtMs !== undefined) return 0;
  const healthCount = checkRuns(context, record);
  const checked = store.records.find(automationId) ?? record;
  const expiryCount = checkExpiry(context, checked);
  reopenLapsed(context, store.records.find(automationId) ?? checked);
  return healthCount + expiryCount;
}

function checkRuns(context: CommandContext, record: GovernanceRecord): number {
  const { store, now, ids } = context;
  const { automationId } = record;
  const limits = store.limits.current();
  const runs = store.runs.newest(automationId, healthWindow(limits));
  const observations = observeRuns(runs, limits, record.lastReviewedAtMs);
  const { findings, fresh } = mergedFindings(record.healthFindings, observations, ['health_drift'], now, () =>
    newFindingId(ids),
  );
  let checked: GovernanceRecord = { ...record, healthFindings: [...findings] };
  if (observations.length > 0) {
    checked = {
      ...checked,
      reviewRequired: true,
      // As in one check the expiry has the last word, it has it in later ones too.
      reviewKind: record.expiredAtMs === undefined ? 'health_drift' : 'expired',
      reviewRequestedAtMs: record.reviewRequestedAtMs ?? now,
      reviewRequestId: askForReview(context, record, observations.length).approvalId,
    };
  }
  // A check that finds nothing new writes nothing: there may be twenty thousand automations.
  if (JSON.stringify(checked) !== JSON.stringify(record)) {
    saveRecord(context, { ...checked, healthLastCheckedAtMs: now });
  }
  for (const finding of fresh) tellFinding(context, automationId, finding, healthCheck);
  return observations.length;
}

/** Asks for a look at an automation, unless that is asked already. */
function askForReview(
  context: CommandContext,
  { automationId }: GovernanceRecord,
  findingCount: number,
): ApprovalRecord {
  return (
    ownPending(context, 'lifecycle_review', automationId) ??
    openSystemApproval(context, {
      requestType: 'lifecycle_review',
      source: 'automation_health_check',
      target: { type: 'automation', id: automationId },
      rationale: `The health check found ${findingCount === 1 ? 'a problem' : `${findingCount} problems`} in the recent runs of this automation.`,
      context: { trigger: 'health_drift', automationID: automationId, findingCount },
    })
  );
}

/** What nobody decided in time is asked again (section 7, Expiry). */
function reopenLapsed(context: CommandContext, record: GovernanceRecord): void {
  if (!record.reviewRequired) return;
  const { automationId } = record;
  const lapsed = lapsedRequest(context, record.reviewRequestId);
  if (lapsed !== undefined && ownPending(context, 'lifecycle_review', automationId) === undefined) {
    saveRecord(context, { ...record, reviewRequestId: askAgain(context, lapsed).approvalId });
    return;
  }
  const expired = record.healthFindings.find(({ kind }) => kind === 'expired');
  if (expired === undefined || lapsedRequest(context, expired.approvalId) === undefined) return;
  const { approvalId } = askForRetirement(context, record, 'expired');
  if (approvalId === expired.approvalId) return;
  const healthFindings = record.healthFindings.map((finding) =>
    finding === expired ? { ...finding, approvalId } : finding,
  );
  saveRecord(context, { ...record, healthFindings });
}

/** A request that nobody decided in time, also where that is not written yet. */
function lapsedRequest({ store, now }: CommandContext, approvalId: string | undefined): ApprovalRecord | undefined {
  const approval = approvalId === undefined ? undefined : store.approvals.find(approvalId);
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
