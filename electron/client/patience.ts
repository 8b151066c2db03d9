import { setTimeout as delay } from 'node:timers/promises';
import { isPassing, Unreachable } from './failure';

/** Between two tries while Gatehouse is away, in milliseconds: soon at first, then so that nobody notices. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/** How long to try, and whom to tell. */
export type Patience = {
  readonly signal?: AbortSignal | undefined;
  /** Tries no more after this instant; Infinity by default. */
  readonly untilMs?: number;
  /** How long nobody may answer at all, in milliseconds; Infinity by default. */
  readonly longestAwayMs?: number;
  /** Called once when it turns out that Gatehouse is away, and once when it is back. */
  readonly onAway?: (isAway: boolean) => void;
};

/** Does it again and again while Gatehouse is away, as while it restarts; each try has to look anew where it is. */
export async function whileAway<T>(work: () => Promise<T>, patience: Patience = {}): Promise<T> {
  const { signal, untilMs = Infinity, longestAwayMs = Infinity, onAway } = patience;
  let isAway = false;
  let silentSinceMs: number | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      const result = await work();
      if (isAway) onAway?.(false);
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      silentSinceMs = error instanceof Unreachable ? (silentSinceMs ?? Date.now()) : undefined;
      const leftMs = Math.min(untilMs, (silentSinceMs ?? Infinity) + longestAwayMs) - Date.now();
      if (!isPassing(error) || leftMs <= 0) throw error;
      if (!isAway) onAway?.(true);
      isAway = true;
      await delay(Math.min(pauseMs, leftMs), undefined, signal === undefined ? {} : { signal });
    }
  }
}
