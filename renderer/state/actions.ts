import type { Approval, ListedApproval } from '../../shared/contract/approval';
import type { RuleOfRequest } from '../../shared/contract/tool-rule';
import type { Refusal } from '../../shared/kernel/errors';
import type { Place } from '../../shared/kernel/place';
import type { ViewName } from '../../shared/kernel/view-names';
import type { Desk } from '../bridge';
import type { Verdict } from '../strings';
import {
  type DeskState,
  type DeskStore,
  isDecidable,
  isOnItsWay,
  isReadyTo,
  openingGroup,
  receiving,
  type SentDecision,
  selectedApproval,
  selecting,
  termsOf,
} from './desk-store';
import type { KeyGuard } from './key-guard';
import { everyWaiting, type ListFilter, nextAfter, waitingOf, withApproval, withNextPage } from './queue';
import { keptStop, nextStop } from './stops';
import { approvalOn, type RetirementAction, type Terms, termsKindOf } from './terms';

/** Steps back that are remembered. */
const MOST_BEFORE = 50;

/** What the operator can do in the window. Nothing here changes what is true; it asks, and shows the answer. */
export type DeskActions = {
  select(approvalId: string): void;
  /** Puts one on the card that a search found, which the queue may not know. */
  choose(approval: ListedApproval): void;
  /** Shows a group of similar requests in the place of a card. */
  openGroup(key: string): void;
  /** Loads the next page of what waits; does nothing while one is on its way, or when all are there. */
  loadMore(): Promise<void>;
  filterList(filter: ListFilter): void;
  /** Tells what the list found with its filter, so that keys can move in it; undefined when it shows the queue. */
  listFound(found: readonly ListedApproval[] | undefined): void;
  showExamples(areShown: boolean): void;
  /** Selects the neighbour in the list, a group as one; where nothing is selected, the first; where that has left, its neighbour. */
  move(step: 1 | -1): void;
  /** Selects the next that waits after the shown one, else the first that waits. */
  selectNext(): void;
  /** Puts a request on the card that may not be loaded yet (the sync loads it with the first snapshot), as a notification or the tray asks for. */
  open(approvalId: string): Promise<void>;
  /** Fetches all of a request that the list knows in part. */
  loadWhole(approvalId: string): Promise<void>;
  arm(verdict: Verdict): void;
  disarm(): void;
  setNote(approvalId: string, note: string): void;
  setTerms(approvalId: string, terms: Terms): void;
  /**
   * Sends the decision on the shown revision, with the note and the terms. Does nothing while that cannot be decided. Approving
   * a retirement's question extends, unless it is told to retire. A rule is made with the approval, or neither.
   */
  decide(verdict: Verdict, action?: RetirementAction, rule?: RuleOfRequest): Promise<void>;
  /**
   * Takes the decision on the shown revision and goes on to the next request; it is sent after the grace that the operator prefers, and
   * can be taken back until then. The guard lets the next key act on that request, because it comes up for this one.
   */
  decideSoon(verdict: Verdict, guard: Pick<KeyGuard, 'expects'>, rule?: RuleOfRequest): void;
  /** Takes the last decision back that is not sent yet, and shows its request; answers whether there was one. */
  undo(): boolean;
  /** Sends what was decided and not sent yet, because the window goes. */
  sendNow(): void;
  /** Goes to a view, or to one thing in it. */
  show(view: ViewName, subject?: string): void;
  /** Goes back to where the operator was before; stays where there was nothing. */
  goBack(): void;
  showKeys(areKeysShown: boolean): void;
  showPalette(isPaletteShown: boolean): void;
};

/** The actions of one window. */
export function createActions(desk: Desk, store: DeskStore): DeskActions {
  const card = cardActions(desk, store);
  return { ...listActions(desk, store), ...card.actions, ...graceActions(store, card.send), ...placeActions(store) };
}

function learn(store: DeskStore, approval: Approval): void {
  store.setState((state) => (state.queue === undefined ? {} : receiving(state, withApproval(state.queue, approval))));
}

/** Asks for the whole of a request; what it is told comes into the queue. */
async function fetchWhole(desk: Desk, store: DeskStore, approvalId: string): Promise<Refusal | undefined> {
  const result = await desk.request('approvals.get', { approvalId });
  if (!result.ok) return result.refusal;
  learn(store, result.value.approval);
  return undefined;
}

function nextWaitingId(state: DeskState): string | undefined {
  if (state.queue === undefined) return undefined;
  const isDecided = (approvalId: string) => isOnItsWay(state.decisions[approvalId]);
  return nextAfter(state.queue, selectedApproval(state), isDecided)?.approvalId;
}

type ListAction =
  | 'openGroup'
  | 'loadMore'
  | 'filterList'
  | 'listFound'
  | 'showExamples'
  | 'move'
  | 'loadWhole'
  | 'open';

function listActions(desk: Desk, store: DeskStore): Pick<DeskActions, ListAction | 'select' | 'choose' | 'selectNext'> {
  const select = (approvalId: string | undefined) => store.setState((state) => selecting(state, approvalId));
  const choose = (approval: ListedApproval) =>
    store.setState((state) => {
      if (state.queue === undefined) return {};
      const known: DeskState = { ...state, queue: withApproval(state.queue, approval) };
      return { ...known, ...selecting(known, approval.approvalId) };
    });
  let isLoadingMore = false;
  return {
    select,
    choose,
    openGroup: (key) => store.setState((state) => openingGroup(state, key)),
    async loadMore() {
      const { queue } = store.getState();
      const last = queue === undefined ? undefined : waitingOf(queue).at(-1);
      if (queue === undefined || last === undefined || isLoadingMore) return;
      if (waitingOf(queue).length >= queue.waitingCount) return;
      isLoadingMore = true;
      const { approvalId, expiresAtMs } = last;
      const result = await desk.request('queue.waitingAfter', { approvalId, expiresAtMs });
      isLoadingMore = false;
      if (!result.ok) return store.setState({ openRefusal: result.refusal });
      const { waiting } = result.value;
      store.setState((state) => (state.queue === undefined ? {} : { queue: withNextPage(state.queue, waiting) }));
    },
    filterList: (listFilter) => store.setState({ listFilter }),
    listFound: (found) => store.setState((state) => ({ found, stop: keptStop(state, { ...state, found }) })),
    showExamples: (areExamplesShown) => store.setState({ areExamplesShown }),
    move(step) {
      const next = nextStop(store.getState(), step);
      if (next?.group !== undefined) store.setState((state) => openingGroup(state, next.group));
      else if (next !== undefined) choose(next.approval);
    },
    selectNext: () => select(nextWaitingId(store.getState())),
    async open(approvalId) {
      store.setState((state) => ({
        ...going(state, { view: 'queue' }),
        listFilter: everyWaiting,
        areExamplesShown: false,
      }));
      const { queue } = store.getState();
      if (queue !== undefined && queue.approvals[approvalId] === undefined) {
        const openRefusal = await fetchWhole(desk, store, approvalId);
        if (openRefusal !== undefined) return store.setState({ openRefusal });
      }
      select(approvalId);
    },
    async loadWhole(approvalId) {
      const openRefusal = await fetchWhole(desk, store, approvalId);
      if (openRefusal !== undefined) store.setState({ openRefusal });
    },
  };
}

/** A decision with all that it is sent with, as it was when it was taken. */
type Taken = {
  readonly verdict: Verdict;
  readonly approval: ListedApproval;
  readonly note: string;
  readonly terms: Terms;
  readonly action?: RetirementAction | undefined;
  readonly rule?: RuleOfRequest | undefined;
};

/** The decision on the shown request, if it can be taken now. */
function takenNow(state: DeskState, verdict: Verdict): Taken | undefined {
  const approval = selectedApproval(state);
  if (approval === undefined || !isReadyTo(state, verdict, Date.now())) return undefined;
  const { approvalId } = approval;
  return { verdict, approval, note: (state.notes[approvalId] ?? '').trim(), terms: termsOf(state, approvalId) };
}

type CardAction = 'arm' | 'disarm' | 'setNote' | 'setTerms' | 'decide';

function cardActions(
  desk: Desk,
  store: DeskStore,
): { readonly actions: Pick<DeskActions, CardAction>; send(taken: Taken): Promise<void> } {
  const sent = (approvalId: string, decision: SentDecision) =>
    store.setState(({ decisions }) => ({ decisions: { ...decisions, [approvalId]: decision } }));

  const answered = (verdict: Verdict, note: string, approval: Approval) => {
    learn(store, approval);
    const { approvalId } = approval;
    if (approval.status !== (verdict === 'approve' ? 'approved' : 'denied')) {
      return sent(approvalId, { phase: 'overtaken', verdict });
    }
    store.setState((state) => ({
      decisions: without(state.decisions, approvalId),
      notes: without(state.notes, approvalId),
      terms: without(state.terms, approvalId),
      lastDecided: { approval, isNoteLost: note !== '' && approval.reviewNotes !== note },
      ...(state.selectedId === approvalId ? selecting(state, nextWaitingId(state)) : {}),
    }));
  };

  async function send({ verdict, approval, note, terms, action, rule }: Taken): Promise<void> {
    const { approvalId, revision } = approval;
    store.setState({ armed: undefined, lastDecided: undefined });
    sent(approvalId, { phase: 'inFlight', verdict });
    const noted = { approvalId, revision, ...(note === '' ? {} : { notes: note }) };
    const capNanos = verdict === 'approve' ? raisedCapOf(approval, terms) : undefined;
    if (capNanos !== undefined) {
      // The cap first: if that is refused, nothing has happened; the other way round the agent would run without one.
      const agentId = approval.targetResource.id;
      const raised = await desk.request('agent.setLimits', { agentId, weeklySpendCapNanos: capNanos });
      if (!raised.ok) return sent(approvalId, { phase: 'failed', verdict, refusal: raised.refusal });
    }
    const result =
      verdict === 'approve'
        ? await desk.request('approval.approve', {
            ...noted,
            ...approvalOn(approval, terms, action, Date.now()),
            ...(rule !== undefined && { rule }),
          })
        : await desk.request('approval.deny', noted);
    if (result.ok) return answered(verdict, note, result.value.approval);
    const raisedCap = capNanos === undefined ? {} : { raisedCapNanos: capNanos };
    sent(approvalId, { phase: 'failed', verdict, refusal: result.refusal, ...raisedCap });
    await fetchWhole(desk, store, approvalId);
  }

  const actions: Pick<DeskActions, CardAction> = {
    arm: (verdict) => store.setState((state) => (isDecidable(state) ? { armed: verdict } : {})),
    disarm: () => store.setState({ armed: undefined }),
    setNote: (approvalId, note) => store.setState((state) => ({ notes: { ...state.notes, [approvalId]: note } })),
    setTerms: (approvalId, terms) =>
      store.setState((state) => ({ terms: { ...state.terms, [approvalId]: terms }, armed: undefined })),
    async decide(verdict, action, rule) {
      const taken = takenNow(store.getState(), verdict);
      if (taken !== undefined) await send({ ...taken, action, rule });
    },
  };
  return { actions, send };
}

/** Decisions by one key, which can be taken back for a moment. */
function graceActions(
  store: DeskStore,
  send: (taken: Taken) => Promise<void>,
): Pick<DeskActions, 'decideSoon' | 'undo' | 'sendNow'> {
  const waiting = new Map<string, { readonly taken: Taken; readonly timer: ReturnType<typeof setTimeout> }>();

  async function sendOf(approvalId: string): Promise<void> {
    const found = waiting.get(approvalId);
    if (found === undefined) return;
    waiting.delete(approvalId);
    clearTimeout(found.timer);
    await send(found.taken);
    // What was not taken is not left behind unseen.
    if (store.getState().decisions[approvalId] !== undefined) store.setState((state) => selecting(state, approvalId));
  }

  return {
    decideSoon(verdict, guard, rule) {
      const taken = takenNow(store.getState(), verdict);
      if (taken === undefined) return;
      const { approvalId } = taken.approval;
      const graceMs = store.getState().preferences?.undoMs ?? 0;
      waiting.set(approvalId, { taken: { ...taken, rule }, timer: setTimeout(() => void sendOf(approvalId), graceMs) });
      store.setState((state) => ({
        armed: undefined,
        lastDecided: undefined,
        decisions: { ...state.decisions, [approvalId]: { phase: 'grace', verdict } },
      }));
      const nextId = nextWaitingId(store.getState());
      if (nextId === undefined) return;
      guard.expects(nextId);
      store.setState((state) => selecting(state, nextId));
    },
    undo() {
      const last = [...waiting.keys()].at(-1);
      const found = last === undefined ? undefined : waiting.get(last);
      if (last === undefined || found === undefined) return false;
      waiting.delete(last);
      clearTimeout(found.timer);
      store.setState((state) => ({ decisions: without(state.decisions, last), ...selecting(state, last) }));
      return true;
    },
    sendNow() {
      for (const approvalId of waiting.keys()) void sendOf(approvalId);
    },
  };
}

function placeActions(store: DeskStore): Pick<DeskActions, 'show' | 'goBack' | 'showKeys' | 'showPalette'> {
  return {
    show: (view, subject) =>
      store.setState((state) => going(state, { view, ...(subject !== undefined && { subject }) })),
    goBack: () =>
      store.setState(({ before }) => {
        const place = before.at(-1);
        return place === undefined ? {} : { place, before: before.slice(0, -1), armed: undefined };
      }),
    showKeys: (areKeysShown) => store.setState({ areKeysShown, armed: undefined }),
    showPalette: (isPaletteShown) => store.setState({ isPaletteShown, armed: undefined }),
  };
}

/** The cap that approving sets, in nano-dollars. */
function raisedCapOf(approval: ListedApproval, { cap, capNanos }: Terms): number | undefined {
  return termsKindOf(approval) === 'quota' && cap === 'raise' ? capNanos : undefined;
}

/** What changes when another place is gone to; going to where one is already is no step. */
function going({ place, before }: DeskState, next: Place): Partial<DeskState> {
  const isHere = place.view === next.view && place.subject === next.subject;
  return { armed: undefined, ...(!isHere && { place: next, before: [...before, place].slice(-MOST_BEFORE) }) };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
