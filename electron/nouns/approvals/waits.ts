import type { Feed } from '../../kernel/feed';

/** Waits for a commit that is about one approval. */
export interface ApprovalWaits {
  /** Resolves at the next commit about the approval, after `waitMs`, when the signal aborts, or at shutdown. */
  untilChanged(approvalId: string, waitMs: number, signal: AbortSignal): Promise<void>;
  /** Ends every wait. */
  close(): void;
}

/** Waits on this feed; one subscription however many wait. */
export function createApprovalWaits(feed: Feed): ApprovalWaits {
  const waits = new Map<string, Set<() => void>>();
  let isClosed = false;
  const unsubscribe = feed.subscribe((commit) => {
    for (const { subjects } of commit) {
      if (subjects.approvalId !== undefined) for (const end of [...(waits.get(subjects.approvalId) ?? [])]) end();
    }
  });
  return {
    untilChanged(approvalId, waitMs, signal) {
      if (isClosed || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const ends = waits.get(approvalId) ?? new Set();
        waits.set(approvalId, ends);
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          ends.delete(end);
          if (ends.size === 0 && waits.get(approvalId) === ends) waits.delete(approvalId);
          resolve();
        };
        const timer = setTimeout(end, waitMs);
        signal.addEventListener('abort', end, { once: true });
        ends.add(end);
      });
    },
    close() {
      isClosed = true;
      unsubscribe();
      for (const ends of [...waits.values()]) for (const end of [...ends]) end();
    },
  };
}
