import type { Desk, GatehouseBridge } from './bridge';
import { startPage } from './start-page';
import type { DeskParts } from './state/desk-context';
import type { DeskStore } from './state/desk-store';

/** Puts the parts of a window together and starts to follow the store; `stop` ends that. */
export function startWindow(bridge: GatehouseBridge): DeskParts & { readonly stop: () => void } {
  const page = startPage(bridge, (actions) => ({
    onOpen: (approvalId) => void actions.open(approvalId),
    onShow: ({ view, subject }) => actions.show(view, subject),
    onTold: (title, message) => void import('./shell/toasts').then(({ showToast }) => showToast(title, message)),
  }));
  const endTelling = tellPlace(page.desk, page.store);
  return {
    ...page,
    stop() {
      page.stop();
      endTelling();
    },
  };
}

/** Tells the main process what the operator has before them, now and at each change, so that it is not notified as well. */
function tellPlace(desk: Desk, store: DeskStore): () => void {
  const tell = () => void desk.request('desk.showing', { place: store.getState().place });
  tell();
  return store.subscribe((state, before) => {
    if (state.place !== before.place) tell();
  });
}
