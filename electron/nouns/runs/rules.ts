import type { GovernanceRecord } from '../../../shared/contract/governance';
import { isTerminal, type Run, type RunReport, type RunStatus, type StopKind } from '../../../shared/contract/run';
import type { Usage } from '../../../shared/contract/spend';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { saturatingSum } from '../../../shared/kernel/money';
import { type MutationFacts, mutationRules } from '../automations/rules-mutation';

/** How a run is stopped for now: by whom, why, and under which name its history has it. */
export type RunStop = {
  /** Absent when an agent or an engine pauses its own run. */
  readonly stopKind?: StopKind;
  readonly reason: string;
  readonly lifecycleEvent: 'run_paused_governance' | 'run_paused_spend_cap_exceeded' | 'run_paused';
};

type LifecycleEntry = Run['lifecycleHistory'][number];

/** Entries that a run's history keeps, the newest; so that nobody makes it grow without end by pausing and resuming. */
const HISTORY_LENGTH = 200;

function withHistory(run: Run, ...entries: readonly LifecycleEntry[]): Run {
  return { ...run, lifecycleHistory: [...run.lifecycleHistory, ...entries].slice(-HISTORY_LENGTH) };
}

/** A run that waits for an engine to begin it. */
export function queuedRun(runId: string, automationId: string, triggerType: string, now: number): Run {
  return {
    runId,
    automationId,
    triggerType,
    status: 'queued',
    createdAtMs: now,
    updatedAtMs: now,
    activeSessionIds: [],
    activeInstanceIds: [],
    checkpoint: { nodeOutputs: {} },
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    costNanos: 0,
    lifecycleHistory: [{ event: 'run_queued', recordedAtMs: now }],
  };
}

/** Whether a run can be paused: it is under way. */
export function canPause({ status }: Run): boolean {
  return status === 'queued' || status === 'running' || status === 'awaiting_approval' || status === 'pausing';
}

/** A run on its way to being paused: it is to be written as this before it is written as paused (spec/governance.md section 10). */
export function pausingRun(run: Run, stop: RunStop, now: number): Run {
  const entry = { event: 'run_pausing', recordedAtMs: now, reason: stop.reason, ...stopKindOf(stop) };
  return withHistory({ ...run, status: 'pausing', updatedAtMs: now }, entry);
}

/**
 * A run that is paused (section 10, Pausing a run): its sessions and instances taken from it; the event that tells of it names
 * them, so that the engine stops them. The detail that it had stays, but where a spend cap stops it (section 8).
 */
export function pausedRun(run: Run, stop: RunStop, now: number): Run {
  const { stopKind: _, ...rest } = run;
  const { reason } = stop;
  const stopKind = stopKindOf(stop);
  return withHistory(
    {
      ...rest,
      status: 'paused',
      updatedAtMs: now,
      activeSessionIds: [],
      activeInstanceIds: [],
      pauseReason: reason,
      ...(stop.lifecycleEvent === 'run_paused_spend_cap_exceeded' && { detail: reason }),
      ...stopKind,
      stopReason: reason,
    },
    { event: stop.lifecycleEvent, recordedAtMs: now, reason, ...stopKind },
  );
}

function stopKindOf({ stopKind }: RunStop): Pick<RunStop, 'stopKind'> {
  return stopKind === undefined ? {} : { stopKind };
}

/** A paused run that waits for an engine to go on with it. What its pause put into its detail goes with the pause. */
export function resumedRun(run: Run, reason: string | undefined, now: number): Run {
  const { pauseReason, stopKind: _stopKind, stopReason: _stopReason, detail, ...kept } = run;
  const rest = detail === undefined || detail === pauseReason ? kept : { ...kept, detail };
  const why = reason === undefined ? {} : { reason };
  return withHistory(
    { ...rest, status: 'queued', updatedAtMs: now, ...defined({ resumeReason: reason }) },
    { event: 'run_resumed', recordedAtMs: now, ...why },
  );
}

/** A run that is cancelled for good; the event that tells of it names its sessions and instances. */
export function cancelledRun(run: Run, reason: string, now: number): Run {
  return withHistory(
    {
      ...run,
      status: 'cancelled',
      updatedAtMs: now,
      finishedAtMs: now,
      activeSessionIds: [],
      activeInstanceIds: [],
      detail: run.detail ?? reason,
      stopKind: 'cancelled',
      stopReason: reason,
    },
    { event: 'run_cancelled', recordedAtMs: now, reason, stopKind: 'cancelled' },
  );
}

/** Whether an engine may report that a run went from one status to another. A paused run is resumed, not reported running. */
export function canReport(from: RunStatus, to: RunStatus): boolean {
  if (isTerminal(from)) return from === to;
  if (from === to) return true;
  if (to === 'queued') return false;
  if (from === 'paused' || from === 'pausing') return to === 'paused' || isTerminal(to);
  return true;
}

/**
 * A run with what its engine reports of it; the transition must be one that `canReport` allows. Outputs are added by node. Who
 * stopped a run, and that nothing works for it any more, is not changed by a report that leaves it stopped as it was.
 */
export function reportedRun(run: Run, report: RunReport, now: number): Run {
  const status = report.status ?? run.status;
  const isOver = isTerminal(status);
  const isStopped = isOver || status === 'paused';
  const isNew = status !== run.status;
  const stopKind = report.stopKind === undefined ? {} : { stopKind: report.stopKind };
  const stopReason = report.stopReason === undefined ? {} : { stopReason: report.stopReason };
  const reason = report.stopReason ?? report.detail;
  const reported: Run = {
    ...run,
    status,
    updatedAtMs: now,
    ...(status === 'running' && run.startedAtMs === undefined && { startedAtMs: now }),
    ...(isOver && isNew && { finishedAtMs: now }),
    activeSessionIds: isStopped ? [] : (report.activeSessionIds ?? run.activeSessionIds),
    activeInstanceIds: isStopped ? [] : (report.activeInstanceIds ?? run.activeInstanceIds),
    checkpoint: { nodeOutputs: { ...run.checkpoint.nodeOutputs, ...report.nodeOutputs } },
    ...defined({ detail: report.detail }),
    ...(status === 'paused' && isNew && reason !== undefined && { pauseReason: reason }),
    ...((isNew || !isStopped) && { ...stopKind, ...stopReason }),
  };
  if (!isNew) return reported;
  const why = reason === undefined ? {} : { reason };
  return withHistory(reported, { event: `run_${status}`, recordedAtMs: now, ...why, ...stopKind });
}

/** A run with one more usage charged to it; an estimate is noted in its history (spec/governance.md section 8). */
export function chargedRun(run: Run, usage: Usage, estimateOf: string | undefined, now: number): Run {
  const charged: Run = {
    ...run,
    updatedAtMs: now,
    promptTokens: saturatingSum(run.promptTokens, usage.promptTokens),
    completionTokens: saturatingSum(run.completionTokens, usage.completionTokens),
    totalTokens: saturatingSum(run.totalTokens, usage.totalTokens),
    costNanos: saturatingSum(run.costNanos, usage.costNanos),
  };
  if (estimateOf === undefined) return charged;
  const reason = `nothing was reported under the usage_id ${estimateOf}, so its estimate was charged`;
  return withHistory(charged, { event: 'run_charged_estimate', recordedAtMs: now, reason });
}

/** What decides whether a run of an automation may begin or go on. */
export type RunBlockFacts = {
  /** The custody record; undefined when there is none. */
  readonly record: GovernanceRecord | undefined;
  /** The agents that the run is for and that the operator has paused. */
  readonly pausedAgentIds: readonly string[];
  /** The agents that the run is for and that their spend has stopped. */
  readonly spendPausedAgentIds: readonly string[];
};

type RunRule = {
  readonly code: ErrorCode;
  readonly fails: (facts: RunBlockFacts, now: number) => boolean;
};

/** What keeps a run from beginning or going on, in its order (spec/api.md section 2; spec/governance.md sections 8 and 12). */
export const runRules: readonly RunRule[] = [
  { code: 'AUTOMATION_V2_GOVERNANCE_MISSING', fails: ({ record }) => record === undefined },
  { code: 'AUTOMATION_V2_LIFECYCLE_BLOCKED', fails: ({ record }, now) => isLifecycleBlocked(record, now) },
  { code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED', fails: ({ pausedAgentIds }) => pausedAgentIds.length > 0 },
  {
    code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
    fails: ({ spendPausedAgentIds }) => spendPausedAgentIds.length > 0,
  },
];

function isLifecycleBlocked(record: GovernanceRecord | undefined, now: number): boolean {
  if (record === undefined) return false;
  const { pausedForLifecycle, retiredAtMs, expiredAtMs, expiresAtMs, deletedAtMs } = record;
  const isExpired = expiredAtMs !== undefined || (expiresAtMs !== undefined && expiresAtMs <= now);
  return pausedForLifecycle || retiredAtMs !== undefined || isExpired || deletedAtMs !== undefined;
}

/** The code that keeps a run from beginning or going on; undefined when nothing does. */
export function runBlock(facts: RunBlockFacts, now: number): ErrorCode | undefined {
  return runRules.find(({ fails }) => fails(facts, now))?.code;
}

/** What decides whether an actor may run an automation and report on its runs. */
export type WorkFacts = Omit<MutationFacts, 'isDelete'> & {
  /** Whether the actor is one of the agents of the automation's flow. */
  readonly isFlowAgent: boolean;
};

// These do not ask whose automation it is but where it stands: they keep a run from beginning (rules.ts), and must not keep
// anyone from reporting what a run that they stopped has cost.
const lifecycleCodes: readonly ErrorCode[] = [
  'AUTOMATION_V2_RETIRED',
  'AUTOMATION_V2_EXPIRED',
  'AUTOMATION_V2_LIFECYCLE_PAUSED',
];

/**
 * The code that forbids an actor to work with an automation's runs; undefined when it may: everyone but agents, the agents of
 * its flow, and whoever may change it (spec/api.md section 2).
 */
export function workDenial(facts: WorkFacts): ErrorCode | undefined {
  const { record, actor, isFlowAgent } = facts;
  if (actor.kind !== 'agent' || isFlowAgent) return undefined;
  if (record === undefined) return 'AUTOMATION_V2_GOVERNANCE_MISSING';
  return mutationRules
    .filter(({ code }) => !lifecycleCodes.includes(code))
    .find(({ fails }) => fails({ ...facts, record, isDelete: false }))?.code;
}
