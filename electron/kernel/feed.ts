import type { CommittedEvent } from '../../shared/events';
import type { Topic } from '../../shared/topics';
import type { Logger } from './ports';

/** What was committed together, oldest first. */
export type Commit = readonly CommittedEvent[];

/** Tells listeners of every commit, in order (design.md decision 6): what happens outside happens here, never in a transaction. */
export interface Feed {
  /** Answers the function that ends the subscription. */
  subscribe(listener: (commit: Commit) => void): () => void;
  publish(commit: Commit): void;
  /** As `subscribe`, to the views that changed by what is kept outside the log. */
  onUnlogged(listener: (topics: readonly Topic[]) => void): () => void;
  publishUnlogged(topics: readonly Topic[]): void;
}

/** A feed with no listeners. A listener that throws is logged and does not keep the others from hearing. */
export function createFeed(logger: Logger): Feed {
  const commits = createListeners<Commit>(logger);
  const unlogged = createListeners<readonly Topic[]>(logger);
  return {
    subscribe: commits.add,
    publish: commits.tell,
    onUnlogged: unlogged.add,
    publishUnlogged: unlogged.tell,
  };
}

function createListeners<T>(logger: Logger) {
  const listeners = new Set<(told: T) => void>();
  return {
    add(listener: (told: T) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(told: T) {
      for (const listener of [...listeners]) {
        try {
          listener(told);
        } catch (error) {
          logger.error({ error }, 'a listener of the feed failed');
        }
      }
    },
  };
}
