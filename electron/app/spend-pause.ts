import { effectiveLimits } from '../../shared/limits';
import { without } from '../../shared/without';
import type { ReadStore } from '../store/database';
import { hasApproved } from './effects';
import type { CommandContext } from './handler';

type Facts = { readonly store: Pick<ReadStore, 'agents' | 'approvals' | 'limits' | 'spend'>; readonly now: number };

/** Whether an approved quota override of the agent holds now (spec/governance.md section 7). */
export function hasQuotaOverride(facts: Facts, agentId: string): boolean {
  return hasApproved(facts, ['quota_override'], agentId);
}

/** Whether the agent's spend really stops it now: in this week, at its cap, without an override (section 8). */
export function isSpendPaused(facts: Facts, agentId: string): boolean {
  const { store, now } = facts;
  const agent = store.agents.find(agentId);
  if (agent?.spendPausedAtMs === undefined) return false;
  const cap = effectiveLimits(store.limits.current(), agent.overrides).weeklySpendCapNanos ?? 0;
  const week = store.spend.windows(agentId).find(({ kind }) => kind === 'weekly');
  const isThisWeek = week !== undefined && week.windowStartMs <= now && now < (week.windowEndMs ?? 0);
  return isThisWeek && cap > 0 && week.costNanos >= cap && !hasQuotaOverride(facts, agentId);
}

/** Ends the agent's spend pause, if it has one, and tells why. */
export function liftSpendPause(context: CommandContext, agentId: string, why: string): void {
  const agent = context.store.agents.find(agentId);
  if (agent?.spendPausedAtMs === undefined) return;
  context.store.agents.save(without(agent, 'spendPausedAtMs', 'spendPauseReason'));
  context.emit({
    name: 'spend.resumed',
    payload: { agent_id: agentId, reason: why },
    subjects: { agentIds: [agentId] },
  });
}

/** Lifts the spend pauses that no longer hold: a new week began, or a cap was raised above the week's cost. Answers how many. */
export function liftEndedSpendPauses(context: CommandContext): number {
  const ended = context.store.agents.spendPaused().filter(({ agentId }) => !isSpendPaused(context, agentId));
  for (const { agentId } of ended) liftSpendPause(context, agentId, 'the weekly cap is no longer reached');
  return ended.length;
}
