import { type CandidateLimit, IMPACT_DAYS, type LimitImpact, type Overrides } from '../../../shared/contract/limits';
import { HOUR_MS } from '../../../shared/kernel/time';
import type { ReadStore } from '../../kernel/store/database';
import { windowBounds } from '../spend/rules-calendar';
import {
  approvalTtlImpact,
  capImpact,
  creationReviewImpact,
  dailyLimitImpact,
  depthImpact,
  type Past,
  type PastWeek,
  runReviewImpact,
  warningImpact,
} from './rules-impact';

/** Rows of the audit log or of approvals that one answer reads at most: a few milliseconds. Beyond it is "at least". */
const MOST_ROWS = 1_000;

const WEEK_MS = 7 * 24 * HOUR_MS;

/** Weeks of agents that one answer reads at most; the store has added their days up. */
const MOST_WEEKS = 5_000;

/** What this one limit would have done in the last `IMPACT_DAYS` days, from the audit log, the approvals and the days of spend. */
export function limitImpact(store: ReadStore, candidate: CandidateLimit, now: number, most = MOST_ROWS): LimitImpact {
  const sinceMs = now - IMPACT_DAYS * 24 * HOUR_MS;
  const own = ownLimits(store);
  const creations = () => store.limitHistory.creations(store.auditSearch.seqAt(sinceMs), most);
  if (candidate.perAgentDailyCreationLimit !== undefined) {
    return dailyLimitImpact(candidate.perAgentDailyCreationLimit, creations(), own);
  }
  if (candidate.lineageDepthLimit !== undefined) return depthImpact(candidate.lineageDepthLimit, creations());
  if (candidate.perAgentCreationReviewThreshold !== undefined) {
    return creationReviewImpact(candidate.perAgentCreationReviewThreshold, creations(), own);
  }
  if (candidate.runReviewThreshold !== undefined) {
    const runs = store.limitHistory.endedRuns(store.auditSearch.seqAt(sinceMs), most);
    return runReviewImpact(candidate.runReviewThreshold, runs);
  }
  if (candidate.weeklySpendCapNanos !== undefined) {
    return capImpact(candidate.weeklySpendCapNanos, weeks(store, sinceMs, now), own);
  }
  if (candidate.spendWarningThresholdRatio !== undefined) {
    const limits = store.limits.current();
    return warningImpact(candidate.spendWarningThresholdRatio, weeks(store, sinceMs, now), limits, own);
  }
  if (candidate.approvalTtlMs !== undefined) {
    return approvalTtlImpact(candidate.approvalTtlMs, store.limitHistory.decisions(sinceMs, most), own);
  }
  return { state: 'noHistory' };
}

/** Whole weeks, the newest first, from the one in which the period begins: also its days before the period count. */
function weeks({ spendDays }: ReadStore, sinceMs: number, now: number): Past<PastWeek> {
  const rows: PastWeek[] = [];
  for (let { startMs } = windowBounds('weekly', now); startMs + WEEK_MS > sinceMs; startMs -= WEEK_MS) {
    rows.push(...spendDays.costsBetween(startMs, startMs + WEEK_MS, MOST_WEEKS + 1 - rows.length));
  }
  return { rows: rows.slice(0, MOST_WEEKS), isCut: rows.length > MOST_WEEKS };
}

/** Agents' own limits, each agent looked up once. */
function ownLimits({ agents }: ReadStore): (agentId: string) => Overrides {
  const known = new Map<string, Overrides>();
  return (agentId) => {
    const found = known.get(agentId) ?? agents.overridesOf(agentId);
    known.set(agentId, found);
    return found;
  };
}
