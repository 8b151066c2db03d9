import type { StateVerdict } from '../../../shared/contract/checkpoint';
import { type StoreTrouble, StoreTroubleError } from '../../kernel/store/trouble';
import { startThread } from '../../kernel/thread';

/** Holds the state against the log; rejects when the signal aborts, and as the store does when the database cannot be read. */
export type StateCheck = (signal: AbortSignal) => Promise<StateVerdict>;

/** What the thread says, once. */
export type FromStateCheck =
  | { readonly kind: 'done'; readonly verdict: StateVerdict }
  | { readonly kind: 'trouble'; readonly trouble: StoreTrouble };

/** What the thread starts with. */
export type StateCheckStart = { readonly home: string };

/** Checks the state of this home folder in a thread of its own, so that nobody waits for it. `closed` resolves when all have ended. */
export function createStateCheckThread(
  script: URL,
  home: string,
): { readonly checkState: StateCheck; readonly closed: () => Promise<void> } {
  const ending = new Set<Promise<void>>();
  return {
    async checkState(signal) {
      signal.throwIfAborted();
      const start: StateCheckStart = { home };
      const { worker, end } = startThread(script, start);
      try {
        return await new Promise<StateVerdict>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          worker.on('error', reject);
          worker.on('exit', () => reject(new Error('the thread of a check ended before it was done')));
          worker.on('message', (message: FromStateCheck) => {
            if (message.kind === 'done') resolve(message.verdict);
            else reject(new StoreTroubleError(message.trouble));
          });
        });
      } finally {
        // Whoever gives it up does not wait until the database has answered its last question.
        const ended = end().then(() => void ending.delete(ended));
        ending.add(ended);
      }
    },
    closed: async () => void (await Promise.all(ending)),
  };
}
