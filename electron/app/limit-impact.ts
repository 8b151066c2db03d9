import { type CandidateLimit, IMPACT_DAYS, type LimitImpact } from '../../shared/limit-impact';
import type { Overrides } from '../../shared/limits';
import { HOUR_MS } from '../../shared/time';
import { windowBounds } from '../core/calendar';
import {
  approvalTtlImpact,
  capImpact,
  creationReviewImpact,
  dailyLimitImpact,
  depthImpact,
  type Past,
  type PastDay,
  runReviewImpact,
  warningImpact,
} from '../core/limit-impact';
import type { ReadStore } from '../store/database';

/** Rows of the audit log or of approvals that one answer reads at most: a few milliseconds. Beyond it is "at least". */
const MOST_ROWS = 1_000;

/** Days of agents that one answer reads at most; they are far smaller. */
const MOST_DAYS = 5_000;

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
    return capImpact(candidate.weeklySpendCapNanos, days(store, sinceMs), own);
  }
  if (candidate.spendWarningThresholdRatio !== undefined) {
    const limits = store.limits.current();
    return warningImpact(candidate.spendWarningThresholdRatio, days(store, sinceMs), limits, own);
  }
  if (candidate.approvalTtlMs !== undefined) {
    return approvalTtlImpact(candidate.approvalTtlMs, store.limitHistory.decisions(sinceMs, most), own);
  }
  return { state: 'noHistory' };
}

/** The days of whole weeks, the newest first: from the Monday of the week in which the period begins. */
function days(store: ReadStore, sinceMs: number): Past<PastDay> {
  const rows = store.spend.daysOfAll(windowBounds('weekly', sinceMs).startMs, MOST_DAYS + 1);
  return { rows: rows.slice(0, MOST_DAYS), isCut: rows.length > MOST_DAYS };
}

/** Agents' own limits, each agent looked up once. */
function ownLimits({ agents }: ReadStore): (agentId: string) => Overrides {
  const known = new Map<string, Overrides>();
  return (agentId) => {
    const found = known.get(agentId) ?? agents.find(agentId)?.overrides ?? {};
    known.set(agentId, found);
    return found;
  };
}
