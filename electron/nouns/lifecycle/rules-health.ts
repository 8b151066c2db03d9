import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import type { Limits } from '../../../shared/contract/limits';
import { isTerminal, type Run } from '../../../shared/contract/run';

/** Fewer runs than these say nothing about how often an automation fails (spec/governance.md section 9). */
const FEWEST_RUNS_FOR_A_RATE = 5;

/** The failure rate from which a finding is critical. */
const CRITICAL_FAILURE_RATE = 0.75;

/** What a check found, before it has an id and a time. */
export type Observation = Omit<Finding, 'findingId' | 'observedAtMs'>;

/** How many of an automation's newest runs a health check looks at. */
export function healthWindow(limits: Limits): number {
  return Math.max(limits.healthWindowRunLimit, FEWEST_RUNS_FOR_A_RATE);
}

/**
 * What the newest runs of an automation show (section 9): only those that are over, and that ended after the operator last
 * looked. `newestRuns` begins with the newest and is no longer than the window.
 */
export function observeRuns(
  newestRuns: readonly Run[],
  limits: Limits,
  lastReviewedAtMs: number | undefined,
): readonly Observation[] {
  const runs = newestRuns.filter(
    (run) => isTerminal(run.status) && (run.finishedAtMs ?? run.updatedAtMs) > (lastReviewedAtMs ?? -1),
  );
  const newest = runs[0];
  if (newest === undefined) return [];
  const count = (isCounted: (run: Run) => boolean) => runs.filter(isCounted).length;

  const failed = count(({ status }) => status === 'failed' || status === 'blocked');
  const rate = failed / runs.length;
  // A session puts out what it does, and nothing here.
  const isEmpty = ({ session, checkpoint }: Run) =>
    session === undefined && Object.keys(checkpoint.nodeOutputs).length === 0;
  const empty = count((run) => run.status === 'completed' && isEmpty(run));
  const stopped = count(({ stopKind }) => stopKind === 'guardrail_stopped');
  const { healthFailureRateThreshold, healthGuardrailStopThreshold } = limits;
  const shown: readonly (readonly [boolean, Pick<Finding, 'severity' | 'summary' | 'detail' | 'evidence'>])[] = [
    [
      runs.length >= FEWEST_RUNS_FOR_A_RATE && rate >= healthFailureRateThreshold,
      {
        severity: rate >= CRITICAL_FAILURE_RATE ? 'critical' : 'warning',
        summary: 'high failure rate across recent runs',
        detail: `${failed} of ${runs.length} recent terminal runs failed or were blocked (${Math.round(rate * 100)}% failure rate)`,
        evidence: { failureCount: failed, terminalRunCount: runs.length, failureRate: rate },
      },
    ],
    [
      empty > 0,
      {
        severity: 'warning',
        summary: 'completed runs emitted empty outputs',
        detail: `${empty} recent completed runs produced no node outputs`,
        evidence: { emptyOutputCount: empty },
      },
    ],
    [
      healthGuardrailStopThreshold > 0 && stopped >= healthGuardrailStopThreshold,
      {
        severity: 'warning',
        summary: 'repeated guardrail stops detected',
        detail: `${stopped} recent runs were stopped by a guardrail`,
        evidence: { guardrailStopCount: stopped },
      },
    ],
  ];
  return shown.flatMap(([isShown, found]) =>
    isShown ? [{ kind: 'health_drift', ...found, automationRunId: newest.runId }] : [],
  );
}

/**
 * The findings of a record after a check: what no longer holds is gone, what still holds keeps its id and its time, and what
 * other checks found stays (section 9). `kinds` are those that this check looks for.
 */
export function mergedFindings(
  before: readonly Finding[],
  observations: readonly Observation[],
  kinds: readonly Finding['kind'][],
  now: number,
  newId: () => string,
): { readonly findings: readonly Finding[]; readonly fresh: readonly Finding[] } {
  const others = before.filter(({ kind }) => !kinds.includes(kind));
  const fresh: Finding[] = [];
  const current = observations.map((observation) => {
    const known = before.find(({ kind, summary }) => kind === observation.kind && summary === observation.summary);
    if (known !== undefined) {
      return { ...known, ...observation, findingId: known.findingId, observedAtMs: known.observedAtMs };
    }
    const finding: Finding = { ...observation, findingId: newId(), observedAtMs: now };
    fresh.push(finding);
    return finding;
  });
  return { findings: [...others, ...current], fresh };
}

/** Whether an automation has come to its end, or is about to (section 9, expiry); undefined where neither is to be told. */
export function expiryOf(record: GovernanceRecord, limits: Limits, now: number): 'expired' | 'soon' | undefined {
  const { expiresAtMs, expiredAtMs, retiredAtMs } = record;
  if (expiresAtMs === undefined || retiredAtMs !== undefined || expiredAtMs !== undefined) return undefined;
  if (now >= expiresAtMs) return 'expired';
  return now >= expiresAtMs - limits.expirationWarningWindowMs ? 'soon' : undefined;
}
