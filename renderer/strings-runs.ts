import type { RunStatus } from '../shared/run';
import { countOf } from './format';

/** What the window says of runs. */
export const runStrings = {
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
} as const;

/** How long something took, short: `1 min 5 s`. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : countOf(Math.floor(hours / 24), 'day', 'days');
}
