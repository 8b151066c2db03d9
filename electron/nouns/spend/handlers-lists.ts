import {
  CHART_AGENTS,
  type ChartPeriod,
  DEAREST_SIZE,
  MOST_UNKNOWN_COUNTED,
  type SpendChart,
  type SpendWindow,
} from '../../../shared/contract/spend';
import { succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { saturatingSum } from '../../../shared/kernel/money';
import { DAY_MS } from '../../../shared/kernel/time';
import { invalidCursor, pageOf } from '../../kernel/cursor';
import type { SomeQueries } from '../../kernel/handler';
import { bindingAgentIds } from '../lineage/effects';
import { isSpendPaused, limitsOf, type SpendContext, spendCursors, windowOf } from './pause';
import { jointCap, weeklyCapOf, weekPace } from './rules';
import { windowBounds } from './rules-calendar';

/** spend.chart, spend.byAgent, spend.byAutomation and spend.byRun. */
export const spendDeskQueries = {
  'spend.chart'(context, { days }) {
    const { store, now } = context;
    const { sinceMs, fromDay, toDay } = boundsOf(days, now);
    const dayStartsMs = Array.from({ length: days }, (_, index) => sinceMs + index * DAY_MS);
    const onDays = (rows: readonly { readonly dayStartMs: number; readonly costNanos: number }[]) => {
      const byDay = new Map(rows.map(({ dayStartMs, costNanos }) => [dayStartMs, costNanos]));
      return dayStartsMs.map((dayStartMs) => byDay.get(dayStartMs) ?? 0);
    };
    const spenders = store.spendDays
      .ownCosts(sinceMs)
      .filter(({ costNanos }) => costNanos > 0)
      .sort((one, other) => other.costNanos - one.costNanos || (one.agentId < other.agentId ? -1 : 1));
    const series = spenders.slice(0, CHART_AGENTS).map(({ agentId }) => {
      const own = store.spend.days(agentId, sinceMs);
      return {
        agentId,
        costsNanos: onDays(own.map((day) => ({ ...day, costNanos: day.ownCostNanos }))),
      };
    });
    const byAgents = onDays(store.spendDays.ownCostsByDay(sinceMs));
    const byRuns = store.spendDays.runsByDay(sinceMs);
    const ofAll = onDays(byRuns);
    // What is left of a total is never negative: days from before automations were counted have no more than the agents' part.
    const rest = (totals: readonly number[], parts: readonly (readonly number[])[]) =>
      totals.map((total, index) =>
        Math.max(
          0,
          parts.reduce((left, part) => left - (part[index] ?? 0), total),
        ),
      );
    const byPeople = rest(ofAll, [byAgents]);
    const shown = byAgents.map((costNanos, index) => saturatingSum(costNanos, byPeople[index] ?? 0));
    const weekStartMs = windowBounds('weekly', now).startMs;
    const sumFrom = (fromMs: number) =>
      shown.reduce((sum, cost, index) => ((dayStartsMs[index] ?? 0) < fromMs ? sum : saturatingSum(sum, cost)), 0);
    return succeeded({
      dayStartsMs,
      series,
      others: {
        agentCount: spenders.length - series.length,
        costsNanos: rest(
          byAgents,
          series.map(({ costsNanos }) => costsNanos),
        ),
      },
      byPeople,
      weeklyCap: weeklyCapFor(
        context,
        series.map(({ agentId }) => agentId),
        spenders.length > series.length,
      ),
      totalNanos: sumFrom(sinceMs),
      totalTokens: byRuns.reduce((sum, { totalTokens }) => saturatingSum(sum, totalTokens), 0),
      estimatedNanos: byRuns.reduce((sum, { estimatedNanos }) => saturatingSum(sum, estimatedNanos), 0),
      thisWeekNanos: sumFrom(weekStartMs),
      todayNanos: shown.at(-1) ?? 0,
      unknownRuns: store.runLists.withoutCost(fromDay, toDay, MOST_UNKNOWN_COUNTED),
    });
  },

  'spend.byAgent'(context, { limit = 50, cursor }) {
    const after = spendCursors.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const { page, last } = pageOf(context.store.spend.byWeek(limit + 1, after), limit);
    return succeeded({
      agents: page.map(({ agentId }) => spendOf(context, agentId)),
      ...spendCursors.nextOf(last),
    });
  },

  'spend.byAutomation'({ store, now }, { days }) {
    const all = store.spendDays
      .ofAutomations(boundsOf(days, now).sinceMs)
      .filter(({ costNanos, totalTokens }) => costNanos > 0 || totalTokens > 0)
      .sort((one, other) => other.costNanos - one.costNanos || other.totalTokens - one.totalTokens);
    return succeeded({
      automations: all.slice(0, DEAREST_SIZE).map((sums) => {
        const name = store.automations.nameOf(sums.automationId);
        const creatorAgentId = store.records.creatorAgent(sums.automationId);
        return { ...sums, ...defined({ name, creatorAgentId }) };
      }),
      count: all.length,
    });
  },

  'spend.byRun'({ store, now }, { days }) {
    const { fromDay, toDay } = boundsOf(days, now);
    return succeeded({
      runs: store.runLists.dearest(fromDay, toDay, DEAREST_SIZE).map(({ run }) => {
        const name = store.automations.nameOf(run.automationId);
        return { ...run, ...defined({ automationName: name }) };
      }),
    });
  },
} satisfies SomeQueries;

/** What these agents may spend together in a week, where each of them is under a cap; with others beside them nobody can say. */
function weeklyCapFor(context: SpendContext, agentIds: readonly string[], hasOthers: boolean): SpendChart['weeklyCap'] {
  const heldBack = new Map<string, Set<string>>();
  for (const agentId of agentIds) {
    for (const above of bindingAgentIds(context.store, agentId)) {
      heldBack.set(above, (heldBack.get(above) ?? new Set()).add(agentId));
    }
  }
  const caps = [...heldBack].flatMap(([agentId, held]) => {
    const capNanos = weeklyCapOf(limitsOf(context, agentId));
    return capNanos === undefined ? [] : [{ capNanos, agentIds: held }];
  });
  if (caps.length === 0) return { kind: 'none' };
  const nanos = hasOthers ? undefined : jointCap(agentIds, caps);
  return nanos === undefined ? { kind: 'some' } : { kind: 'all', nanos };
}

/** The last `days` UTC days, today with them. */
function boundsOf(days: ChartPeriod, now: number) {
  const { startMs: todayMs } = windowBounds('daily', now);
  const sinceMs = Math.max(0, todayMs - (days - 1) * DAY_MS);
  return { sinceMs, fromDay: sinceMs / DAY_MS, toDay: todayMs / DAY_MS };
}

function spendOf(context: SpendContext, agentId: string) {
  const { store, now } = context;
  const capNanos = weeklyCapOf(limitsOf(context, agentId));
  const weekly = windowOf(context, agentId, 'weekly');
  return {
    agentId,
    daily: amountOf(windowOf(context, agentId, 'daily')),
    weekly: amountOf(weekly),
    monthly: amountOf(windowOf(context, agentId, 'monthly')),
    lifetime: amountOf(windowOf(context, agentId, 'lifetime')),
    reservedNanos: store.spend.reservedFor(agentId),
    weeklyCapNanos: capNanos ?? null,
    pace: weekPace(weekly, capNanos, now),
    isPaused: store.agents.find(agentId)?.pausedAtMs !== undefined,
    isSpendPaused: isSpendPaused(context, agentId),
  };
}

function amountOf({ costNanos, totalTokens }: SpendWindow) {
  return { costNanos, totalTokens };
}
