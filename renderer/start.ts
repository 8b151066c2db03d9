import { connectDesk, type GatehouseBridge } from './bridge';
import { createActions } from './state/actions';
import type { DeskParts } from './state/desk-context';
import { createDeskStore } from './state/desk-store';
import { guardSwaps, KeyGuard } from './state/key-guard';
import { startSync } from './state/sync';

/** Puts the parts of a window together and starts to follow the store; `stop` ends that. */
export function startWindow(bridge: GatehouseBridge): DeskParts & { readonly stop: () => void } {
  const desk = connectDesk(bridge);
  const store = createDeskStore();
  const guard = new KeyGuard();
  const actions = createActions(desk, store);
  const endGuarding = guardSwaps(store, guard);
  const sync = startSync(desk, store, (approvalId) => void actions.open(approvalId));
  const stop = () => {
    sync.stop();
    endGuarding();
  };
  return { desk, store, guard, actions, refresh: sync.refresh, stop };
}
