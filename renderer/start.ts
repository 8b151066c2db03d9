import { notifications } from '@mantine/notifications';
import { connectDesk, type Desk, type GatehouseBridge } from './bridge';
import { createActions } from './state/actions';
import type { DeskParts } from './state/desk-context';
import { createDeskStore, type DeskStore } from './state/desk-store';
import { guardSwaps, KeyGuard } from './state/key-guard';
import { startSync } from './state/sync';

/** Puts the parts of a window together and starts to follow the store; `stop` ends that. */
export function startWindow(bridge: GatehouseBridge): DeskParts & { readonly stop: () => void } {
  const desk = connectDesk(bridge);
  const store = createDeskStore();
  const guard = new KeyGuard();
  const actions = createActions(desk, store);
  const endGuarding = guardSwaps(store, guard);
  const sync = startSync(desk, store, {
    onOpen: (approvalId) => void actions.open(approvalId),
    onShow: ({ view, subject }) => actions.show(view, subject),
    onTold: (title, message) => notifications.show({ title, message }),
  });
  const endTelling = tellPlace(desk, store);
  window.addEventListener('pagehide', actions.sendNow);
  const stop = () => {
    window.removeEventListener('pagehide', actions.sendNow);
    sync.stop();
    endTelling();
    endGuarding();
  };
  return { desk, store, guard, actions, refresh: sync.refresh, kept: new Map(), stop };
}

/** Tells the main process what the operator has before them, now and at each change, so that it is not notified as well. */
function tellPlace(desk: Desk, store: DeskStore): () => void {
  const tell = () => void desk.request('desk.showing', { place: store.getState().place });
  tell();
  return store.subscribe((state, before) => {
    if (state.place !== before.place) tell();
  });
}
