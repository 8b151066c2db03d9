import { effectiveLimits } from '../../../shared/contract/limits';
import { succeeded } from '../../../shared/kernel/errors';
import { invalidCursor } from '../../kernel/cursor';
import type { CommandHandlers, QueryHandlers } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { keptChains, stopsOf } from '../lineage/effects';
import { isSpendPaused, limitsOf, type SpendContext, windowOf } from '../spend/pause';
import { weeklyCapOf, weekPace } from '../spend/rules';
import { revokeToken } from '../tokens/effects';
import { agentSummary } from './facts';
import { type KnownAgent, newAgent } from './known-agent';
import { type AgentPlace } from './store';

/** Descendants that the page of one agent names at most. */
const MOST_DESCENDANTS = 200;

/** agent.disconnect. */
export const agentDeskCommands: CommandHandlers<'agent.disconnect'> = {
  'agent.disconnect'(context, { agentId }) {
    const tokens = context.store.tokens.activeOf(agentId);
    for (const token of tokens) revokeToken(context, token);
    return succeeded({ revokedCount: tokens.length });
  },
};

/** agents.overview and agent.details. */
export const agentDeskQueries: QueryHandlers<'agents.overview' | 'agent.details'> = {
  'agents.overview'(context, { search = '', limit = 50, cursor }) {
    const { store, now } = context;
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    if (after === 'invalid') return invalidCursor();
    const found = search === '' ? store.agents.list(limit + 1, after) : store.agents.search(search, limit + 1, after);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return succeeded({
      agents: page.map((agent) => ({
        ...agentSummary({ store, now }, agent),
        weeklyCapNanos: weeklyCapOf(limitsOf(context, agent.agentId)) ?? null,
        weeklyTokens: windowOf(context, agent.agentId, 'weekly').totalTokens,
        waitingCount: store.approvals.waitingCountOfAgent(agent.agentId),
      })),
      ...(found.length > limit && last !== undefined && { nextCursor: `${last.lastSeenAtMs}.${last.agentId}` }),
    });
  },

  'agent.details'(context, { agentId }) {
    const { store, now } = context;
    const known = store.agents.find(agentId);
    const agent = known ?? newAgent(agentId, now);
    const generalLimits = store.limits.current();
    const limits = effectiveLimits(generalLimits, agent.overrides);
    const weekly = windowOf(context, agentId, 'weekly');
    const overrideUntilMs = overrideEnd(context, agentId);
    const { descendants, areDescendantsCut } = descendantsOf(store, agentId);
    return succeeded({
      agentId,
      ...(known !== undefined && { firstSeenAtMs: known.firstSeenAtMs, lastSeenAtMs: known.lastSeenAtMs }),
      ...pausesOf(context, agent),
      ...(agent.review !== undefined && { review: agent.review }),
      waitingCount: store.approvals.waitingCountOfAgent(agentId),
      runsUnderWay: store.runLists.underWayCountOfAgent(agentId),
      activeTokens: store.tokens.activeOf(agentId).length,
      spend: {
        daily: windowOf(context, agentId, 'daily'),
        weekly,
        monthly: windowOf(context, agentId, 'monthly'),
        lifetime: windowOf(context, agentId, 'lifetime'),
      },
      reservedNanos: store.spend.reservedFor(agentId),
      pace: weekPace(weekly, weeklyCapOf(limits), now),
      ...(overrideUntilMs !== undefined && { overrideUntilMs }),
      weeklyCapNanos: weeklyCapOf(limits) ?? null,
      generalLimits,
      overrides: agent.overrides,
      chains: [...keptChains(known)],
      stoppedAbove: stopsAbove(context, agentId),
      descendants,
      areDescendantsCut,
    });
  },
};

function stopsAbove(context: SpendContext, agentId: string) {
  const { pausedAgentIds, spendPausedAgentIds } = stopsOf(context, [agentId]);
  return {
    pausedAgentIds: pausedAgentIds.filter((id) => id !== agentId),
    spendPausedAgentIds: spendPausedAgentIds.filter((id) => id !== agentId),
  };
}

function pausesOf(context: SpendContext, agent: KnownAgent) {
  const { pausedAtMs, pauseReason, spendPausedAtMs, spendPauseReason } = agent;
  const isStopped = isSpendPaused(context, agent.agentId);
  return {
    ...(pausedAtMs !== undefined && { pausedAtMs }),
    ...(pauseReason !== undefined && { pauseReason }),
    ...(isStopped && spendPausedAtMs !== undefined && { spendPausedAtMs }),
    ...(isStopped && spendPauseReason !== undefined && { spendPauseReason }),
  };
}

/** When the last of the agent's approved quota overrides ends that hold now, those for one run alone left out. */
function overrideEnd({ store, now }: SpendContext, agentId: string): number | undefined {
  const ends = store.approvals
    .about('agent', agentId, 'quota_override', 'approved')
    .filter(({ expiresAtMs, onlyRunId }) => expiresAtMs > now && onlyRunId === undefined)
    .map(({ expiresAtMs }) => expiresAtMs);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The agents below an agent, each after its parent. Each is named once, also where recorded lineages make a circle. */
function descendantsOf({ agents }: ReadStore, agentId: string) {
  const descendants: { agentId: string; depth: number }[] = [];
  const seen = new Set([agentId]);
  const visit = (parentId: string, depth: number): void => {
    for (const childId of agents.childrenOf(parentId, MOST_DESCENDANTS + 1)) {
      if (seen.has(childId) || descendants.length > MOST_DESCENDANTS) continue;
      seen.add(childId);
      descendants.push({ agentId: childId, depth });
      visit(childId, depth + 1);
    }
  };
  visit(agentId, 1);
  return {
    descendants: descendants.slice(0, MOST_DESCENDANTS),
    areDescendantsCut: descendants.length > MOST_DESCENDANTS,
  };
}

function parseCursor(cursor: string): AgentPlace | 'invalid' {
  const [, lastSeenAtMs, agentId] = /^(\d{1,16})\.(.+)$/s.exec(cursor) ?? [];
  if (lastSeenAtMs === undefined || agentId === undefined) return 'invalid';
  return { lastSeenAtMs: Number(lastSeenAtMs), agentId };
}
