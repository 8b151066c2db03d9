import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Approval, ListedApproval } from '../../shared/approval';
import type { DeskPush, DeskStatus, Preferences } from '../../shared/desk-contract';
import type { Refusal } from '../../shared/errors';
import type { Topic } from '../../shared/topics';
import type { Verdict } from '../strings';
import type { Place } from './place';
import { type Queue, waitingOf } from './queue';

/** A decision that was sent: still on its way, or refused, or answered with another decision than the one sent. */
export type SentDecision =
  | { readonly phase: 'inFlight'; readonly verdict: Verdict }
  | { readonly phase: 'failed'; readonly verdict: Verdict; readonly refusal: Refusal }
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
  /** The selected one, if it was pending when it was last shown so: settling it now happened under the operator's eyes. */
  readonly watchedId: string | undefined;
  readonly openRefusal: Refusal | undefined;
  readonly armed: Verdict | undefined;
  readonly notes: Readonly<Record<string, string>>;
  readonly decisions: Readonly<Record<string, SentDecision>>;
  /** The last decision of this window, as the status line says it. */
  readonly lastDecided: { readonly approval: Approval; readonly isNoteLost: boolean } | undefined;
  /** What a screen reader says next. */
  readonly announcement: string;
  /** How far the window's walk over the audit log is; the last that was said of one that is over. */
  readonly auditProgress: AuditProgress | undefined;
  /** Each goes up when what views show of that may have changed. */
  readonly revisions: Readonly<Record<Topic, number>>;
  readonly areKeysShown: boolean;
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
  watchedId: undefined,
  openRefusal: undefined,
  armed: undefined,
  notes: {},
  decisions: {},
  lastDecided: undefined,
  announcement: '',
  auditProgress: undefined,
  revisions: { approvals: 0, agents: 0, automations: 0, runs: 0, spend: 0, limits: 0, tokens: 0, audit: 0 },
  areKeysShown: false,
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
  return state.decisions[approval.approvalId]?.phase !== 'inFlight';
}

/** What changes when another request is put on the card. */
export function selecting(state: DeskState, approvalId: string | undefined): Partial<DeskState> {
  if (approvalId === state.selectedId) return {};
  const isPending = approvalId !== undefined && state.queue?.approvals[approvalId]?.status === 'pending';
  return {
    selectedId: approvalId,
    watchedId: isPending ? approvalId : undefined,
    armed: undefined,
    openRefusal: undefined,
  };
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
  const kept: DeskState = { ...next, armed: isSame ? state.armed : undefined, watchedId: isWatched };
  if (after !== undefined || state.selectedId !== undefined) return kept;
  return { ...kept, ...selecting(kept, waitingOf(queue)[0]?.approvalId) };
}
