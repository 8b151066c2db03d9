import { type DeskStore, selectedApproval } from './desk-store';

/** How long keys and clicks are ignored after another card was swapped in, in milliseconds. */
export const GUARD_MS = 400;

/**
 * Keeps a decision from landing on a card that has just come up under the operator's hand. Times are those of
 * `performance.now()` and of events, which is when the key went down, not when a busy window got round to it.
 */
export class KeyGuard {
  #swappedAtMs = Number.NEGATIVE_INFINITY;

  /** Starts the time again; called when another card is chosen and once more when it is drawn. */
  swapped(): void {
    this.#swappedAtMs = performance.now();
  }

  /** Whether a key or a click of that time may act on the card. */
  lets(eventAtMs: number): boolean {
    return Math.min(eventAtMs, performance.now()) - this.#swappedAtMs >= GUARD_MS;
  }
}

/** Starts the guard's time again whenever the store puts another request, or another revision of it, on the card. */
export function guardSwaps(store: DeskStore, guard: KeyGuard): () => void {
  return store.subscribe((state, before) => {
    const isSame = state.selectedId === before.selectedId && state.place === before.place;
    if (!isSame || selectedApproval(state)?.revision !== selectedApproval(before)?.revision) guard.swapped();
  });
}
