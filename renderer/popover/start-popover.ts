import type { DeskPush } from '../../shared/contract/desk-contract';
import type { GatehouseBridge } from '../bridge';
import { CARD_ID } from '../queue/request-card';
import { startPage } from '../start-page';
import type { DeskActions } from '../state/actions';
import type { DeskParts } from '../state/desk-context';
import { type DeskStore, isOnItsWay, selecting } from '../state/desk-store';
import { waitingOf } from '../state/queue';
import { nextStop } from '../state/stops';
import { stopClock } from '../ui/times';
import { goneThroughByTab, hide, openInWindow } from './popover-keys';

type PopoverPush = Extract<DeskPush, { kind: 'popover' }>;

/** Puts the parts of the popover together; it rests until it is shown. `stop` ends that. */
export function startPopover(bridge: GatehouseBridge): DeskParts & { readonly stop: () => void } {
  let isShown = false;
  const page = startPage(bridge, () => ({
    onOpen: () => {},
    onShow: () => {},
    onTold: () => {},
    onPopover: (push) => (push.isShown ? show(push) : rest()),
  }));
  const { store, guard, sync } = page;
  const actions: DeskActions = { ...page.actions, ...actionsOfPopover(page) };
  const parts: DeskParts = { ...page, actions };

  function show({ approvalId }: PopoverPush): void {
    if (!isShown) {
      sync.wake();
      stopClock(false);
      store.setState({ armed: undefined, isKeyIgnored: false });
      goneThroughByTab(false);
      if (approvalId === undefined) selectMostUrgent(store);
      document.getElementById(CARD_ID)?.focus();
    }
    isShown = true;
    if (approvalId !== undefined) void actions.open(approvalId);
    arriveWhenDrawn();
  }

  function rest(): void {
    isShown = false;
    guard.left();
    actions.sendNow();
    sync.rest();
    stopClock(true);
  }

  /** INVARIANT: no key decides before what it decides on was drawn, and the operator had the time to see it. */
  function arriveWhenDrawn(): void {
    guard.left();
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (isShown && document.hasFocus()) guard.summoned();
      }),
    );
  }

  function leave(): void {
    guard.left();
    // Who writes why they deny may look something up for it.
    const isMidDecision = store.getState().armed !== undefined || document.querySelector('[role="dialog"]') !== null;
    if (isMidDecision) return;
    actions.sendNow();
    hide(parts);
  }

  rest();
  window.addEventListener('focus', arriveWhenDrawn);
  window.addEventListener('blur', leave);
  return {
    ...parts,
    stop() {
      window.removeEventListener('focus', arriveWhenDrawn);
      window.removeEventListener('blur', leave);
      page.stop();
      stopClock(false);
    },
  };
}

/** Here is only one request at a time: what leads to other places leads to the window. */
function actionsOfPopover(parts: DeskParts): Partial<DeskActions> {
  const { desk, store } = parts;
  return {
    show: (view, subject) =>
      void desk.request('desk.openWindow', { place: { view, ...(subject !== undefined && { subject }) } }),
    openGroup: () => openInWindow(parts),
    move(step) {
      const { approval } = nextStop(store.getState(), step, (stop) => stop.approval?.status === 'pending') ?? {};
      if (approval !== undefined) store.setState((state) => selecting(state, approval.approvalId));
    },
  };
}

/** Puts the request with the earliest deadline on the card; none where nothing is left to decide. */
function selectMostUrgent(store: DeskStore): void {
  store.setState((state) => {
    if (state.queue === undefined) return {};
    const first = waitingOf(state.queue).find(({ approvalId }) => !isOnItsWay(state.decisions[approvalId]));
    return selecting(state, first?.approvalId);
  });
}
