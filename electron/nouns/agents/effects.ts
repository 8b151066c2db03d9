import { defined, without } from '../../../shared/kernel/fields';
import { eachOf } from '../../kernel/cursor';
import type { CommandContext } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { pauseRunsOf } from '../effects';
import type { KnownAgent } from './known-agent';

const PAGE_SIZE_OF_ALL = 500;

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

/** Pauses one agent alone: audit `agent.paused`. */
export function pauseAgent(context: CommandContext, agent: KnownAgent, reason: string | undefined): KnownAgent {
  const { store, now, emit } = context;
  const paused = { ...agent, pausedAtMs: now, ...defined({ pauseReason: reason }) };
  if (agent.isUnreadable !== true) store.agents.save(paused);
  emit({ name: 'agent.paused', payload: payloadOf(agent, reason), agentIds: [agent.agentId] });
  return paused;
}

/** Lets an agent go on: audit `agent.resumed`. */
export function resumeAgent(context: CommandContext, agent: KnownAgent, reason: string | undefined): KnownAgent {
  const resumed = without(agent, 'pausedAtMs', 'pauseReason', 'isPausedByAll');
  context.store.agents.save(resumed);
  context.emit({ name: 'agent.resumed', payload: payloadOf(agent, reason), agentIds: [agent.agentId] });
  return resumed;
}

function payloadOf({ agentId, isPausedByAll }: KnownAgent, reason: string | undefined) {
  return {
    agentId,
    ...defined({ reason }),
    ...(isPausedByAll === true && { isForAll: true as const }),
  };
}

/** Pauses the runs of an automation because one of its agents is paused. */
export function pauseRuns(
  context: CommandContext,
  automationId: string,
  reason = 'the operator paused the agent',
): void {
  pauseRunsOf(context, automationId, { stopKind: 'operator_stopped', reason, lifecycleEvent: 'run_paused_governance' });
}

/** Every agent that is known; each page is read whole before any of it is changed: pausing changes nothing that the list is ordered by. */
export function everyAgent({ agents }: Pick<ReadStore, 'agents'>): Generator<KnownAgent> {
  return eachOf((last) => agents.list(PAGE_SIZE_OF_ALL, last));
}
