import type { CommittedEvent } from '../../shared/events';
import type { Logger } from './ports';

/** What was committed together, oldest first. */
export type Commit = readonly CommittedEvent[];

/** Tells listeners of every commit, in order (design.md decision 6): what happens outside happens here, never in a transaction. */
export interface Feed {
  /** Answers the function that ends the subscription. */
  subscribe(listener: (commit: Commit) => void): () => void;
  publish(commit: Commit): void;
}

/** A feed with no listeners. A listener that throws is logged and does not keep the others from hearing. */
export function createFeed(logger: Logger): Feed {
  const listeners = new Set<(commit: Commit) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish(commit) {
      for (const listener of [...listeners]) {
        try {
          listener(commit);
        } catch (error) {
          logger.error({ error }, 'a listener of the feed failed');
        }
      }
    },
  };
}
