import { effectiveLimits, type Limits } from '../../../shared/contract/limits';
import type { SpendSummary, SpendWindow, WindowKind } from '../../../shared/contract/spend';
import type { Actor } from '../../../shared/kernel/actor';
import { defined } from '../../../shared/kernel/fields';
import { cursorsOf } from '../../kernel/cursor';
import type { CommandContext } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { standingApprovals } from '../approvals/vouched';
import { currentWindow, spendPauseEnd, weeklyCapOf, withoutHardStop } from './rules';

/** Gatehouse, where a spend cap stops an agent or lets it go on (spec/governance.md section 8). */
export const spendCapActor: Actor = { kind: 'system', source: 'automation_spend_cap' };

/** What the reads of an agent's spend need: the store and the time. */
export type SpendContext = {
  readonly store: Pick<ReadStore, 'agents' | 'approvals' | 'audit' | 'limits' | 'spend'>;
  readonly now: number;
};

/** The limits that hold for an agent: the general ones with its own over them. */
export function limitsOf({ store }: SpendContext, agentId: string): Limits {
  return effectiveLimits(store.limits.current(), store.agents.find(agentId)?.overrides ?? {});
}

/** One of an agent's windows as it is now. */
export function windowOf({ store, now }: SpendContext, agentId: string, kind: WindowKind): SpendWindow {
  const stored = store.spend.windows(agentId).find((window) => window.kind === kind);
  return currentWindow(stored, kind, now);
}

/** Whether an approved quota override of the agent holds now; with a run, one that is for that run alone counts too. */
export function hasQuotaOverride(context: SpendContext, agentId: string, runId?: string): boolean {
  return standingApprovals(context, agentId, 'quota_override').some(
    ({ onlyRunId }) => onlyRunId === undefined || onlyRunId === runId,
  );
}

/**
 * Whether the agent's spend stops it, or the one run of its, now: the same week, the cap still reached, and no quota override.
 * One is stopped too while nobody can read what it spent this week, or what its cap is.
 */
export function isSpendPaused(context: SpendContext, agentId: string, runId?: string): boolean {
  const { agents, spend } = context.store;
  if (agents.find(agentId)?.isUnreadable === true || spend.isWeekUnreadable(agentId)) return true;
  const isMarked = context.store.agents.find(agentId)?.spendPausedAtMs !== undefined;
  if (!isMarked || endOfPause(context, agentId) !== undefined) return false;
  return runId === undefined || !hasQuotaOverride(context, agentId, runId);
}

/** Why the agent's spend pause is over; undefined while it holds, or when there is none. */
export function endOfPause(context: SpendContext, agentId: string): string | undefined {
  const pausedAtMs = context.store.agents.find(agentId)?.spendPausedAtMs;
  // Nobody can say that it is over while its week cannot be read.
  if (pausedAtMs === undefined || context.store.spend.isWeekUnreadable(agentId)) return undefined;
  const facts = {
    pausedAtMs,
    weekly: windowOf(context, agentId, 'weekly'),
    capNanos: weeklyCapOf(limitsOf(context, agentId)),
    hasOverride: hasQuotaOverride(context, agentId),
  };
  return spendPauseEnd(facts, context.now);
}

/** Lifts the agent's spend pause, if it has one: audit `spend.resumed`. The cap stops it again when it is reached again. */
export function liftSpendPause(context: CommandContext, agentId: string, why: string): void {
  const { store, now, caller, emit } = context;
  const agent = store.agents.find(agentId);
  if (agent?.spendPausedAtMs === undefined) return;
  const { spendPausedAtMs: _at, spendPauseReason: _reason, ...rest } = agent;
  store.agents.save(rest);
  const weekly = store.spend.windows(agentId).find(({ kind }) => kind === 'weekly');
  if (weekly !== undefined) store.spend.saveWindow(agentId, withoutHardStop(currentWindow(weekly, 'weekly', now)));
  emit({
    name: 'spend.resumed',
    payload: { agentId, reason: why },
    agentIds: [agentId],
    ...(caller.actor.kind !== 'human' && { actor: spendCapActor }),
  });
}

/**
 * Lifts the spend pauses that no longer hold: a new week began, a cap was raised above the week's cost, an override was
 * approved. Answers how many. Goes through the paused agents, so it belongs to timers and to changes of limits.
 */
export function liftEndedSpendPauses(context: CommandContext): number {
  let count = 0;
  for (const { agentId } of context.store.agents.spendPaused()) {
    const why = endOfPause(context, agentId);
    if (why === undefined) continue;
    liftSpendPause(context, agentId, why);
    count += 1;
  }
  return count;
}

/** Where the next page of a list by weekly cost begins. */
export const spendCursors = cursorsOf({ windowStartMs: 'number', costNanos: 'number', agentId: 'text' });

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
    ...defined({ pausedAtMs: agent?.spendPausedAtMs, pauseReason: agent?.spendPauseReason }),
  };
}
