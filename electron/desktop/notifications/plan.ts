import type { Preferences } from '../../../shared/contract/desk-contract';
import type { NotificationKind } from '../../../shared/contract/notifications';
import type { Place } from '../../../shared/kernel/place';
import { namesOf, strings } from '../strings';
import type { DesktopNotification } from './port';

/** Notifications of their own within one burst; one more, and there is a summary of them all instead. */
const MOST_IN_BURST = 3;

/** Notifications of their own that are on the screen at a time; what is more goes into the summary. */
const MOST_ON_SCREEN = 4;

/** What comes within this time is one burst, in milliseconds: it has one sound and at most one summary. */
const BURST_MS = 2_000;

const MINUTE_MS = 60_000;

/** The key of the one notification that stands for several. */
const SUMMARY_KEY = 'summary';

/** What a summary counts by kind. */
const countedKinds = [
  'spend_warning',
  'hard_stop',
  'agent_stopped',
  'api_trouble',
] as const satisfies NotificationKind[];

/** Something that the operator is to be told, as one notification of its own. */
export type Notice = {
  readonly kind: NotificationKind;
  readonly notification: DesktopNotification;
  /** The request that it is about; once that is settled, there is nothing left to tell. */
  readonly approvalId?: string;
  /** The agent that it is about, as text that can be shown. */
  readonly who?: string;
  /** What the window shows when it is opened from there. */
  readonly place: Place;
};

type ShownNotice = { readonly notice: Notice; readonly atMs: number };

/** What the planner remembers from one step to the next. */
export type PlanState = {
  /** What is on the screen as a notification of its own. */
  readonly shown: readonly ShownNotice[];
  /** When notifications of their own came up within the last minute, also those that are gone. */
  readonly recentMs: readonly number[];
  /** What the summary on the screen stands for. */
  readonly summed: readonly Notice[];
  /** Whether the summary tells of what came while it was quiet. */
  readonly isDigest: boolean;
  /** What came while it was quiet, and is not told yet. */
  readonly held: readonly Notice[];
  /** When anything new was last shown. */
  readonly lastAtMs: number;
};

/** What happened since the last step; nothing, where only time has passed or a preference has changed. */
export type Happened = {
  readonly notices: readonly Notice[];
  /** Requests that are settled, and keys of notifications of what is no longer so. */
  readonly over: readonly string[];
};

/** What holds at the moment of a step. */
export type PlanFacts = {
  readonly nowMs: number;
  readonly preferences: Preferences;
  readonly isQuiet: boolean;
  /** Where the operator looks; undefined while the window is not focused. */
  readonly focusedPlace: Place | undefined;
  /** Whether a notification with this key is on the screen, as far as is known. */
  readonly isShown: (key: string) => boolean;
  readonly isPending: (approvalId: string) => boolean;
  readonly waitingCount: number;
};

/** What is to be done, in this order; `tell` is for the window itself. */
export type PlanStep =
  | { readonly step: 'show' | 'tell'; readonly notification: DesktopNotification }
  | { readonly step: 'withdraw'; readonly key: string };

/** What a planner knows that has shown nothing yet. */
export const noPlan: PlanState = {
  shown: [],
  recentMs: [],
  summed: [],
  isDigest: false,
  held: [],
  lastAtMs: Number.NEGATIVE_INFINITY,
};

/**
 * Decides what is shown of what happened (issue 4, Notifications): nothing that the operator has before them or has answered,
 * one summary for a burst and for what is over the ceiling, a digest after quiet, and one sound per burst.
 */
export function planNotifications(
  before: PlanState,
  { notices, over }: Happened,
  facts: PlanFacts,
): { readonly state: PlanState; readonly steps: readonly PlanStep[] } {
  const { nowMs, preferences, isQuiet } = facts;
  const isOver = ({ approvalId, notification }: Notice) => over.includes(approvalId ?? notification.key);
  const isOn = ({ kind }: Notice) => preferences.areNotificationsOn && preferences.notificationKinds[kind];
  // What is remembered is settled by an event, so only what arrives is looked up: a burst of a thousand is not read a thousand times.
  const isStillWanted = (notice: Notice) => isOn(notice) && !isOver(notice);
  const isWanted = (notice: Notice) => isStillWanted(notice) && isOpen(notice, facts);

  const up = before.shown.filter(({ notice }) => facts.isShown(notice.notification.key));
  const ended = up.filter(({ notice }) => isOver(notice) || !isOn(notice));
  const staying = up.filter((one) => !ended.includes(one));
  const recentMs = before.recentMs.filter((atMs) => nowMs - atMs < MINUTE_MS);

  const arrived = notices.filter(isWanted);
  const told = arrived.filter(({ kind }) => kind === 'agent_stopped' && facts.focusedPlace !== undefined);
  const hardStops = arrived.filter(({ kind }) => kind === 'hard_stop');
  const others = arrived.filter(
    (notice) => !told.includes(notice) && !hardStops.includes(notice) && !isBefore(facts.focusedPlace, notice.place),
  );
  const held = [...before.held.filter(isStillWanted), ...(isQuiet ? others : [])];
  const digested = isQuiet ? [] : held;
  const fresh = isQuiet ? [] : others;

  const isInBurst = nowMs - before.lastAtMs < BURST_MS;
  const burst = staying.filter(({ notice, atMs }) => nowMs - atMs < BURST_MS && notice.kind !== 'hard_stop');
  // One that the person has closed stays closed until there is something new for it.
  const isSummaryUp = facts.isShown(SUMMARY_KEY);
  const summedBefore = isSummaryUp ? before.summed.filter(isStillWanted) : [];
  const isFolding = burst.length + fresh.length > MOST_IN_BURST || (isInBurst && summedBefore.length > 0);
  const room = Math.min(MOST_ON_SCREEN - staying.length, preferences.notificationsPerMinute - recentMs.length);
  const own = isFolding ? [] : fresh.slice(0, Math.max(0, room));
  const folded = isFolding && fresh.length > 0 ? burst : [];
  const onlyHeld = digested.length === 1 ? digested : [];
  const newlySummed = [
    ...(onlyHeld.length === 1 ? [] : digested),
    ...folded.map(({ notice }) => notice),
    ...fresh.slice(own.length),
  ];
  const shownNow = [...hardStops, ...onlyHeld, ...own];
  const summed = [...summedBefore, ...newlySummed];
  const isDigest = digested.length > 1 || (before.isDigest && summedBefore.length > 0);
  const summary = summaryNotification(summed, { ...facts, isDigest });

  // What is over the ceiling changes the summary without a sound.
  const isAnyLoud = shownNow.length > 0 || digested.length > 1 || (newlySummed.length > 0 && room > 0);
  let isSilent = isInBurst || !isAnyLoud;
  const show = (notification: DesktopNotification): PlanStep => {
    const step = { step: 'show', notification: { ...notification, isSilent } } as const;
    isSilent = true;
    return step;
  };
  const steps: PlanStep[] = [
    ...[...ended, ...folded].map(({ notice }): PlanStep => ({ step: 'withdraw', key: notice.notification.key })),
    ...told.map(({ notification }): PlanStep => ({ step: 'tell', notification })),
    ...shownNow.map(({ notification }) => show(notification)),
  ];
  const isSummaryWanted = summary !== undefined && (isSummaryUp || newlySummed.length > 0);
  if (isSummaryWanted && (newlySummed.length > 0 || over.length > 0)) steps.push(show(summary));
  else if (!isSummaryWanted && isSummaryUp) steps.push({ step: 'withdraw', key: SUMMARY_KEY });

  const isAnyNew = shownNow.length + newlySummed.length > 0;
  return {
    steps,
    state: {
      shown: [
        ...staying.filter((one) => !folded.includes(one)),
        ...shownNow.map((notice) => ({ notice, atMs: nowMs })),
      ],
      recentMs: [...recentMs, ...shownNow.map(() => nowMs)],
      summed: isSummaryWanted ? summed : [],
      isDigest,
      held: isQuiet ? held : [],
      lastAtMs: isAnyNew ? nowMs : before.lastAtMs,
    },
  };
}

/** Whether there is still something to tell: a request that is settled is not. */
function isOpen({ approvalId }: Notice, { isPending }: PlanFacts): boolean {
  return approvalId === undefined || isPending(approvalId);
}

/** Whether the operator looks at this: at the thing itself, or at the list that it is in. */
function isBefore(focused: Place | undefined, place: Place): boolean {
  if (focused === undefined || focused.view !== place.view) return false;
  return focused.subject === undefined || focused.subject === place.subject;
}

/** What a summary needs to know besides what it stands for. */
type SummaryFacts = {
  readonly waitingCount: number;
  /** Whether it tells of what came while it was quiet. */
  readonly isDigest: boolean;
};

/**
 * One notification for several, none of them settled; undefined when nothing of it is left. It counts the requests that wait now,
 * whoever asked.
 */
function summaryNotification(
  notices: readonly Notice[],
  { waitingCount, isDigest }: SummaryFacts,
): DesktopNotification | undefined {
  const requests = notices.filter(({ approvalId }) => approvalId !== undefined);
  const isAnyWaiting = requests.length > 0 && waitingCount > 0;
  const others = notices.filter(({ approvalId }) => approvalId === undefined);
  if (!isAnyWaiting && others.length === 0) return undefined;
  const waiting = strings.waiting(waitingCount);
  const from = namesIn(requests);
  const lines = [
    ...(isAnyWaiting ? [from === '' ? `${waiting}.` : strings.waitingFrom(waiting, from)] : []),
    ...countedKinds.flatMap((kind) => {
      const ofKind = others.filter((notice) => notice.kind === kind);
      return ofKind.length === 0 ? [] : [strings.summaryOf[kind](ofKind.length, namesIn(ofKind))];
    }),
  ];
  const isOnlyRequests = others.length === 0;
  return {
    key: SUMMARY_KEY,
    title: isDigest ? strings.digestTitle : isOnlyRequests ? waiting : strings.summaryTitle,
    body: isOnlyRequests && !isDigest ? strings.summaryBody(from) : lines.join('\n'),
    actions: [{ action: 'open', label: strings.open }],
    urgency: 'normal',
    staysUntilWithdrawn: true,
  };
}

function namesIn(notices: readonly Notice[]): string {
  return namesOf([...new Set(notices.flatMap(({ who }) => who ?? []))]);
}
