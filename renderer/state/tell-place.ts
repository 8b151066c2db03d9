import type { Desk } from '../bridge';
import type { DeskStore } from './desk-store';

/** Tells the main process what the operator has before them, now and at each change, so that it is not notified as well. */
export function tellPlace(desk: Desk, store: DeskStore): () => void {
  const tell = () => void desk.request('desk.showing', { place: store.getState().place });
  tell();
  return store.subscribe((state, before) => {
    if (state.place !== before.place) tell();
  });
}
