import type { RunAction, RunStatus, StopKind } from '../../shared/contract/run';
import { countOf } from '../format';

/** What the window says of runs. */
export const runStrings = {
  title: 'Runs',
  label: 'Runs, the newest first',
  none: 'It has not run yet.',
  more: 'Show more runs',
  columns: {
    status: 'Outcome',
    stop: 'Why it stopped',
    started: 'Begun',
    duration: 'Took',
    tokens: 'Tokens',
    cost: 'Cost',
  },
  notBegun: 'Not begun',
  unknownCost: 'unknown',
  unknownCostDetail: 'Nobody has reported a cost',
  status: {
    queued: 'Queued',
    running: 'Running',
    pausing: 'Pausing',
    paused: 'Paused',
    awaiting_approval: 'Awaiting approval',
    completed: 'Completed',
    blocked: 'Blocked',
    failed: 'Failed',
    cancelled: 'Cancelled',
  } satisfies Record<RunStatus, string>,
  stopKind: {
    cancelled: 'Cancelled',
    operator_stopped: 'Stopped by the operator',
    guardrail_stopped: 'Stopped by a guardrail',
    panic: 'The engine crashed',
    shutdown: 'The engine shut down',
    server_restart: 'The engine restarted',
    stale_reaped: 'Nothing was heard of it',
  } satisfies Record<StopKind, string>,

  open: (runId: string) => `: open run ${runId}`,
  run: 'Run',
  trigger: 'Trigger',
  created: 'Queued',
  started: 'Begun',
  finished: 'Ended',
  duration: 'Took',
  tokens: 'Tokens',
  tokenParts: (prompt: string, completion: string) => `${prompt} prompt, ${completion} completion`,
  cost: 'Cost',
  sessions: 'Sessions',
  instances: 'Instances',
  stopped: 'Stopped',
  detail: 'Detail',
  history: 'History, oldest first',
  outputs: 'Outputs by node',
  noOutputs: 'No outputs.',
  close: 'Close',
  reason: 'Why (optional)',

  actions: {
    pause: {
      label: 'Pause',
      title: 'Pause this run',
      words: 'Its sessions and instances are told to stop. You can resume it later.',
    },
    resume: {
      label: 'Resume',
      title: 'Resume this run',
      words: 'It is queued again, and an engine goes on with it.',
    },
    cancel: {
      label: 'Cancel run',
      title: 'Cancel this run',
      words: 'Its sessions and instances are told to stop. It cannot be resumed.',
    },
  } satisfies Record<RunAction, { readonly label: string; readonly title: string; readonly words: string }>,
} as const;

/** What an entry of a run's history is called: `run_paused_governance` is “Paused by governance”. */
export function historyEvent(event: string): string {
  const known: Readonly<Record<string, string>> = {
    run_paused_governance: 'Paused by governance',
    run_paused_spend_cap_exceeded: 'Paused: spend cap exceeded',
    run_charged_estimate: 'Charged at its estimate',
  };
  const words = event.replace(/^run_/, '').replaceAll('_', ' ');
  return known[event] ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** How long something took, short: `1 min 5 s`. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'under 1 s';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : countOf(Math.floor(hours / 24), 'day', 'days');
}
