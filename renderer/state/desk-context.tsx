import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Desk } from '../bridge';
import type { DeskActions } from './actions';
import type { DeskState, DeskStore } from './desk-store';
import type { KeyGuard } from './key-guard';

/** What every view reaches: the store to read, the actions to send, the desk for requests that no store keeps. */
export type DeskParts = {
  readonly desk: Desk;
  readonly store: DeskStore;
  readonly actions: DeskActions;
  readonly guard: KeyGuard;
  readonly refresh: () => void;
  /** What views want to find again when the operator comes back, by name; see `useKept`. */
  readonly kept: Map<string, unknown>;
};

const DeskContext = createContext<DeskParts | undefined>(undefined);

/** Hands the parts of the window to everything inside. */
export function DeskProvider({ parts, children }: { readonly parts: DeskParts; readonly children: ReactNode }) {
  return <DeskContext value={parts}>{children}</DeskContext>;
}

/** The parts of the window; throws outside the provider. */
export function useDeskParts(): DeskParts {
  const parts = useContext(DeskContext);
  if (parts === undefined) throw new Error('used outside of DeskProvider');
  return parts;
}

/** Hands each key that is pressed to `handle`, which must stay the same, for as long as this is drawn. */
export function useKeys(handle: (event: KeyboardEvent, parts: DeskParts) => void): void {
  const parts = useDeskParts();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => handle(event, parts);
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [parts, handle]);
}

/** A value of the store; the component draws again only when that value is another. */
export function useDesk<T>(selector: (state: DeskState) => T): T {
  return useStore(useDeskParts().store, selector);
}

/**
 * State of this name that is still there when the operator comes back to the view: what was searched, filtered and scrolled to.
 * It lives as long as the window. `key` must stay the same for as long as the component is drawn.
 */
export function useKept<T>(key: string, initial: T): readonly [value: T, change: (next: T) => void] {
  const { kept } = useDeskParts();
  const [value, setValue] = useState(() => (kept.has(key) ? (kept.get(key) as T) : initial));
  const change = useCallback(
    (next: T) => {
      kept.set(key, next);
      setValue(next);
    },
    [kept, key],
  );
  return [value, change];
}
