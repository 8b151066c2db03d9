import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Approval, ListedApproval } from '../../shared/contract/approval';
import type { DeskPush, DeskStatus, Preferences } from '../../shared/contract/desk-contract';
import type { Refusal } from '../../shared/kernel/errors';
import type { Place } from '../../shared/kernel/place';
import { type Topic, topics } from '../../shared/topics';
import type { Verdict } from '../strings';
import { everyWaiting, groupKeyOf, groupOf, type ListFilter, type Queue, waitingOf } from './queue';
import { keptStop, shownKey } from './stops';
import { areTermsReady, defaultTerms, type Terms, termsKindOf } from './terms';

/** A decision that was taken or sent: still on its way, or refused, or answered with another decision than the one sent. */
export type SentDecision =
  /** Taken, and not sent yet: it can be taken back. */
  | { readonly phase: 'grace'; readonly verdict: Verdict }
  | { readonly phase: 'inFlight'; readonly verdict: Verdict }
  | {
      readonly phase: 'failed';
      readonly verdict: Verdict;
      readonly refusal: Refusal;
      /** The agent's cap that was raised before the decision was refused, in nano-dollars. */
      readonly raisedCapNanos?: number;
    }
  | { readonly phase: 'overtaken'; readonly verdict: Verdict };

type AuditProgress = Extract<DeskPush, { kind: 'auditProgress' }>;

/** What the window shows and has been told; the main process owns the truth. */
export type DeskState = {
  readonly place: Place;
  /** Where the operator was before, the latest last. */
  readonly before: readonly Place[];
  /** `outOfTouch`: no pulse for too long, so nothing may be decided. */
  readonly connection: 'starting' | 'live' | 'outOfTouch';
  readonly status: DeskStatus | undefined;
  readonly preferences: Preferences | undefined;
  /** Absent until the first snapshot. */
  readonly queue: Queue | undefined;
  readonly loadRefusal: Refusal | undefined;
  readonly selectedId: string | undefined;
  /** The group of similar requests that is shown in the place of a card. */
  readonly openGroup: string | undefined;
  /** The row of the list that the keys stand on: that of what is shown, or the neighbour of what has left the list. See `stops.ts`. */
  readonly stop: string | undefined;
  readonly listFilter: ListFilter;
  /** What the list shows in the place of the queue: what was found so far. */
  readonly found: readonly ListedApproval[] | undefined;
  /** Whether examples are shown in the place of an empty queue. */
  readonly areExamplesShown: boolean;
  /** The selected one, if it was pending when it was last shown so: settling it now happened under the operator's eyes. */
  readonly watchedId: string | undefined;
  readonly openRefusal: Refusal | undefined;
  readonly armed: Verdict | undefined;
  readonly notes: Readonly<Record<string, string>>;
  /** What the operator set for an approval besides the verdict, where it is not the default. */
  readonly terms: Readonly<Record<string, Terms>>;
  readonly decisions: Readonly<Record<string, SentDecision>>;
  /** The last decision of this window, as the status line says it. */
  readonly lastDecided: { readonly approval: Approval; readonly isNoteLost: boolean } | undefined;
  /** Whether a key was just pressed that was not taken for a decision, because the card had changed under it. */
  readonly isKeyIgnored: boolean;
  /** What a screen reader says next. */
  readonly announcement: string;
  /** How far the window's walk over the audit log is; the last that was said of one that is over. */
  readonly auditProgress: AuditProgress | undefined;
  /** Each goes up when what views show of that may have changed. */
  readonly revisions: Readonly<Record<Topic, number>>;
  readonly areKeysShown: boolean;
  readonly isPaletteShown: boolean;
};

/** The store of one window. */
export type DeskStore = StoreApi<DeskState>;

const initial: DeskState = {
  place: { view: 'queue' },
  before: [],
  connection: 'starting',
  status: undefined,
  preferences: undefined,
  queue: undefined,
  loadRefusal: undefined,
  selectedId: undefined,
  openGroup: undefined,
  stop: undefined,
  listFilter: everyWaiting,
  found: undefined,
  areExamplesShown: false,
  watchedId: undefined,
  openRefusal: undefined,
  armed: undefined,
  notes: {},
  terms: {},
  decisions: {},
  lastDecided: undefined,
  isKeyIgnored: false,
  announcement: '',
  auditProgress: undefined,
  revisions: Object.fromEntries(topics.map((topic) => [topic, 0])) as Record<Topic, number>,
  areKeysShown: false,
  isPaletteShown: false,
};

/** A store that knows nothing yet. */
export function createDeskStore(): DeskStore {
  return createStore<DeskState>(() => initial);
}

/** The approval that the card shows. */
export function selectedApproval(state: DeskState): ListedApproval | undefined {
  return state.selectedId === undefined ? undefined : state.queue?.approvals[state.selectedId];
}

/** Whether the shown request can be decided now: it is there whole, it waits, we are in touch, and no decision of ours is on its way. */
export function isDecidable(state: DeskState): boolean {
  const approval = selectedApproval(state);
  if (approval === undefined || approval.isPartial === true) return false;
  if (approval.status !== 'pending' || state.connection !== 'live') return false;
  return !isOnItsWay(state.decisions[approval.approvalId]);
}

/** Whether a decision is taken or sent, and not answered. */
export function isOnItsWay(decision: SentDecision | undefined): boolean {
  return decision?.phase === 'inFlight' || decision?.phase === 'grace';
}

/** The terms on which the request would be approved. */
export function termsOf(state: DeskState, approvalId: string): Terms {
  return state.terms[approvalId] ?? defaultTerms;
}

/** Whether the shown request can be decided so now: approving also needs the terms that it is approved on. */
export function isReadyTo(state: DeskState, verdict: Verdict, nowMs: number): boolean {
  const approval = selectedApproval(state);
  if (approval === undefined || !isDecidable(state)) return false;
  return verdict === 'deny' || areTermsReady(termsKindOf(approval), termsOf(state, approval.approvalId), nowMs);
}

/** What changes when another request is put on the card. */
export function selecting(state: DeskState, approvalId: string | undefined): Partial<DeskState> {
  const stop = shownKey({ ...state, selectedId: approvalId, openGroup: undefined });
  if (approvalId === state.selectedId && state.openGroup === undefined) return { stop };
  const isPending = approvalId !== undefined && state.queue?.approvals[approvalId]?.status === 'pending';
  return {
    selectedId: approvalId,
    openGroup: undefined,
    stop,
    watchedId: isPending ? approvalId : undefined,
    armed: undefined,
    openRefusal: undefined,
  };
}

/** What changes when a group of similar requests is shown in the place of a card. */
export function openingGroup(state: DeskState, key: string): Partial<DeskState> {
  const shown = { openGroup: key, selectedId: undefined };
  return {
    ...shown,
    stop: shownKey({ ...state, ...shown }),
    watchedId: undefined,
    armed: undefined,
    openRefusal: undefined,
  };
}

/** The key of the group that the shown request belongs to, if it waits with others like it. */
export function groupOfShown(state: DeskState): string | undefined {
  const approval = selectedApproval(state);
  if (approval?.status !== 'pending') return undefined;
  const key = groupKeyOf(approval);
  return key !== undefined && groupOf(state.queue, key).length > 0 ? key : undefined;
}

/**
 * What changes when the queue does. The card keeps its request, also when that is settled now; only an empty card takes the
 * first that waits. What was armed for an earlier revision is not armed for a newer one.
 */
export function receiving(state: DeskState, queue: Queue): Partial<DeskState> {
  const next: DeskState = { ...state, queue, loadRefusal: undefined };
  const before = selectedApproval(state);
  const after = selectedApproval(next);
  const isSame = after !== undefined && before?.revision === after.revision;
  const isWatched = after?.status === 'pending' ? after.approvalId : state.watchedId;
  const stop = keptStop(state, next);
  const kept: DeskState = { ...next, stop, armed: isSame ? state.armed : undefined, watchedId: isWatched };
  if (after !== undefined || state.selectedId !== undefined || state.openGroup !== undefined) return kept;
  return { ...kept, ...selecting(kept, waitingOf(queue)[0]?.approvalId) };
}
