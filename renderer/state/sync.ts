import { placedTitle } from '../../shared/act/approval-title';
import type { Approval } from '../../shared/contract/approval';
import type { DeskPush } from '../../shared/contract/desk-contract';
import { PULSE_INTERVAL_MS } from '../../shared/contract/pulse';
import { assertNever } from '../../shared/kernel/assert-never';
import type { Place } from '../../shared/kernel/place';
import { operatorStatus } from '../../shared/missed';
import { type Topic, topics } from '../../shared/topics';
import type { Desk } from '../bridge';
import { strings } from '../strings';
import { type DeskState, type DeskStore, receiving, selectedApproval } from './desk-store';
import { applyPatch, isOfUnknown, isQueueShort, type Queue, queueFromSnapshot, waitingOf, withApproval } from './queue';

type Patch = Extract<DeskPush, { kind: 'approvals' }>;

/** Without a sign of main for this long a page that nobody uses is out of touch, in milliseconds. */
export const SILENCE_MS = 3 * PULSE_INTERVAL_MS;

/** A page that is used asks for a sign that is not older than this, in milliseconds, … */
const FRESH_MS = 2_000;

/** … and is out of touch where none comes in this time, in milliseconds. */
export const ANSWER_MS = 4_000;

/** Views that are told of changes ask again at most this often, in milliseconds. */
export const REVISION_INTERVAL_MS = 250;

/** How the window follows the store; started once per window. */
export type Sync = {
  /** Takes a new snapshot; one that is asked for meanwhile follows when it is over. */
  refresh(): void;
  /** Nobody looks: nothing is done of its own accord, and no pulse is missed. What is told is still taken. */
  rest(): void;
  /** Somebody looks again; what views show besides the queue is asked for again. */
  wake(): void;
  stop(): void;
};

/** What the main process tells the window to do, for what the operator chose or did elsewhere. */
export type SyncListeners = {
  /** A request is to be put on the card. */
  readonly onOpen: (approvalId: string) => void;
  /** A view is to be shown. */
  readonly onShow: (place: Place) => void;
  /** Something was done that the operator may read in passing. */
  readonly onTold: (title: string, body: string) => void;
  /** The popover, which this page is, came on the screen or went. */
  readonly onPopover?: (push: Extract<DeskPush, { kind: 'popover' }>) => void;
};

/**
 * Follows the store: pushes first, then a snapshot, then patches on it. A gap in the patches, a pulse that knows of more, or
 * a list that gets short takes a new snapshot.
 */
export function startSync(desk: Desk, store: DeskStore, listeners: SyncListeners): Sync {
  const touch = watchTouch(desk, store, () => missed());
  const revisions = raiseRevisions(store);
  const { refresh, patched, stop } = followQueue(desk, store, { isInTouch: touch.isInTouch, onGap: () => missed() });

  /** Nobody knows what was not heard, so everything that is shown is asked for again. */
  const missed = () => {
    refresh();
    revisions.changed(topics);
  };

  const pulsed = (seq: number) => {
    touch.heard();
    const { connection, queue } = store.getState();
    if (queue === undefined || queue.seq !== seq) missed();
    else if (connection !== 'live') store.setState({ connection: 'live' });
  };

  const onPush = (push: DeskPush) => {
    switch (push.kind) {
      case 'approvals':
        patched(push);
        return revisions.changed(push.topics);
      case 'pulse':
        return pulsed(push.seq);
      case 'changed':
        return revisions.changed(push.topics);
      case 'status':
        if (push.status.store.state === 'open' && store.getState().loadRefusal !== undefined) refresh();
        return store.setState({ status: push.status });
      case 'preferences':
        return store.setState({ preferences: push.preferences });
      case 'auditProgress':
        return store.setState({ auditProgress: push });
      case 'open':
        return listeners.onOpen(push.approvalId);
      case 'show':
        return listeners.onShow(push.place);
      case 'told':
        return listeners.onTold(push.title, push.body);
      case 'popover':
        return listeners.onPopover?.(push);
      default:
        return assertNever(push);
    }
  };

  const unsubscribe = desk.onPush(onPush, missed);
  touch.start();
  refresh();
  void desk.request('desk.status', {}).then((result) => {
    if (result.ok) store.setState((state) => ({ status: state.status ?? result.value }));
  });
  void desk.request('desk.preferences', {}).then((result) => {
    if (result.ok) store.setState((state) => ({ preferences: state.preferences ?? result.value }));
  });

  return {
    refresh,
    rest: touch.stop,
    wake() {
      touch.start();
      revisions.changed(topics);
    },
    stop() {
      stop();
      touch.stop();
      revisions.stop();
      unsubscribe();
    },
  };
}

type Touch = { readonly isInTouch: () => boolean; readonly onGap: () => void };

/** What a person does in a page. */
const uses = ['keydown', 'pointerdown', 'focus'] as const;

/**
 * Notices that main is silent: at the latest after `SILENCE_MS`, and where the operator does something, in `ANSWER_MS`, because it is
 * asked then. While all is well and nobody does anything the page has nothing to do. `onBack` is called when an answer comes late.
 */
function watchTouch(desk: Desk, store: DeskStore, onBack: () => void) {
  let heardAtMs = performance.now();
  let isLost = false;
  let isWatching = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let asked: ReturnType<typeof setTimeout> | undefined;

  const lose = () => {
    isLost = true;
    store.setState({ connection: 'outOfTouch', armed: undefined });
  };

  const heard = () => {
    heardAtMs = performance.now();
    isLost = false;
    clearTimeout(silence);
    if (isWatching) silence = setTimeout(lose, SILENCE_MS);
  };

  const ask = () => {
    if (asked !== undefined || performance.now() - heardAtMs < FRESH_MS) return;
    asked = setTimeout(lose, ANSWER_MS);
    void desk.request('desk.preferences', {}).then(() => {
      clearTimeout(asked);
      asked = undefined;
      const wasLost = isLost;
      heard();
      if (wasLost) onBack();
    });
  };

  return {
    isInTouch: () => !isLost,
    heard,
    start() {
      if (!isWatching) for (const use of uses) window.addEventListener(use, ask);
      isWatching = true;
      heard();
    },
    stop() {
      for (const use of uses) window.removeEventListener(use, ask);
      isWatching = false;
      clearTimeout(silence);
      clearTimeout(asked);
      asked = undefined;
    },
  };
}

/** Keeps the window's copy of the queue: snapshots, one at a time, and the patches on them. */
function followQueue(desk: Desk, store: DeskStore, { isInTouch, onGap }: Touch) {
  let isAsking = false;
  let isAskedAgain = false;
  let isStopped = false;
  /** Patches that came while a snapshot was on its way; it may be older than they are. */
  let held: Patch[] = [];
  let shortAtSeq = -1;

  const refresh = () => {
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    void takeSnapshot().finally(() => {
      isAsking = false;
      if (isAskedAgain && !isStopped) {
        isAskedAgain = false;
        refresh();
      }
    });
  };

  const takeSnapshot = async () => {
    const result = await desk.request('queue.snapshot', {});
    if (isStopped) return;
    const patches = held;
    held = [];
    if (!result.ok) return store.setState({ loadRefusal: result.refusal });
    receive(queueFromSnapshot(result.value, selectedApproval(store.getState())));
    if (isInTouch()) store.setState({ connection: 'live' });
    for (const patch of patches) apply(patch);
    await refreshSelected(result.value.waiting);
  };

  /** The chosen one, if the snapshot does not say where it stands: it is far down the list, settled long ago, or gone. */
  const refreshSelected = async (waiting: readonly Approval[]) => {
    const { selectedId } = store.getState();
    const known = selectedApproval(store.getState());
    if (selectedId === undefined || (known !== undefined && known.status !== 'pending')) return;
    if (waiting.some((approval) => approval.approvalId === selectedId)) return;
    const result = await desk.request('approvals.get', { approvalId: selectedId });
    if (isStopped) return;
    const { queue } = store.getState();
    if (!result.ok) store.setState({ openRefusal: result.refusal });
    else if (queue !== undefined) receive(withApproval(queue, result.value.approval));
  };

  const receive = (queue: Queue) => {
    store.setState((state) => {
      const change = receiving(state, queue);
      return { ...change, announcement: announcementOf(state, queue) ?? state.announcement };
    });
    if (isQueueShort(queue) && shortAtSeq !== queue.seq) {
      shortAtSeq = queue.seq;
      refresh();
    }
  };

  const apply = (patch: Patch) => {
    const { queue, selectedId } = store.getState();
    if (queue === undefined || patch.seq <= queue.seq) return;
    if (patch.previousSeq > queue.seq) return onGap();
    receive(applyPatch(queue, patch, selectedId));
    // It waited or was settled beyond what is loaded; now it is among the newest settled ones.
    if (isOfUnknown(queue, patch)) refresh();
  };

  return {
    refresh,
    patched(patch: Patch) {
      if (isAsking || store.getState().queue === undefined) held.push(patch);
      apply(patch);
    },
    stop() {
      isStopped = true;
    },
  };
}

/** Tells views what has changed: a storm of changes lets them ask again a few times a second, not for each. */
function raiseRevisions(store: DeskStore) {
  const changedTopics = new Set<Topic>();
  let raising: ReturnType<typeof setTimeout> | undefined;
  let raisedAtMs = Number.NEGATIVE_INFINITY;
  const raise = () => {
    raising = undefined;
    raisedAtMs = performance.now();
    const raised = [...changedTopics];
    changedTopics.clear();
    store.setState(({ revisions }) => ({
      revisions: { ...revisions, ...Object.fromEntries(raised.map((topic) => [topic, revisions[topic] + 1])) },
    }));
  };
  return {
    changed(named: readonly Topic[]) {
      for (const topic of named) changedTopics.add(topic);
      raising ??= setTimeout(raise, Math.max(0, raisedAtMs + REVISION_INTERVAL_MS - performance.now()));
    },
    stop: () => clearTimeout(raising),
  };
}

/** What a screen reader says about what came, one sentence for any number; nothing for the first load. */
function announcementOf(state: DeskState, queue: Queue): string | undefined {
  const before = state.queue;
  if (before === undefined) return undefined;
  const arrived = waitingOf(queue).filter((approval) => before.approvals[approval.approvalId] === undefined);
  const [first] = arrived;
  if (first !== undefined) {
    const isOne = arrived.length === 1;
    return isOne
      ? strings.live.arrived(placedTitle(first))
      : strings.live.arrivedMany(arrived.length, queue.waitingCount);
  }
  const settled = state.watchedId === undefined ? undefined : queue.approvals[state.watchedId];
  const wasPending = settled !== undefined && before.approvals[settled.approvalId]?.status === 'pending';
  if (!wasPending || settled.status === 'pending') return undefined;
  return strings.live.settled(placedTitle(settled), operatorStatus(settled));
}
