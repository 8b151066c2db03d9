import { LINEAGE_SIZE } from '../../../shared/contract-lineage';
import { refused, succeeded } from '../../../shared/errors';
import { windowBounds } from '../../core/calendar';
import { newAgent } from '../../store/agents';
import type { CommandHandlers, QueryHandlers } from '../handler';
import { isSpendPaused } from '../spend-pause';
import { whatWasUnreadable } from '../unreadable';
import { everyAgent, pauseAgentAndRuns } from './agents';

/** lineage.tree. */
export const lineageQueries: QueryHandlers<'lineage.tree'> = {
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
};

/** agents.pauseSubtree (spec/governance.md section 12, for an agent and all that descend from it). */
export const lineageCommands: CommandHandlers<'agents.pauseSubtree'> = {
  'agents.pauseSubtree'(context, { agentId, reason }) {
    const { store, now } = context;
    if (!store.limits.current().perAgentPauseEnabled) return refused('AGENT_PAUSE_DISABLED');
    const top = store.agents.find(agentId) ?? newAgent(agentId, now);
    // Nobody can say of one that cannot be read whether it descends from this agent, so its runs are stopped too.
    const descendants = [...everyAgent(context)].filter(
      ({ agentId: id, ancestorIds, isUnreadable }) =>
        id !== agentId && (ancestorIds.includes(agentId) || isUnreadable === true),
    );
    const paused = [top, ...descendants].filter(
      ({ pausedAtMs, isUnreadable }) => pausedAtMs === undefined || isUnreadable === true,
    );
    for (const agent of paused) pauseAgentAndRuns(context, agent, reason);
    return succeeded({ agentIds: paused.map((agent) => agent.agentId), ...whatWasUnreadable(context) });
  },
};
