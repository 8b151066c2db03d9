import type { StoreTroubleKind } from '../../shared/contract/desk-contract';
import type { Actor } from '../../shared/kernel/actor';
import { createListeners } from './listeners';
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
  const known = createKnownState();
  const { current, change } = known;
  /** Open, but its files are not where they were: nobody is let at it until they are back. */
  let away: Store | undefined;

  function failed(error: unknown): boolean {
    const trouble = troubleOf(error);
    if (trouble === undefined) return false;
    if (trouble.kind === 'taken_away') putAway(trouble);
    else change(current(), trouble);
    return true;
  }

  function putAway(trouble: StoreTrouble): void {
    const store = known.store();
    if (store === undefined) return;
    away = store;
    change({ isOpen: false, trouble });
  }

  function look(): void {
    const trouble = known.store()?.takenAway();
    if (trouble !== undefined) putAway(trouble);
  }

  /** Whether the store that was put away is of use again, or has been closed whole so that it can be opened anew. */
  function takeBack(store: Store): boolean {
    const trouble = store.takenAway();
    const isLeftAway = trouble !== undefined && !store.saveLog();
    if (!isLeftAway) away = undefined;
    if (trouble === undefined) change({ isOpen: true, store });
    else if (isLeftAway) change({ isOpen: false, trouble });
    else {
      store.close();
      openNow();
    }
    return current().isOpen;
  }

  const openNow = (lossAcceptedBy?: Actor) => change(stateOf(() => open(home, clock.now(), lossAcceptedBy)));

  function tryWriting(store: Store): void {
    try {
      store.tryWriting();
      change(current());
    } catch (error) {
      if (!failed(error)) throw error;
    }
  }

  return {
    state: current,
    trouble: known.trouble,
    open() {
      look();
      if (away !== undefined) return takeBack(away);
      const store = known.store();
      if (store === undefined) openNow();
      else if (known.hasPassingWriteTrouble()) tryWriting(store);
      return current().isOpen;
    },
    openWithLoss(acceptedBy) {
      if (!current().isOpen && away === undefined) openNow(acceptedBy);
      return current().isOpen;
    },
    look,
    wroteWell() {
      if (known.hasPassingWriteTrouble()) change(current());
    },
    failed,
    onChange: known.onChange,
    close() {
      known.store()?.close();
      away?.close();
      away = undefined;
      known.forget();
    },
  };
}

/** What is known of the store, and who is told when that changes. */
function createKnownState() {
  let state: StoreState = notOpenedYet;
  let writeTrouble: StoreTrouble | undefined;
  const listeners = createListeners();
  return {
    current: () => state,
    store: () => (state.isOpen ? state.store : undefined),
    trouble: () => (state.isOpen ? writeTrouble : state.trouble),
    hasPassingWriteTrouble: () => writeTrouble !== undefined && canPass(writeTrouble),
    change(next: StoreState, nextWriteTrouble?: StoreTrouble) {
      const wasSame = isSame(state, next) && writeTrouble?.kind === nextWriteTrouble?.kind;
      state = next;
      writeTrouble = nextWriteTrouble;
      if (!wasSame) listeners.tell();
    },
    onChange: listeners.add,
    /** For the end: nobody is told. */
    forget() {
      state = notOpenedYet;
    },
  };
}

/** The store that this opens, or the trouble that keeps it from being opened; throws any other error. */
function stateOf(open: () => Store): StoreState {
  try {
    return { isOpen: true, store: open() };
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === undefined) throw error;
    return { isOpen: false, trouble };
  }
}

/** Whether listeners need not hear of it: the same open store, or the same kind of trouble. */
function isSame(before: StoreState, now: StoreState): boolean {
  return before === now || (!before.isOpen && !now.isOpen && before.trouble.kind === now.trouble.kind);
}
