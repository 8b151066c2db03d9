import { effectiveLimits, type LimitImpact, type Limits, type Overrides } from '../../../shared/contract/limits';
import { DAY_MS } from '../../../shared/kernel/time';
import { weeklyCapOf } from '../spend/rules';

/** An automation that an agent created. */
export type PastCreation = { readonly agentId: string; readonly atMs: number; readonly depth: number };

/** What an agent was charged in one calendar week. */
export type PastWeek = { readonly agentId: string; readonly costNanos: number };

/** A request that the operator decided; `agentId` is absent where no agent asked. */
export type PastDecision = { readonly agentId?: string; readonly askedAtMs: number; readonly decidedAtMs: number };

/** What an agent's own limits are: where one is set, the general one does not hold for it. */
export type OwnLimits = (agentId: string) => Overrides;

/** What happened, as far back as was looked; `isCut` where not all of it was. */
export type Past<T> = { readonly rows: readonly T[]; readonly isCut: boolean };

/** Creations that a daily limit would have refused; those do not count towards the limit of the next ones (section 3 row 8). */
export function dailyLimitImpact(limit: number, past: Past<PastCreation>, own: OwnLimits): LimitImpact {
  const made = new Map<string, number[]>();
  let stopped = 0;
  const general = past.rows.filter(({ agentId }) => own(agentId).perAgentDailyCreationLimit === undefined);
  for (const { agentId, atMs } of general.toSorted((one, other) => one.atMs - other.atMs)) {
    const recent = (made.get(agentId) ?? []).filter((earlier) => earlier >= atMs - DAY_MS);
    if (recent.length >= limit) stopped += 1;
    else recent.push(atMs);
    made.set(agentId, recent);
  }
  return counted('creations', stopped, general.length, past.isCut);
}

/** Creations that were deeper; an approved `depth_override` could still have let them through (section 3 row 7). */
export function depthImpact(limit: number, past: Past<PastCreation>): LimitImpact {
  const deeper = past.rows.filter(({ depth }) => depth > limit);
  return counted('creations', deeper.length, past.rows.length, past.isCut);
}

/** Creation reviews that the threshold would have asked for, had each been answered before the next creation (section 6). */
export function creationReviewImpact(threshold: number, past: Past<PastCreation>, own: OwnLimits): LimitImpact {
  const general = past.rows.filter(({ agentId }) => own(agentId).perAgentCreationReviewThreshold === undefined);
  const agentIds = general.map(({ agentId }) => agentId);
  return counted('reviews', reviewsAsked(threshold, agentIds), general.length, past.isCut);
}

/** Run reviews that the threshold would have asked for, had each been answered before the next run ended (section 6). */
export function runReviewImpact(threshold: number, past: Past<{ readonly automationId: string }>): LimitImpact {
  const automationIds = past.rows.map(({ automationId }) => automationId);
  return counted('reviews', reviewsAsked(threshold, automationIds), past.rows.length, past.isCut);
}

/** Weeks in which an agent reached the cap. */
export function capImpact(capNanos: number | null, past: Past<PastWeek>, own: OwnLimits): LimitImpact {
  const weeks = past.rows.filter(({ agentId }) => own(agentId).weeklySpendCapNanos === undefined);
  const stopped = capNanos === null || capNanos === 0 ? [] : weeks.filter(({ costNanos }) => costNanos >= capNanos);
  return counted('weeks', stopped.length, weeks.length, past.isCut);
}

/** Weeks in which an agent would have been warned: at this part of the cap that it has now (section 8, Warning). */
export function warningImpact(ratio: number, past: Past<PastWeek>, limits: Limits, own: OwnLimits): LimitImpact {
  const weeks = past.rows;
  if (weeks.length === 0) return { state: 'noHistory' };
  const capped = weeks.flatMap(({ agentId, costNanos }) => {
    const capNanos = weeklyCapOf(effectiveLimits(limits, own(agentId)));
    return capNanos === undefined ? [] : [{ costNanos, capNanos }];
  });
  if (capped.length === 0) return { state: 'noCap' };
  const warned = capped.filter(({ costNanos, capNanos }) => ratio > 0 && costNanos >= Math.round(capNanos * ratio));
  return counted('warnings', warned.length, capped.length, past.isCut);
}

/** Decisions that would have come too late: at or after the end of such a time to live. */
export function approvalTtlImpact(ttlMs: number, past: Past<PastDecision>, own: OwnLimits): LimitImpact {
  const general = past.rows.filter(({ agentId }) => agentId === undefined || own(agentId).approvalTtlMs === undefined);
  const late = general.filter(({ askedAtMs, decidedAtMs }) => decidedAtMs - askedAtMs >= ttlMs);
  return counted('decisions', late.length, general.length, past.isCut);
}

function counted(
  unit: Extract<LimitImpact, { state: 'counted' }>['unit'],
  count: number,
  of: number,
  isCut: boolean,
): LimitImpact {
  return of === 0 ? { state: 'noHistory' } : { state: 'counted', unit, count, of, isCut };
}

/** One review for every `threshold` of the same subject; 0 is off. */
function reviewsAsked(threshold: number, subjects: readonly string[]): number {
  if (threshold === 0) return 0;
  const counts = new Map<string, number>();
  for (const subject of subjects) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.floor(count / threshold), 0);
}
