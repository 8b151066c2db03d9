import type { ReadStore } from '../kernel/store/database';
import type { KnownAgent } from './agents/known-agent';
import { isSpendPaused, limitsOf, windowOf } from './spend/pause';
import { weeklyCapOf } from './spend/rules';
import { windowBounds } from './spend/rules-calendar';
import type { SpendTotal } from './spend/store';
import { PAUSE_ALL } from './state-file/export';

/** An agent as the tray's menu shows it. */
export type TrayAgent = {
  readonly agentId: string;
  readonly isPaused: boolean;
  /** Whether its spend stops it now. */
  readonly isSpendPaused: boolean;
  /** Runs that are under way and that it has a part in. */
  readonly runCount: number;
  /** What it used this week; undefined where nothing was reported. */
  readonly week: SpendTotal | undefined;
  /** Its weekly cap in nano-dollars; undefined for none. */
  readonly capNanos: number | undefined;
};

/** What the tray shows besides what waits. */
export type TrayFacts = {
  /** Those at work first, then those with a token, then the others, each the most recently seen first; no more than were asked for. */
  readonly agents: readonly TrayAgent[];
  readonly areThereMoreAgents: boolean;
  /** Whether all were paused as one action that can be undone. */
  readonly canResumeAll: boolean;
  /** Whether that still holds for every agent. */
  readonly isEverythingPaused: boolean;
  readonly isPausingSingleOn: boolean;
  /** Of all agents together; undefined where nothing was reported. */
  readonly today: SpendTotal | undefined;
  readonly week: SpendTotal | undefined;
};

/** How agents and their spend stand now, for at most `mostAgents` of them. */
export function trayFacts(store: ReadStore, now: number, mostAgents: number): TrayFacts {
  const recent = store.agents.list(mostAgents + 1);
  const runCounts = store.runs.underWayByAgent();
  const found = inOrder(store, [...runCounts.keys()], recent);
  const agents = found.slice(0, mostAgents).map((agent) => trayAgent(store, now, agent, runCounts.get(agent.agentId)));
  const canResumeAll = store.kept.has(PAUSE_ALL);
  return {
    agents,
    areThereMoreAgents: found.length > mostAgents,
    canResumeAll,
    isEverythingPaused: canResumeAll && store.agents.areAllPaused(),
    isPausingSingleOn: store.limits.current().perAgentPauseEnabled,
    today: store.spend.totalSince(windowBounds('daily', now).startMs),
    week: store.spend.totalSince(windowBounds('weekly', now).startMs),
  };
}

/** Agents of a kind that are looked at for the order: the menu has room for a few. */
const MOST_LOOKED_AT = 100;

/** However many others were seen meanwhile, whoever works now and whoever is connected can be paused from the tray. */
function inOrder(store: ReadStore, atWork: readonly string[], recent: readonly KnownAgent[]): readonly KnownAgent[] {
  const connected = store.tokens
    .list()
    .flatMap(({ agentId, revokedAtMs }) => (agentId === undefined || revokedAtMs !== undefined ? [] : [agentId]));
  const known = (ids: readonly string[]) =>
    ids
      .slice(0, MOST_LOOKED_AT)
      .flatMap((agentId) => store.agents.find(agentId) ?? [])
      .sort((one, other) => other.lastSeenAtMs - one.lastSeenAtMs);
  const all = [...known(atWork), ...known(connected), ...recent];
  return [...new Map(all.map((agent) => [agent.agentId, agent])).values()];
}

function trayAgent(store: ReadStore, now: number, { agentId, pausedAtMs }: KnownAgent, runCount = 0): TrayAgent {
  const context = { store, now };
  const { totalTokens, costNanos } = windowOf(context, agentId, 'weekly');
  return {
    agentId,
    isPaused: pausedAtMs !== undefined,
    isSpendPaused: isSpendPaused(context, agentId),
    runCount,
    week: totalTokens === 0 && costNanos === 0 ? undefined : { totalTokens, costNanos },
    capNanos: weeklyCapOf(limitsOf(context, agentId)),
  };
}
