import { connectDesk, type GatehouseBridge } from './bridge';
import { createActions, type DeskActions } from './state/actions';
import type { DeskParts } from './state/desk-context';
import { createDeskStore } from './state/desk-store';
import { guardSwaps, KeyGuard } from './state/key-guard';
import { type Sync, type SyncListeners, startSync } from './state/sync';

/** The parts of a page, and how it follows the store. */
export type Page = DeskParts & { readonly sync: Sync; readonly stop: () => void };

/** Puts the parts of a page together and starts to follow the store; `stop` ends that, and sends what is decided when the page goes. */
export function startPage(bridge: GatehouseBridge, listenersOf: (actions: DeskActions) => SyncListeners): Page {
  const desk = connectDesk(bridge);
  const store = createDeskStore();
  const guard = new KeyGuard();
  const actions = createActions(desk, store);
  const endGuarding = guardSwaps(store, guard);
  const sync = startSync(desk, store, listenersOf(actions));
  window.addEventListener('pagehide', actions.sendNow);
  const stop = () => {
    window.removeEventListener('pagehide', actions.sendNow);
    sync.stop();
    endGuarding();
  };
  return { desk, store, guard, actions, refresh: sync.refresh, kept: new Map(), sync, stop };
}
