import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Run } from '../../../shared/contract/run';
import type { Usage, WindowKind } from '../../../shared/contract/spend';
import { defined, fieldOf } from '../../../shared/kernel/fields';
import { nanosOfUsd, usdOfNanos } from '../../../shared/kernel/money';
import type { CommandContext } from '../../kernel/handler';
import { newAgent } from '../agents/known-agent';
import { openSystemApproval, ownRequests, pauseRun } from '../effects';
import { canPause, chargedRun } from '../runs/rules';
import {
  endOfPause,
  hasQuotaOverride,
  isSpendPaused,
  liftSpendPause,
  limitsOf,
  spendCapActor,
  windowOf,
} from './pause';
import {
  agentPauseReason,
  type CapReached,
  chargedWindow,
  currentWindow,
  markedWeek,
  runPauseReason,
  weeklyCapOf,
} from './rules';
import { windowBounds } from './rules-calendar';
import type { Reservation } from './store';

/** What a charge did: the run as it is now, and the agents that were warned and stopped by it. */
export type Charged = {
  readonly run: Run;
  readonly warnings: readonly string[];
  readonly hardStops: readonly string[];
};

/** Under which usage_id something is charged, and whether only as its reservation estimated it, because nothing was reported. */
export type ChargedAs = { readonly usageId?: string; readonly isEstimate?: true };

/**
 * Charges a usage to a run and to every lineage agent of its automation (spec/governance.md section 8): all four windows, the
 * day's totals, then warning, hard stop and the pause of the run. What was set aside under its usage_id is set free.
 */
export function charge(context: CommandContext, run: Run, usage: Usage, as: ChargedAs = {}): Charged {
  const { store, now } = context;
  const charged = chargedRun(run, usage, as.isEstimate === true ? as.usageId : undefined, now);
  store.runs.update(charged);
  const creatorId = store.records.creatorAgent(run.automationId);
  const day = dayOf(usage, as.isEstimate === true, now);
  store.spendDays.addToAutomation(run.automationId, day);
  tellCharge(context, run, usage, as);
  const warnings: string[] = [];
  const reached: CapReached[] = [];
  const requested: string[] = [];
  for (const agentId of store.records.lineageAgents(run.automationId)) {
    store.spend.addToDay(agentId, { ...day, ownCostNanos: agentId === creatorId ? usage.costNanos : 0 });
    const marks = chargeAgent(context, charged, agentId, usage);
    if (marks.isWarned) warnings.push(agentId);
    if (!marks.isStopped) continue;
    reached.push({ agentId, ...marks });
    const opened = askForOverride(context, run, { agentId, ...marks });
    if (opened !== undefined) requested.push(opened.approvalId);
  }
  if (reached.length > 0) {
    context.emit({
      name: 'spend.paused',
      payload: {
        runId: run.runId,
        automationId: run.automationId,
        agents: reached.map(({ agentId, weeklyCostNanos, capNanos }) => ({
          agentId,
          weeklyCostNanos,
          weeklySpendCapNanos: capNanos,
        })),
        requestedApprovals: requested,
        detail: runPauseReason(reached),
      },
      agentIds: reached.map(({ agentId }) => agentId),
      actor: spendCapActor,
    });
  }
  return { run: stopWhereCapHolds(context, charged), warnings, hardStops: reached.map(({ agentId }) => agentId) };
}

/**
 * Throws UnreadableRowError where a charge to this run would come upon a row that cannot be read: for who charges several in one
 * command, before anything of this one is written.
 */
export function readAllToCharge({ store }: CommandContext, { automationId }: Run): void {
  for (const agentId of store.records.lineageAgents(automationId)) store.spend.windowsToCharge(agentId);
}

/** What a usage adds to the day that it is charged on. */
function dayOf({ totalTokens, costNanos }: Usage, isEstimate: boolean, now: number) {
  const dayStartMs = windowBounds('daily', now).startMs;
  return { dayStartMs, totalTokens, costNanos, estimatedNanos: isEstimate ? costNanos : 0 };
}

function tellCharge({ store, emit }: CommandContext, run: Run, usage: Usage, { usageId, isEstimate }: ChargedAs): void {
  const { runId, automationId } = run;
  const reserved = usageId === undefined ? undefined : store.spend.reservation(runId, usageId);
  if (reserved !== undefined) store.spend.dropReservation(runId, reserved.usageId);
  const agentIds = store.records.lineageAgents(automationId);
  emit({
    name: 'spend.charged',
    payload: {
      runId,
      automationId,
      ...defined({ usageId }),
      ...usage,
      exactCostNanos: usage.costNanos,
      agentIds,
      isEstimate: isEstimate === true,
      ...(reserved !== undefined && { settledNanos: reserved.costNanos }),
    },
    agentIds,
  });
}

function chargeAgent(context: CommandContext, run: Run, agentId: string, usage: Usage) {
  const { store, now, emit } = context;
  // Also an agent that nobody has seen is known once it spends: it is listed, exported and paused with all others.
  if (store.agents.find(agentId) === undefined) store.agents.save(newAgent(agentId, now));
  const end = endOfPause(context, agentId);
  if (end !== undefined) liftSpendPause(context, agentId, end);
  const stored = store.spend.windowsToCharge(agentId);
  const source = { automationId: run.automationId, runId: run.runId };
  const charged = (kind: WindowKind) => {
    const window = stored.find((one) => one.kind === kind);
    return chargedWindow(currentWindow(window, kind, now), usage, source, now);
  };
  for (const kind of ['daily', 'monthly', 'lifetime'] as const) store.spend.saveWindow(agentId, charged(kind));
  const weekly = charged('weekly');
  const limits = limitsOf(context, agentId);
  const capNanos = weeklyCapOf(limits);
  const hasOverride = hasQuotaOverride(context, agentId, run.runId);
  const marks = markedWeek({ weekly, capNanos, warningRatio: limits.spendWarningThresholdRatio, hasOverride }, now);
  store.spend.saveWindow(agentId, marks.weekly);
  const at = { weeklyCostNanos: weekly.costNanos, capNanos: capNanos ?? 0 };
  if (marks.isWarned) {
    emit({
      name: 'spend.warning',
      payload: { agentId, ...source, weeklyCostNanos: at.weeklyCostNanos, weeklySpendCapNanos: at.capNanos },
      agentIds: [agentId],
      actor: spendCapActor,
    });
  }
  if (marks.isStopped) {
    const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
    // One that cannot be read is stopped as it is.
    if (agent.isUnreadable !== true) {
      store.agents.save({ ...agent, spendPausedAtMs: now, spendPauseReason: agentPauseReason(at.capNanos) });
    }
  }
  return { isWarned: marks.isWarned, isStopped: marks.isStopped, ...at };
}

/**
 * Asks the operator for a quota override for an agent that its cap stops, unless Gatehouse asks already (section 8, Hard stop).
 * Answers what was opened. An agent's own request does not stand in for it (decision 11).
 */
export function askForOverride(
  context: CommandContext,
  run: Run,
  { agentId, weeklyCostNanos, capNanos }: CapReached,
): ApprovalRecord | undefined {
  const target = { type: 'agent', id: agentId } as const;
  if (ownRequests(context, 'quota_override', target, 'pending').length > 0) return undefined;
  const reason = 'agent weekly spend cap exceeded';
  return openSystemApproval(context, {
    requestType: 'quota_override',
    source: 'automation_spend_cap',
    target,
    rationale: `${reason}: ${agentId} has reached its cap of ${usdOfNanos(capNanos).toFixed(2)} USD for this week.`,
    context: {
      automationID: run.automationId,
      runID: run.runId,
      agentID: agentId,
      weeklyCostUsd: usdOfNanos(weeklyCostNanos),
      weeklySpendCapUsd: usdOfNanos(capNanos),
      reason,
    },
  });
}

/**
 * Whether the operator denied this very override: in this week, at this cost and this cap. Then a reservation that does not fit
 * is refused without asking again; once any of the three is different, it is asked again.
 */
export function isRefusedOverride(
  context: CommandContext,
  { agentId, weeklyCostNanos, capNanos }: CapReached,
): boolean {
  const { windowStartMs } = windowOf(context, agentId, 'weekly');
  return context.store.approvals
    .about('agent', agentId, 'quota_override', 'denied')
    .some(
      ({ requestedBy, createdAtMs, context: asked }) =>
        requestedBy.source === spendCapActor.source &&
        createdAtMs >= windowStartMs &&
        nanosIn(asked, 'weeklyCostUsd') === weeklyCostNanos &&
        nanosIn(asked, 'weeklySpendCapUsd') === capNanos,
    );
}

/** An amount of what Gatehouse asked with, which people read in dollars. */
function nanosIn(context: unknown, name: string): number | undefined {
  const usd = fieldOf(context, name);
  return typeof usd === 'number' ? nanosOfUsd(usd) : undefined;
}

/**
 * Pauses the run while a lineage agent's spend stops it: the one whose report reached the cap, and every other one at its next
 * report, so that no run of a stopped agent goes on spending.
 */
function stopWhereCapHolds(context: CommandContext, run: Run): Run {
  if (!canPause(run)) return run;
  const { store } = context;
  const stopped = store.records
    .lineageAgents(run.automationId)
    .filter((agentId) => isSpendPaused(context, agentId, run.runId))
    .map((agentId) => ({
      agentId,
      weeklyCostNanos: store.spend.windows(agentId).find(({ kind }) => kind === 'weekly')?.costNanos ?? 0,
      capNanos: weeklyCapOf(limitsOf(context, agentId)) ?? 0,
    }));
  if (stopped.length === 0) return run;
  const stop = {
    stopKind: 'guardrail_stopped',
    reason: runPauseReason(stopped),
    lifecycleEvent: 'run_paused_spend_cap_exceeded',
  } as const;
  return pauseRun(context, run, stop, spendCapActor);
}

/** Charges an open reservation at its estimate, which its usage_id then stands for (section 8, Reserve). */
export function chargeEstimate(context: CommandContext, run: Run, { usageId, costNanos }: Reservation): Run {
  const usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0, costNanos };
  const charged = charge(context, run, usage, { usageId, isEstimate: true });
  context.store.spend.keepAnswer(run.runId, usageId, { estimateNanos: costNanos });
  return charged.run;
}
