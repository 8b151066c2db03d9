import type { SpendSummary } from '../../../shared/contract/spend';
import { isSpendPaused, type SpendContext, windowOf } from './pause';

/** What an agent spent, each window as it is now; undefined for one that never spent anything. */
export function spendSummary(context: SpendContext, agentId: string): SpendSummary | undefined {
  const stored = context.store.spend.windows(agentId);
  if (stored.length === 0) return undefined;
  const agent = isSpendPaused(context, agentId) ? context.store.agents.find(agentId) : undefined;
  return {
    agentId,
    daily: windowOf(context, agentId, 'daily'),
    weekly: windowOf(context, agentId, 'weekly'),
    monthly: windowOf(context, agentId, 'monthly'),
    lifetime: windowOf(context, agentId, 'lifetime'),
    updatedAtMs: Math.max(...stored.map(({ updatedAtMs }) => updatedAtMs)),
    ...(agent?.spendPausedAtMs !== undefined && { pausedAtMs: agent.spendPausedAtMs }),
    ...(agent?.spendPauseReason !== undefined && { pauseReason: agent.spendPauseReason }),
  };
}
