import type { AgentSummary } from '../../../shared/contract/agent';
import type { ReadStore } from '../../kernel/store/database';
import { keptChains } from '../lineage/effects';
import { isSpendPaused, windowOf } from '../spend/pause';
import type { KnownAgent } from './known-agent';

const DAY_MS = 86_400_000;

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
