import type { DeskPush } from '../../../shared/contract/desk-contract';
import type { Walk } from '../../kernel/queries';

type Task = Extract<DeskPush, { kind: 'auditProgress' }>['task'];

/** How often the window hears how far a walk is, at most, in milliseconds. */
const PROGRESS_INTERVAL_MS = 250;

/** The walks over the audit log that the window has asked for. */
export interface AuditWalks {
  /** A walk of which the window hears how far it is. */
  start(task: Task): Walk;
  /** Ends all that are under way. */
  cancel(): void;
}

/** No walks yet. */
export function createAuditWalks(push: (push: DeskPush) => void): AuditWalks {
  let underWay = new AbortController();
  return {
    start(task) {
      let lastSaidAtMs = -Infinity;
      return {
        signal: underWay.signal,
        onProgress(rows, ofRows) {
          const now = performance.now();
          if (now - lastSaidAtMs < PROGRESS_INTERVAL_MS && rows < ofRows) return;
          lastSaidAtMs = now;
          push({ kind: 'auditProgress', task, rows, ofRows });
        },
      };
    },
    cancel() {
      underWay.abort();
      underWay = new AbortController();
    },
  };
}
