import type { StoreTroubleKind } from '../../shared/desk-contract';
import { openStore, type Store } from '../store/database';
import { type StoreTrouble, troubleOf } from '../store/trouble';
import type { Clock } from './ports';

/** The store, or what keeps it from being used. */
export type StoreState =
  | { readonly isOpen: true; readonly store: Store }
  | { readonly isOpen: false; readonly trouble: StoreTrouble };

/** Holds the store while it can be used, and what is wrong with it while it cannot. */
export interface StoreHolder {
  state(): StoreState;
  /** What is wrong now, also when the store is open but its last write failed. */
  trouble(): StoreTrouble | undefined;
  /** Tries to open the store; one that is open but in trouble is tried out with a write. Answers whether it is open now. */
  open(): boolean;
  /** Notes that a write worked: trouble that passes by itself is over. */
  wroteWell(): void;
  /** Notes an error of the store. Answers whether it was one; another error is the caller's own. */
  failed(error: unknown): boolean;
  onChange(listener: () => void): () => void;
  close(): void;
}

/** Trouble that can pass by itself, so that trying again makes sense. A damaged database stays damaged until the restart. */
const passingKinds: readonly StoreTroubleKind[] = ['locked', 'disk_full', 'not_permitted', 'unreadable'];

/** Whether trying again may help without anybody doing anything. */
export function canPass(trouble: StoreTrouble): boolean {
  return passingKinds.includes(trouble.kind);
}

const notOpenedYet: StoreState = { isOpen: false, trouble: { kind: 'unreadable', detail: 'not opened yet' } };

/** A holder for the database of this home folder. It is closed until `open`. */
export function createStoreHolder(home: string, clock: Clock, open = openStore): StoreHolder {
  let state: StoreState = notOpenedYet;
  let writeTrouble: StoreTrouble | undefined;
  const listeners = new Set<() => void>();

  const change = (next: StoreState, nextWriteTrouble: StoreTrouble | undefined) => {
    const isSame = state === next && writeTrouble?.kind === nextWriteTrouble?.kind;
    state = next;
    writeTrouble = nextWriteTrouble;
    if (!isSame) for (const listener of [...listeners]) listener();
  };

  function failed(error: unknown): boolean {
    const trouble = troubleOf(error);
    if (trouble === undefined) return false;
    change(state, trouble);
    return true;
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
      if (state.isOpen) {
        if (writeTrouble !== undefined && canPass(writeTrouble)) tryWriting(state.store);
        return true;
      }
      try {
        change({ isOpen: true, store: open(home, clock.now()) }, undefined);
        return true;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === undefined) throw error;
        change({ isOpen: false, trouble }, undefined);
        return false;
      }
    },
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
      state = notOpenedYet;
    },
  };
}
