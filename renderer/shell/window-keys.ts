import { useEffect } from 'react';
import { viewNames } from '../../shared/kernel/place';
import { type DeskParts, useDeskParts } from '../state/desk-context';

/** The keys that hold in every view: Alt with a number goes to a view, Alt+Left goes back, `?` shows the keys. */
export function useWindowKeys(): void {
  const parts = useDeskParts();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => handleKey(event, parts);
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [parts]);
}

function handleKey(event: KeyboardEvent, { actions, store }: DeskParts): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    const view = viewNames[Number(event.key) - 1];
    if (view !== undefined) actions.show(view);
    else if (event.key === 'ArrowLeft') actions.goBack();
    else return;
    event.preventDefault();
    return;
  }
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  if (target.closest('input, textarea, select, [contenteditable="true"]') !== null) return;
  if (event.key === '?' && !store.getState().areKeysShown) actions.showKeys(true);
}
