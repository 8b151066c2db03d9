import { type DeskStore, selectedApproval } from './desk-store';

/** How long keys and clicks are ignored after another card was swapped in, in milliseconds. */
export const GUARD_MS = 400;

/**
 * Keeps a decision from landing on a card that has just come up under the operator's hand. Times are those of
 * `performance.now()` and of events, which is when the key went down, not when a busy window got round to it.
 */
export class KeyGuard {
  #swappedAtMs = Number.NEGATIVE_INFINITY;
  /** The request that the operator's own decision brings up, until it is drawn. */
  #expectedId: string | undefined;
  /** Whether the window is not drawn, or has not the focus: a key that arrives all the same was not meant for it. */
  #isAway = false;

  /** Whether somebody may still be typing what they began in another program. */
  #isTypedOn = false;

  /** Lets nothing through until `arrived`. */
  left(): void {
    this.#isAway = true;
  }

  /** The window is drawn and has the focus: from now on the time runs. */
  arrived(): void {
    this.#isAway = false;
    this.swapped();
  }

  /**
   * As `arrived`, where the page came up by itself over what the operator did: whoever was typing types on, so each key begins the time
   * anew until one comes after a pause.
   */
  summoned(): void {
    this.#isTypedOn = true;
    this.arrived();
  }

  /** A key went down that is none of a field's; `isMeant` where it is one that this page knows. */
  pressed(eventAtMs: number, isMeant: boolean): void {
    if (!this.#isTypedOn || this.#isAway) return;
    if (isMeant && this.lets(eventAtMs)) this.#isTypedOn = false;
    else this.swapped();
  }

  /** The operator has decided with a key that can be taken back: the card that comes next for it is no surprise. */
  expects(approvalId: string): void {
    this.#expectedId = approvalId;
  }

  /** Starts the time again; called when another card is chosen, and once more when it is drawn. */
  swapped(approvalId?: string, isDrawn = false): void {
    const isExpected = approvalId !== undefined && approvalId === this.#expectedId;
    if (isDrawn || !isExpected) this.#expectedId = undefined;
    if (!isExpected) this.#swappedAtMs = performance.now();
  }

  /** Whether a key or a click of that time may act on the card. */
  lets(eventAtMs: number): boolean {
    if (this.#isAway || this.#expectedId !== undefined) return false;
    return Math.min(eventAtMs, performance.now()) - this.#swappedAtMs >= GUARD_MS;
  }
}

/** Starts the guard's time again whenever the store puts another request, or another revision of it, on the card. */
export function guardSwaps(store: DeskStore, guard: KeyGuard): () => void {
  return store.subscribe((state, before) => {
    const isSame = state.selectedId === before.selectedId && state.place === before.place;
    if (!isSame || selectedApproval(state)?.revision !== selectedApproval(before)?.revision) {
      guard.swapped(state.selectedId);
    }
  });
}
