import { agentIdsBelow, LINEAGE_SIZE } from '../../../shared/contract/lineage';
import { refused, succeeded } from '../../../shared/kernel/errors';
import type { SomeCommands, SomeQueries } from '../../kernel/handler';
import { whatWasUnreadable } from '../../kernel/thrown';
import { everyAgent, pauseAgentAndRuns } from '../agents/effects';
import { agentSummary } from '../agents/facts';
import { newAgent } from '../agents/known-agent';
import { isSpendPaused } from '../spend/pause';
import { windowBounds } from '../spend/rules-calendar';
import { circleIn, keptChains, stateLineage, withChains } from './effects';

/** lineage.tree. */
export const lineageQueries = {
  'lineage.tree'(context) {
    const { store, now } = context;
    const limits = store.limits.current();
    const weekStartMs = windowBounds('weekly', now).startMs;
    const agents = store.lineage.agents(LINEAGE_SIZE + 1);
    const automations = store.lineage.automations(LINEAGE_SIZE + 1);
    return succeeded({
      agents: agents.slice(0, LINEAGE_SIZE).map((agent) => ({
        agentId: agent.agentId,
        ancestorIds: [...agent.ancestorIds],
        otherChains: agent.otherChains.map((chain) => [...chain]),
        isPaused: agent.isPaused,
        isSpendPaused: agent.isMarkedSpendPaused && isSpendPaused(context, agent.agentId),
        isReviewRequired: agent.isReviewRequired,
        lastSeenAtMs: agent.lastSeenAtMs,
        weeklyCostNanos: agent.weekStartMs === weekStartMs ? agent.weekCostNanos : 0,
        weeklyCapNanos: agent.ownCapNanos ?? limits.weeklySpendCapNanos,
      })),
      automations: automations.slice(0, LINEAGE_SIZE),
      isCut: agents.length > LINEAGE_SIZE || automations.length > LINEAGE_SIZE,
      depthLimit: limits.lineageDepthLimit,
      warningRatio: limits.spendWarningThresholdRatio,
    });
  },
} satisfies SomeQueries;

/** Sub-agents of one parent that become known by being named alone; the others do when they ask for something. */
const MOST_NAMED_SUB_AGENTS = 1_000;

/** agents.pauseSubtree (spec/governance.md section 12, for an agent and all below it), and what is stated and corrected (section 3). */
export const lineageCommands = {
  'agents.pauseSubtree'(context, { agentId, reason }) {
    const { store, now } = context;
    if (!store.limits.current().perAgentPauseEnabled) return refused('AGENT_PAUSE_DISABLED');
    // Also those that were only named as in between: a run could be their first act.
    const everyone = [...everyAgent(context.store)];
    const descents = everyone.map((agent) => ({
      agentId: agent.agentId,
      chains: keptChains(agent).map(({ ancestorIds }) => ancestorIds),
    }));
    // Nobody can say of one that cannot be read whether it descends from this agent, so its runs are stopped too.
    const unreadableIds = everyone.filter(({ isUnreadable }) => isUnreadable === true).map((agent) => agent.agentId);
    const agentIds = new Set([agentId, ...agentIdsBelow(descents, agentId), ...unreadableIds]);
    const paused = [...agentIds]
      .map((id) => store.agents.find(id) ?? newAgent(id, now))
      .filter(({ pausedAtMs, isUnreadable }) => pausedAtMs === undefined || isUnreadable === true);
    for (const agent of paused) pauseAgentAndRuns(context, agent, reason);
    return succeeded({ agentIds: paused.map((agent) => agent.agentId), ...whatWasUnreadable(context) });
  },

  'agent.noteLineage'(context, { agentId, ancestorIds, statedBy }) {
    const { agents } = context.store;
    // An agent's token can name any number of sub-agents. What an engine states is evidence, and always kept.
    const isNamedOnly = statedBy.kind === 'agent' && agents.find(agentId) === undefined;
    const siblings = isNamedOnly ? agents.childrenOf(ancestorIds.at(-1) ?? '', MOST_NAMED_SUB_AGENTS) : [];
    if (siblings.length === MOST_NAMED_SUB_AGENTS) return succeeded({});
    return stateLineage(context, agentId, ancestorIds, statedBy) ?? succeeded({});
  },

  'agent.setLineage'(context, { agentId, ancestorIds }) {
    const { store, caller, now, emit } = context;
    const circle = circleIn(store, agentId, ancestorIds);
    if (circle !== undefined) {
      const sentence = `This cannot be the lineage of ${agentId}: ${circle}.`;
      return refused('VALIDATION_FAILED', { sentence, issues: [{ path: 'ancestor_ids', message: circle }] });
    }
    const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
    const before = keptChains(agent).map((kept) => kept.ancestorIds);
    const after = ancestorIds.length === 0 ? [] : [{ ancestorIds, statedBy: caller.actor, statedAtMs: now }];
    const corrected = withChains(agent, after);
    store.agents.save(corrected);
    emit({
      name: 'agent.lineage_corrected',
      payload: { agentId, ancestorIds, keptBefore: before },
      agentIds: [...new Set([agentId, ...ancestorIds, ...before.flat()])],
    });
    return succeeded({ agent: agentSummary(context, corrected) });
  },
} satisfies SomeCommands;
