import type { StoreTroubleKind } from '../../shared/contract/desk-contract';
import type { Actor } from '../../shared/kernel/actor';
import type { Clock } from './ports';
import { openStore, type Store } from './store/database';
import { type StoreTrouble, troubleOf } from './store/trouble';

/** The store, or what keeps it from being used. */
export type StoreState =
  | { readonly isOpen: true; readonly store: Store }
  | { readonly isOpen: false; readonly trouble: StoreTrouble };

/** Holds the store while it can be used, and what is wrong with it while it cannot. */
export interface StoreHolder {
  state(): StoreState;
  /** What is wrong now, also when the store is open but its last write failed. */
  trouble(): StoreTrouble | undefined;
  /**
   * Tries to open the store; one that is open but in trouble is tried out with a write, and one whose files were taken away is used
   * again when they are back. Answers whether it is open now.
   */
  open(): boolean;
  /** Opens a store that the disk has lost changes of, without them: whoever accepts that is in the log from then on. */
  openWithLoss(acceptedBy: Actor): boolean;
  /** Looks whether the open files are still those at their paths: cheap, to be asked whenever they may have gone. */
  look(): void;
  /** Notes that a write worked: trouble that passes by itself is over. */
  wroteWell(): void;
  /** Notes an error of the store. Answers whether it was one; another error is the caller's own. */
  failed(error: unknown): boolean;
  onChange(listener: () => void): () => void;
  close(): void;
}

/** Trouble that can pass by itself, so that trying again makes sense. A damaged database stays damaged until the restart. */
const passingKinds: readonly StoreTroubleKind[] = ['locked', 'disk_full', 'not_permitted', 'unreadable', 'taken_away'];

/** Whether trying again may help without anybody doing anything. */
export function canPass(trouble: StoreTrouble): boolean {
  return passingKinds.includes(trouble.kind);
}

const notOpenedYet: StoreState = { isOpen: false, trouble: { kind: 'unreadable', detail: 'not opened yet' } };

/** A holder for the database of this home folder. It is closed until `open`. */
export function createStoreHolder(home: string, clock: Clock, open = openStore): StoreHolder {
  let state: StoreState = notOpenedYet;
  let writeTrouble: StoreTrouble | undefined;
  /** Open, but its files are not where they were: nobody is let at it until they are back. */
  let away: Store | undefined;
  const listeners = new Set<() => void>();

  const change = (next: StoreState, nextWriteTrouble: StoreTrouble | undefined) => {
    const isStillClosed = !state.isOpen && !next.isOpen && state.trouble.kind === next.trouble.kind;
    const isSame = (state === next || isStillClosed) && writeTrouble?.kind === nextWriteTrouble?.kind;
    state = next;
    writeTrouble = nextWriteTrouble;
    if (!isSame) for (const listener of [...listeners]) listener();
  };

  function failed(error: unknown): boolean {
    const trouble = troubleOf(error);
    if (trouble === undefined) return false;
    if (trouble.kind === 'taken_away') putAway(trouble);
    else change(state, trouble);
    return true;
  }

  function putAway(trouble: StoreTrouble): void {
    if (!state.isOpen) return;
    away = state.store;
    change({ isOpen: false, trouble }, undefined);
  }

  function look(): void {
    const trouble = state.isOpen ? state.store.takenAway() : undefined;
    if (trouble !== undefined) putAway(trouble);
  }

  /** Whether the store that was put away is of use again, or has been closed whole so that it can be opened anew. */
  function takeBack(store: Store): boolean {
    const trouble = store.takenAway();
    if (trouble === undefined) {
      away = undefined;
      change({ isOpen: true, store }, undefined);
      return true;
    }
    if (!store.saveLog()) {
      change({ isOpen: false, trouble }, undefined);
      return false;
    }
    away = undefined;
    store.close();
    return openNow();
  }

  function openNow(lossAcceptedBy?: Actor): boolean {
    try {
      change({ isOpen: true, store: open(home, clock.now(), lossAcceptedBy) }, undefined);
      return true;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === undefined) throw error;
      change({ isOpen: false, trouble }, undefined);
      return false;
    }
  }

  function tryWriting(store: Store): void {
    try {
      store.tryWriting();
      change(state, undefined);
    } catch (error) {
      if (!failed(error)) throw error;
    }
  }

  return {
    state: () => state,
    trouble: () => (state.isOpen ? writeTrouble : state.trouble),
    open() {
      look();
      if (away !== undefined) return takeBack(away);
      if (!state.isOpen) return openNow();
      if (writeTrouble !== undefined && canPass(writeTrouble)) tryWriting(state.store);
      return state.isOpen;
    },
    openWithLoss: (acceptedBy) => (state.isOpen || away !== undefined ? state.isOpen : openNow(acceptedBy)),
    look,
    wroteWell() {
      if (writeTrouble !== undefined && canPass(writeTrouble)) change(state, undefined);
    },
    failed,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (state.isOpen) state.store.close();
      away?.close();
      away = undefined;
      state = notOpenedYet;
    },
  };
}
