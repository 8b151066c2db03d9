import { z } from 'zod';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { without } from '../../../shared/kernel/without';
import { type KnownAgent, newAgent } from './store';
import { ifReadable } from '../../kernel/store/unreadable';
import { agentSummary } from './facts';
import { invalidCursor } from '../../kernel/cursor';
import { pauseRunsOf } from '../effects';
import type { CommandContext, CommandHandlers, QueryHandlers } from '../../kernel/handler';
import { PAUSE_ALL } from '../state-file/export';
import { whatWasUnreadable } from '../../kernel/unreadable-answers';
import { changeLimits } from '../limits/handlers';

const pauseAllSchema = z.object({ wasCreationEnabled: z.boolean() });

const DEFAULT_PAGE_SIZE = 100;
const PAGE_SIZE_OF_ALL = 500;

/** agent.pause, agent.resume and both for all (spec/governance.md section 12). */
export const agentCommands: CommandHandlers<'agent.pause' | 'agent.resume' | 'agents.pauseAll' | 'agents.resumeAll'> = {
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
    const agents = [...everyAgent(context), ...unseen].filter(({ pausedAtMs }) => pausedAtMs === undefined);
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
};

/** agents.list. */
export const agentQueries: QueryHandlers<'agents.list'> = {
  'agents.list'(context, { limit = DEFAULT_PAGE_SIZE, cursor }) {
    const [, lastSeenAtMs, agentId] = /^(\d{1,16})\.(.+)$/s.exec(cursor ?? '') ?? [];
    if (cursor !== undefined && agentId === undefined) return invalidCursor();
    const after = agentId === undefined ? undefined : { lastSeenAtMs: Number(lastSeenAtMs), agentId };
    const found = context.store.agents.list(limit + 1, after);
    const agents = found.slice(0, limit).map((agent) => agentSummary(context, agent));
    const last = agents.at(-1);
    return succeeded({
      agents,
      count: agents.length,
      ...(found.length > limit && last !== undefined && { nextCursor: `${last.lastSeenAtMs}.${last.agentId}` }),
    });
  },
};

/**
 * Pauses one agent, and its runs: of every automation in whose lineage or flow it is. One whose row cannot be read counts as
 * paused already: its row stays as it is, and the audit log says that the operator paused it.
 */
export function pauseAgentAndRuns(context: CommandContext, agent: KnownAgent, reason: string | undefined): KnownAgent {
  const paused = pauseAgent(context, agent, reason);
  for (const automationId of context.store.records.automationsOf(agent.agentId)) {
    pauseRuns(context, automationId, reason);
  }
  return paused;
}

function pauseAgent(context: CommandContext, agent: KnownAgent, reason: string | undefined): KnownAgent {
  const { store, now, emit } = context;
  const paused = { ...agent, pausedAtMs: now, ...(reason !== undefined && { pauseReason: reason }) };
  if (agent.isUnreadable !== true) store.agents.save(paused);
  emit({ name: 'agent.paused', payload: payloadOf(agent, reason), agentIds: [agent.agentId] });
  return paused;
}

function resumeAgent(context: CommandContext, agent: KnownAgent, reason: string | undefined): KnownAgent {
  const resumed = without(agent, 'pausedAtMs', 'pauseReason', 'isPausedByAll');
  context.store.agents.save(resumed);
  context.emit({ name: 'agent.resumed', payload: payloadOf(agent, reason), agentIds: [agent.agentId] });
  return resumed;
}

function payloadOf({ agentId, isPausedByAll }: KnownAgent, reason: string | undefined) {
  return {
    agentId,
    ...(reason !== undefined && { reason }),
    ...(isPausedByAll === true && { isForAll: true as const }),
  };
}

function pauseRuns(context: CommandContext, automationId: string, reason = 'the operator paused the agent'): void {
  pauseRunsOf(context, automationId, { stopKind: 'operator_stopped', reason, lifecycleEvent: 'run_paused_governance' });
}

/** Every agent that is known, a page at a time. */
export function* everyAgent({ store }: CommandContext): Generator<KnownAgent> {
  let page = store.agents.list(PAGE_SIZE_OF_ALL);
  // Read whole before any is changed: pausing changes nothing that the list is ordered by.
  while (page.length > 0) {
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    page = store.agents.list(PAGE_SIZE_OF_ALL, last);
  }
}
