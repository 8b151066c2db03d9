import type { Approval } from '../../shared/approval';
import type { Place, ViewName } from '../../shared/place';
import type { Desk } from '../bridge';
import type { Verdict } from '../strings';
import { type DeskState, type DeskStore, isDecidable, receiving, selectedApproval, selecting } from './desk-store';
import { recentOf, waitingOf, withApproval } from './queue';

/** Steps back that are remembered. */
const MOST_BEFORE = 50;

/** What the operator can do in the window. Nothing here changes what is true; it asks, and shows the answer. */
export type DeskActions = {
  select(approvalId: string): void;
  /** Selects the neighbour in the list; where nothing is selected, the first. */
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
  /** Sends the decision on the shown revision, with the note. Does nothing while that cannot be decided. */
  decide(verdict: Verdict): Promise<void>;
  /** Goes to a view, or to one thing in it. */
  show(view: ViewName, subject?: string): void;
  /** Goes back to where the operator was before; stays where there was nothing. */
  goBack(): void;
  showKeys(areKeysShown: boolean): void;
};

/** The actions of one window. */
export function createActions(desk: Desk, store: DeskStore): DeskActions {
  const change = (next: (state: DeskState) => Partial<DeskState>) => store.setState(next);

  const select = (approvalId: string | undefined) => change((state) => selecting(state, approvalId));

  const learn = (approval: Approval) =>
    change((state) => (state.queue === undefined ? {} : receiving(state, withApproval(state.queue, approval))));

  const fetchAgain = async (approvalId: string) => {
    const result = await desk.request('approvals.get', { approvalId });
    if (result.ok) learn(result.value.approval);
  };

  const nextWaitingId = (state: DeskState): string | undefined => {
    if (state.queue === undefined) return undefined;
    const waiting = waitingOf(state.queue).filter((approval) => approval.approvalId !== state.selectedId);
    const shown = selectedApproval(state);
    const after = waiting.find((approval) => shown !== undefined && approval.expiresAtMs >= shown.expiresAtMs);
    return (after ?? waiting[0])?.approvalId;
  };

  const answered = (verdict: Verdict, note: string, approval: Approval) => {
    learn(approval);
    const wanted = verdict === 'approve' ? 'approved' : 'denied';
    const { approvalId } = approval;
    if (approval.status !== wanted) {
      change((state) => ({ decisions: { ...state.decisions, [approvalId]: { phase: 'overtaken', verdict } } }));
      return;
    }
    change((state) => {
      const isShown = state.selectedId === approvalId;
      return {
        decisions: without(state.decisions, approvalId),
        notes: without(state.notes, approvalId),
        lastDecided: { approval, isNoteLost: note !== '' && approval.reviewNotes !== note },
        ...(isShown ? selecting(state, nextWaitingId(state)) : {}),
      };
    });
  };

  return {
    select,
    move(step) {
      change((state) => {
        if (state.queue === undefined) return {};
        const all = [...waitingOf(state.queue), ...recentOf(state.queue)];
        const index = all.findIndex((approval) => approval.approvalId === state.selectedId);
        const next = all[index === -1 ? 0 : index + step];
        return next === undefined ? {} : selecting(state, next.approvalId);
      });
    },
    selectNext() {
      change((state) => selecting(state, nextWaitingId(state)));
    },
    async open(approvalId) {
      change((state) => going(state, { view: 'queue' }));
      const { queue } = store.getState();
      if (queue !== undefined && queue.approvals[approvalId] === undefined) {
        const result = await desk.request('approvals.get', { approvalId });
        if (!result.ok) {
          change(() => ({ openRefusal: result.refusal }));
          return;
        }
        learn(result.value.approval);
      }
      select(approvalId);
    },
    async loadWhole(approvalId) {
      const result = await desk.request('approvals.get', { approvalId });
      if (result.ok) learn(result.value.approval);
      else change(() => ({ openRefusal: result.refusal }));
    },
    arm(verdict) {
      change((state) => (isDecidable(state) ? { armed: verdict } : {}));
    },
    disarm() {
      change(() => ({ armed: undefined }));
    },
    setNote(approvalId, note) {
      change((state) => ({ notes: { ...state.notes, [approvalId]: note } }));
    },
    async decide(verdict) {
      const state = store.getState();
      const approval = selectedApproval(state);
      if (approval === undefined || !isDecidable(state)) return;
      const { approvalId, revision } = approval;
      const note = (state.notes[approvalId] ?? '').trim();
      change(({ decisions }) => ({
        armed: undefined,
        lastDecided: undefined,
        decisions: { ...decisions, [approvalId]: { phase: 'inFlight', verdict } },
      }));
      const result = await desk.request(verdict === 'approve' ? 'approval.approve' : 'approval.deny', {
        approvalId,
        revision,
        ...(note === '' ? {} : { notes: note }),
      });
      if (result.ok) return answered(verdict, note, result.value.approval);
      change(({ decisions }) => ({
        decisions: { ...decisions, [approvalId]: { phase: 'failed', verdict, refusal: result.refusal } },
      }));
      await fetchAgain(approvalId);
    },
    show(view, subject) {
      change((state) => going(state, { view, ...(subject !== undefined && { subject }) }));
    },
    goBack() {
      change(({ before }) => {
        const place = before.at(-1);
        return place === undefined ? {} : { place, before: before.slice(0, -1), armed: undefined };
      });
    },
    showKeys(areKeysShown) {
      change(() => ({ areKeysShown, armed: undefined }));
    },
  };
}

/** What changes when another place is gone to; going to where one is already is no step. */
function going({ place, before }: DeskState, next: Place): Partial<DeskState> {
  const isHere = place.view === next.view && place.subject === next.subject;
  return { armed: undefined, ...(!isHere && { place: next, before: [...before, place].slice(-MOST_BEFORE) }) };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
