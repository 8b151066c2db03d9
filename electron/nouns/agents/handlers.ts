import { z } from 'zod';
import { refused, succeeded } from '../../../shared/kernel/errors';
import type { SomeCommands } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { whatWasUnreadable } from '../../kernel/thrown';
import { changeLimits } from '../limits/effects';
import { PAUSE_ALL } from '../state-file/export';
import { revokeToken } from '../tokens/effects';
import { everyAgent, pauseAgent, pauseAgentAndRuns, pauseRuns, resumeAgent } from './effects';
import { agentSummary } from './facts';
import { newAgent } from './known-agent';

const pauseAllSchema = z.object({ wasCreationEnabled: z.boolean() });

/** agent.pause, agent.resume, both for all (spec/governance.md section 12), and agent.disconnect. */
export const agentCommands = {
  'agent.pause'(context, { agentId, reason }) {
    const { store, now } = context;
    if (!store.limits.current().perAgentPauseEnabled) return refused('AGENT_PAUSE_DISABLED');
    const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
    const isDone = agent.pausedAtMs !== undefined && agent.isUnreadable !== true;
    const paused = isDone ? agent : pauseAgentAndRuns(context, agent, reason);
    return succeeded({ agent: agentSummary(context, paused), ...whatWasUnreadable(context) });
  },

  'agent.resume'(context, { agentId, reason }) {
    const { store } = context;
    if (!store.limits.current().perAgentPauseEnabled) return refused('AGENT_PAUSE_DISABLED');
    const agent = store.agents.find(agentId);
    if (agent === undefined) return refused('AGENT_NOT_FOUND');
    const resumed = agent.pausedAtMs === undefined ? agent : resumeAgent(context, agent, reason);
    return succeeded({ agent: agentSummary(context, resumed), ...whatWasUnreadable(context) });
  },

  // The operator's emergency stop: it works also where pausing single agents is turned off.
  'agents.pauseAll'(context, { reason }) {
    const { store } = context;
    // Also those that could work and have not done so yet: a run could be their first act.
    const unseen = store.agents.unseen().map((agentId) => newAgent(agentId, context.now));
    const agents = [...everyAgent(store), ...unseen].filter(({ pausedAtMs }) => pausedAtMs === undefined);
    for (const agent of agents) pauseAgent(context, { ...agent, isPausedByAll: true }, reason);
    for (const automationId of store.runs.automationsUnderWay()) {
      if (store.records.agentsOf(automationId).length > 0) pauseRuns(context, automationId, reason);
    }
    const limits = store.limits.current();
    // Limits that cannot be read let no agent create anything already, and their row stays as it is.
    const canSetLimits = !store.limits.areUnreadable();
    if (!store.kept.has(PAUSE_ALL)) {
      store.kept.keep(PAUSE_ALL, { wasCreationEnabled: limits.creationEnabled });
    }
    if (canSetLimits) changeLimits(context, { ...limits, creationEnabled: false });
    return succeeded({ count: agents.length, ...whatWasUnreadable(context) });
  },

  'agents.resumeAll'(context, { reason }) {
    const { store } = context;
    if (!store.kept.has(PAUSE_ALL)) return succeeded({ count: 0 });
    const agents = store.agents.paused().filter(({ isPausedByAll }) => isPausedByAll === true);
    for (const agent of agents) resumeAgent(context, agent, reason);
    // Where nobody can say any more how it was, creation stays off; the operator turns it on in the limits.
    const kept = pauseAllSchema.safeParse(ifReadable(() => store.kept.find(PAUSE_ALL)));
    const wasCreationEnabled = kept.success && kept.data.wasCreationEnabled;
    if (wasCreationEnabled && !store.limits.areUnreadable()) {
      changeLimits(context, { ...store.limits.current(), creationEnabled: true });
    }
    store.kept.drop(PAUSE_ALL);
    return succeeded({ count: agents.length, ...whatWasUnreadable(context) });
  },

  'agent.disconnect'(context, { agentId }) {
    const tokens = context.store.tokens.activeOf(agentId);
    for (const token of tokens) revokeToken(context, token);
    return succeeded({ revokedCount: tokens.length });
  },
} satisfies SomeCommands;
