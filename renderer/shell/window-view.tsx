import { Kbd, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { viewNames } from '../../shared/kernel/view-names';
import { type DeskParts, useDesk, useDeskParts, useKeys } from '../state/desk-context';
import { strings } from '../strings';
import { Dialog } from '../ui/confirm';
import { Contained } from '../ui/contained';
import { Banners } from './banners';
import { Navigation } from './navigation';
import classes from './shell.module.css';
import { TroubleView } from './trouble-view';
import { loadAll, Palette, Toasts, views } from './views';

/** A page that is never idle loads the rest this long after its first useful frame, in milliseconds. */
const LONGEST_UNSETTLED_MS = 2_000;

/** The whole window: the places and the one that is open, or nothing but the trouble when the database cannot be used. */
export function WindowView() {
  const place = useDesk((state) => state.place);
  const database = useDesk((state) => state.status?.store);
  const announcement = useDesk((state) => state.announcement);
  useKeys(handleWindowKey);
  const isSettled = useSettled();
  if (database?.state === 'trouble') return <TroubleView key={database.kind} trouble={database} />;
  const { view } = place;
  const View = views[view];
  return (
    <div className={classes['window']}>
      <Navigation />
      <main className={classes['main']} tabIndex={-1}>
        {view === 'queue' && <VisuallyHidden component="h1">{strings.app.views.queue}</VisuallyHidden>}
        <Banners />
        <div>
          <Contained key={view} resetKeys={[place]}>
            <View />
          </Contained>
        </div>
      </main>
      <KeysPanel />
      {isSettled && (
        <>
          <Palette />
          <Toasts />
        </>
      )}
      <VisuallyHidden role="status" aria-live="polite">
        {announcement}
      </VisuallyHidden>
    </div>
  );
}

/** Whether the first useful frame is drawn and nothing else is to be done: what it does without is loaded from then on. */
function useSettled(): boolean {
  const isUseful = useDesk((state) => state.queue !== undefined || state.loadRefusal !== undefined);
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    if (!isUseful) return;
    const settle = () => {
      setSettled(true);
      void loadAll();
    };
    const handle = requestIdleCallback(settle, { timeout: LONGEST_UNSETTLED_MS });
    return () => cancelIdleCallback(handle);
  }, [isUseful]);
  return isSettled;
}

/** The keys of the window, shown on demand. */
function KeysPanel() {
  const { actions } = useDeskParts();
  const isShown = useDesk((state) => state.areKeysShown);
  if (!isShown) return null;
  return (
    <Dialog title={strings.keys.title} closeLabel={strings.app.close} onClose={() => actions.showKeys(false)}>
      <dl className={classes['keys']}>
        {strings.keys.rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Text size="sm" c="dimmed" mt={12}>
        {strings.keys.swap}
      </Text>
    </Dialog>
  );
}

/** The keys that hold in every view: Ctrl+K or Cmd+K opens the palette, Alt with a number goes to a view, Alt+Left back, `?` shows the keys. */
function handleWindowKey(event: KeyboardEvent, { actions, store }: DeskParts): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    const isPalette = event.key.toLowerCase() === 'k' && !event.altKey && !event.shiftKey;
    if (!isPalette || store.getState().status?.store.state === 'trouble') return;
    event.preventDefault();
    actions.showPalette(!store.getState().isPaletteShown);
    return;
  }
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
