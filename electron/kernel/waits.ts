import type { Feed } from './feed';

/** Waits for a commit that is about one approval. */
export interface Waits {
  /** Resolves at the next commit about the approval, after `waitMs`, when the signal aborts, or at `endAll`. */
  untilChanged(approvalId: string, waitMs: number, signal: AbortSignal): Promise<void>;
  /** Whether anybody waits for a commit about the approval. */
  isWaitedFor(approvalId: string): boolean;
  /** Ends every wait that there is. */
  endAll(): void;
}

/** Waits on this feed; one subscription however many wait. */
export function createWaits(feed: Feed): Waits {
  const waits = new Map<string, Set<() => void>>();
  feed.subscribe((commit) => {
    for (const { subjects } of commit) {
      if (subjects.approvalId !== undefined) for (const end of [...(waits.get(subjects.approvalId) ?? [])]) end();
    }
  });
  return {
    untilChanged(approvalId, waitMs, signal) {
      if (signal.aborted) return Promise.resolve();
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
    isWaitedFor: (approvalId) => waits.has(approvalId),
    endAll() {
      for (const ends of [...waits.values()]) for (const end of [...ends]) end();
    },
  };
}
