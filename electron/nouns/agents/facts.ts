import type { AgentSummary } from '../../../shared/contract/agent';
import type { DenialFacts } from '../../../shared/events';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { DAY_MS } from '../../../shared/kernel/time';
import type { ReadStore } from '../../kernel/store/database';
import { keptChains } from '../lineage/effects';
import { isSpendPaused, type SpendContext, windowOf } from '../spend/pause';
import type { KnownAgent } from './known-agent';
import type { AgentsReader } from './store';

/** How an agent stands now. */
export function agentSummary(
  { store, now }: { readonly store: ReadStore; readonly now: number },
  agent: KnownAgent,
): AgentSummary {
  const { agentId } = agent;
  return {
    agentId,
    isPaused: agent.pausedAtMs !== undefined,
    isSpendPaused: isSpendPaused({ store, now }, agentId),
    isReviewRequired: agent.review?.reviewRequired === true,
    createdLast24h: store.records.createdSince(agentId, now - DAY_MS),
    activeAutomations: store.records.activeOf(agentId),
    lineage: [...(keptChains(agent)[0]?.ancestorIds ?? [])],
    lastSeenAtMs: agent.lastSeenAtMs,
    weeklyCostNanos: windowOf({ store, now }, agentId, 'weekly').costNanos,
  };
}

/** What keeps agents from going on now: its code, and who is halted, as an answer and the audit log have it. */
export type Halt = {
  readonly code: Extract<ErrorCode, 'AUTOMATION_V2_AGENT_CREATION_PAUSED' | 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED'>;
  readonly facts: DenialFacts;
};

/**
 * What halts any of these agents now; undefined when all may go on. The operator's pause is told before a stop by spend, and a
 * quota override that holds lifts only the stop of its own agent (spec/governance.md sections 7, 8 and 12).
 */
export function haltOf(source: SpendContext, agentIds: readonly string[]): Halt | undefined {
  const paused = agentIds.filter((agentId) => source.store.agents.find(agentId)?.pausedAtMs !== undefined);
  if (paused.length > 0) return { code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED', facts: { pausedAgentIds: paused } };
  const stopped = agentIds.filter((agentId) => isSpendPaused(source, agentId));
  if (stopped.length === 0) return undefined;
  return { code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED', facts: { spendPausedAgentIds: stopped } };
}

/** The store as it is, but each agent is read once: for a decision that asks for the same few again and again, and writes nothing. */
export function withAgentsReadOnce<S extends { readonly agents: AgentsReader }>(store: S): S {
  const { agents } = store;
  const found = new Map<string, KnownAgent | undefined>();
  const find = (agentId: string) => {
    if (!found.has(agentId)) found.set(agentId, agents.find(agentId));
    return found.get(agentId);
  };
  return { ...store, agents: { ...agents, find, overridesOf: (agentId) => find(agentId)?.overrides ?? {} } };
}
