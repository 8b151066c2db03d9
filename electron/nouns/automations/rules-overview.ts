import type { AutomationAction, AutomationStatus, LifecycleMark } from '../../../shared/contract/automation';
import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import type { Limits } from '../../../shared/contract/limits';
import { expiryOf } from '../lifecycle/rules-health';
import { isAcknowledgeable } from '../lifecycle/rules-review';

/** What decides how an automation is shown and what the operator can do with it now. */
export type OverviewFacts = {
  readonly status: AutomationStatus;
  readonly record: GovernanceRecord;
  /** Until when it can be restored; absent unless it is deleted. */
  readonly restoreUntilMs: number | undefined;
  readonly runsUnderWay: number;
  /** Whether something keeps a run from beginning. */
  readonly isRunBlocked: boolean;
  readonly limits: Limits;
};

/** What is to be said of an automation's life, the weightiest first. */
export function lifecycleMarksOf({ record, restoreUntilMs, limits }: OverviewFacts, now: number): LifecycleMark[] {
  const isRetired = record.retiredAtMs !== undefined;
  const isExpired = record.expiredAtMs !== undefined;
  const marks: readonly (readonly [LifecycleMark, boolean])[] = [
    ['deleted', restoreUntilMs !== undefined],
    ['retired', isRetired],
    ['expired', isExpired && !isRetired],
    ['lifecycle_paused', record.pausedForLifecycle && !isRetired && !isExpired],
    ['review_required', isAcknowledgeable(record)],
    ['expires_soon', expiryOf(record, limits, now) !== undefined],
  ];
  return marks.flatMap(([mark, holds]) => (holds ? [mark] : []));
}

/** What would be carried out if the operator asked for it now (spec/governance.md sections 6 and 11; spec/api.md section 2). */
export function operatorActions(facts: OverviewFacts, now: number): AutomationAction[] {
  const { status, record, restoreUntilMs, runsUnderWay, isRunBlocked } = facts;
  if (restoreUntilMs !== undefined) return restoreUntilMs >= now ? ['restore'] : [];
  const isRetired = record.retiredAtMs !== undefined;
  const isOver = isRetired || record.expiredAtMs !== undefined;
  const actions: readonly (readonly [AutomationAction, boolean])[] = [
    ['acknowledge', isAcknowledgeable(record)],
    ['run', !isRunBlocked],
    ['pause', status !== 'paused' || runsUnderWay > 0],
    ['resume', (status !== 'active' || record.pausedForLifecycle) && !isOver],
    // To extend what never ends would give it an end.
    ['extend', record.expiresAtMs !== undefined || isOver],
    ['retire', !isRetired],
    ['delete', true],
  ];
  return actions.flatMap(([action, isPossible]) => (isPossible ? [action] : []));
}

const bySeverity = { critical: 0, warning: 1, info: 2 } as const;

/** Findings with the most severe first, then the newest. */
export function sortedFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (one, other) => bySeverity[one.severity] - bySeverity[other.severity] || other.observedAtMs - one.observedAtMs,
  );
}
