import { isTerminal, type Run, type RunStatus, type StopKind } from '../../shared/run';

/** How a run is stopped for now: by whom, why, and under which name its history has it. */
export type Stop = {
  readonly stopKind: StopKind;
  readonly reason: string;
  readonly lifecycleEvent: 'run_paused_governance' | 'run_paused_spend_cap_exceeded' | 'run_paused';
};

/** Whether a run can be paused: it is under way. */
export function canPause({ status }: Run): boolean {
  return status === 'queued' || status === 'running' || status === 'awaiting_approval' || status === 'pausing';
}

/**
 * A run that is paused (spec/governance.md section 10, Pausing a run): by way of pausing, its sessions and instances taken from
 * it; the event that tells of it names them, so that the engine stops them.
 */
export function pausedRun(run: Run, stop: Stop, now: number): Run {
  const { stopKind, reason } = stop;
  return {
    ...run,
    status: 'paused',
    updatedAtMs: now,
    activeSessionIds: [],
    activeInstanceIds: [],
    pauseReason: reason,
    detail: reason,
    stopKind,
    stopReason: reason,
    lifecycleHistory: [
      ...run.lifecycleHistory,
      { event: 'run_pausing', recordedAtMs: now, reason, stopKind },
      { event: stop.lifecycleEvent, recordedAtMs: now, reason, stopKind },
    ],
  };
}

/** Whether an engine may report that a run went from one status to another. A paused run is resumed, not reported running. */
export function canReport(from: RunStatus, to: RunStatus): boolean {
  if (isTerminal(from)) return from === to;
  if (from === to) return true;
  if (to === 'queued') return false;
  if (from === 'paused' || from === 'pausing') return to === 'paused' || isTerminal(to);
  return true;
}
