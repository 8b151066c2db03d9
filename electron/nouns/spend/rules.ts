import type { Limits } from '../../../shared/contract/limits';
import type { SpendWindow, Usage, WeekPace, WindowKind } from '../../../shared/contract/spend';
import { defined } from '../../../shared/kernel/fields';
import { MAX_NANOS, saturatingSum, usdOfNanos } from '../../../shared/kernel/money';
import { DAY_MS, HOUR_MS } from '../../../shared/kernel/time';
import { windowBounds } from './rules-calendar';

/** How long a reservation stays open before it is charged at its estimate, in milliseconds (spec/governance.md section 8). */
export const RESERVATION_TTL_MS = HOUR_MS;

/**
 * How far the clock may be set back behind a window's start without the window being lost, in milliseconds: a correction of the
 * clock must not forget what was spent. A clock that is set back further was wrong, and so were the windows.
 */
const CLOCK_CORRECTION_MS = DAY_MS;

/** The window that holds now: the stored one, or an empty one with no marks when its bounds no longer hold. */
export function currentWindow(stored: SpendWindow | undefined, kind: WindowKind, now: number): SpendWindow {
  if (stored !== undefined && holds(stored, now)) return stored;
  const { startMs, endMs } = windowBounds(kind, now);
  return {
    kind,
    windowStartMs: startMs,
    ...defined({ windowEndMs: endMs }),
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos: 0,
    updatedAtMs: now,
  };
}

function holds({ windowStartMs, windowEndMs }: SpendWindow, now: number): boolean {
  return windowEndMs === undefined || (now < windowEndMs && now >= windowStartMs - CLOCK_CORRECTION_MS);
}

/** A window with one more usage in it; counts and cost end at the largest exact number and never wrap. */
export function chargedWindow(
  window: SpendWindow,
  usage: Usage,
  source: { readonly automationId: string; readonly runId: string },
  now: number,
): SpendWindow {
  return {
    ...window,
    promptTokens: saturatingSum(window.promptTokens, usage.promptTokens),
    completionTokens: saturatingSum(window.completionTokens, usage.completionTokens),
    totalTokens: saturatingSum(window.totalTokens, usage.totalTokens),
    costNanos: saturatingSum(window.costNanos, usage.costNanos),
    lastAutomationId: source.automationId,
    lastRunId: source.runId,
    updatedAtMs: now,
  };
}

/** What a report says that was used, before anything is known to be right about it. */
export type ReportedUsage = {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens?: number;
  readonly costNanos: number;
};

/** The usage of a report; undefined when a number is negative, NaN or infinite. Too large ones end at the largest exact number. */
export function usageOf(report: ReportedUsage): Usage | undefined {
  const { promptTokens, completionTokens, costNanos } = report;
  const totalTokens = report.totalTokens ?? promptTokens + completionTokens;
  const isCount = (value: number) => Number.isFinite(value) && value >= 0;
  if (![promptTokens, completionTokens, totalTokens, costNanos].every(isCount)) return undefined;
  const whole = (value: number) => Math.min(MAX_NANOS, Math.round(value));
  return {
    promptTokens: whole(promptTokens),
    completionTokens: whole(completionTokens),
    totalTokens: whole(totalTokens),
    costNanos: whole(costNanos),
  };
}

/** The weekly cap in nano-dollars that an agent with these limits has; undefined when there is none, or it is 0. */
export function weeklyCapOf({ weeklySpendCapNanos }: Limits): number | undefined {
  return weeklySpendCapNanos === null || weeklySpendCapNanos === 0 ? undefined : weeklySpendCapNanos;
}

/** A weekly cap in nano-dollars, and of which agents it holds back what they spend. */
export type CapOver = { readonly capNanos: number; readonly agentIds: ReadonlySet<string> };

/**
 * The most in nano-dollars that these few agents may spend together in a week: the least sum of caps that leaves none of them out, so
 * that of nested caps only those that bind are counted. Undefined where one of them is under no cap.
 */
export function jointCap(agentIds: readonly string[], caps: readonly CapOver[]): number | undefined {
  const all = 2 ** agentIds.length - 1;
  // By sets of agents as bits: the least that holds these back.
  const least = new Map([[0, 0]]);
  for (const cap of caps) {
    const held = agentIds.reduce((bits, id, index) => (cap.agentIds.has(id) ? bits + 2 ** index : bits), 0);
    for (const [bits, nanos] of [...least]) {
      const together = bits | held;
      const sum = saturatingSum(nanos, cap.capNanos);
      if (sum < (least.get(together) ?? Number.POSITIVE_INFINITY)) least.set(together, sum);
    }
  }
  return least.get(all);
}

/** How old a week must be before its pace says anything, in milliseconds. */
export const YOUNGEST_PACE_MS = 6 * HOUR_MS;

/** Where the week's cost is heading at the week's pace so far, and when it will reach the cap. */
export function weekPace(weekly: SpendWindow, capNanos: number | undefined, now: number): WeekPace {
  const { costNanos, windowStartMs, windowEndMs = windowStartMs + 7 * DAY_MS } = weekly;
  if (costNanos === 0) return { kind: 'nothing' };
  if (capNanos !== undefined && costNanos >= capNanos) return { kind: 'reached' };
  const elapsedMs = now - windowStartMs;
  if (elapsedMs < YOUNGEST_PACE_MS) return { kind: 'tooEarly' };
  const scale = (windowEndMs - windowStartMs) / elapsedMs;
  const projectedNanos = Math.min(MAX_NANOS, Math.max(costNanos, Math.round(costNanos * scale)));
  if (capNanos === undefined) return { kind: 'uncapped', projectedNanos };
  const atMs = Math.ceil(windowStartMs + elapsedMs * (capNanos / costNanos));
  return atMs < windowEndMs ? { kind: 'reaches', projectedNanos, atMs } : { kind: 'below', projectedNanos };
}

/** What decides whether a week's cost warns of the cap or stops the agent. */
export type CapFacts = {
  readonly weekly: SpendWindow;
  /** In nano-dollars; undefined for none. */
  readonly capNanos: number | undefined;
  readonly warningRatio: number;
  /** Whether an approved quota override of the agent holds now. */
  readonly hasOverride: boolean;
};

/** The week with the marks that it gets now, and which ones are new (section 8, Warning and Hard stop). */
export function markedWeek(
  { weekly, capNanos, warningRatio, hasOverride }: CapFacts,
  now: number,
): { readonly weekly: SpendWindow; readonly isWarned: boolean; readonly isStopped: boolean } {
  if (capNanos === undefined) return { weekly, isWarned: false, isStopped: false };
  // Rounded, because 0.8 of a cap is not exact in binary and must not shift the warning by a nano-dollar.
  const warnsFrom = Math.round(capNanos * warningRatio);
  const isWarned = warningRatio > 0 && weekly.costNanos >= warnsFrom && weekly.softWarningAtMs === undefined;
  const isStopped = weekly.costNanos >= capNanos && weekly.hardStopAtMs === undefined && !hasOverride;
  return {
    weekly: { ...weekly, ...(isWarned && { softWarningAtMs: now }), ...(isStopped && { hardStopAtMs: now }) },
    isWarned,
    isStopped,
  };
}

/** A week without its hard stop, so that the next report over the cap stops the agent again. */
export function withoutHardStop(weekly: SpendWindow): SpendWindow {
  const { hardStopAtMs: _, ...rest } = weekly;
  return rest;
}

/** What decides whether a spend pause still holds. */
export type SpendPauseFacts = {
  /** When the agent was paused; undefined when it is not. */
  readonly pausedAtMs: number | undefined;
  /** The week as it is now. */
  readonly weekly: SpendWindow;
  readonly capNanos: number | undefined;
  readonly hasOverride: boolean;
};

/** Why a spend pause is over; undefined while it holds, or when there is none (section 8, A spend pause ends). */
export function spendPauseEnd(facts: SpendPauseFacts, now: number): string | undefined {
  const { pausedAtMs, weekly, capNanos, hasOverride } = facts;
  if (pausedAtMs === undefined) return undefined;
  if (now >= (windowBounds('weekly', pausedAtMs).endMs ?? 0)) return 'a new week has begun';
  if (capNanos === undefined || weekly.costNanos < capNanos) return "the weekly spend cap is above the week's cost";
  return hasOverride ? 'a quota override is approved' : undefined;
}

/** What decides whether an agent may have a cost set aside. */
export type ReservationFacts = {
  readonly agentId: string;
  readonly weeklyCostNanos: number;
  /** Its open reservations together. */
  readonly reservedNanos: number;
  readonly capNanos: number | undefined;
  readonly hasOverride: boolean;
  readonly isSpendPaused: boolean;
};

/** What an agent has left of its cap, in nano-dollars and never negative; null while nothing limits it. */
export function leftOf(facts: ReservationFacts): number | null {
  const { capNanos, hasOverride, weeklyCostNanos, reservedNanos } = facts;
  if (capNanos === undefined || hasOverride) return null;
  return Math.max(0, capNanos - weeklyCostNanos - reservedNanos);
}

/** Whether the cost fits: the week's cost, what is set aside and this stay within the cap (section 8, Reserve). */
export function canReserve(facts: ReservationFacts, costNanos: number): boolean {
  const { capNanos, hasOverride, isSpendPaused, weeklyCostNanos, reservedNanos } = facts;
  if (capNanos === undefined || hasOverride) return true;
  return !isSpendPaused && weeklyCostNanos + reservedNanos + costNanos <= capNanos;
}

/** Why an agent is spend-paused, as its summary says it. */
export function agentPauseReason(capNanos: number): string {
  return `weekly spend cap ${usdOfNanos(capNanos).toFixed(2)} USD reached`;
}

/** An agent that reached its cap. */
export type CapReached = { readonly agentId: string; readonly weeklyCostNanos: number; readonly capNanos: number };

/** Why a run is stopped by the caps of these agents. */
export function runPauseReason(reached: readonly CapReached[]): string {
  const usd = (nanos: number) => usdOfNanos(nanos).toFixed(4);
  const parts = reached.map(
    ({ agentId, weeklyCostNanos, capNanos }) => `${agentId} (${usd(weeklyCostNanos)}/${usd(capNanos)} USD)`,
  );
  return `weekly spend cap exceeded for ${parts.join(', ')}`;
}
