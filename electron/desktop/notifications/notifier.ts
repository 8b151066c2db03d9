import type { Dialog } from 'electron';
import type { Approval } from '../../../shared/contract/approval';
import type { Preferences } from '../../../shared/contract/desk-contract';
import type { Place } from '../../../shared/kernel/place';
import type { Commit } from '../../kernel/feed';
import type { DeskPreferences } from '../preferences';
import { strings } from '../strings';
import { type NoticeReads, noticeOfRequest, noticeOfTrouble, noticesOf, TROUBLE_KEY } from './notices';
import { type Happened, type Notice, noPlan, type PlanState, planNotifications } from './plan';
import type { DesktopNotification, NotificationSurface } from './port';
import { isMuted, isQuiet } from './quiet-hours';

/** How often it is looked whether quiet is over, in milliseconds; a machine that sleeps stops no clock on the wall. */
const QUIET_CHECK_MS = 60_000;

/** Requests that are read to tell of what waited before the start: one more than are shown singly. */
const READ_AT_START = 4;

/** What the notifier needs. */
export type NotifierParts = {
  readonly surface: NotificationSurface;
  readonly reads: NoticeReads & {
    readonly waiting: (limit: number) => readonly Approval[];
    readonly waitingCount: () => number;
  };
  readonly preferences: () => Preferences;
  readonly now: () => number;
  /** Where the operator looks; undefined while the window is not focused. */
  readonly focusedPlace: () => Place | undefined;
  /** Says in the window what there is no need to notify. */
  readonly tellWindow: (title: string, body: string) => void;
};

/** Notifies of what is committed, as far as the operator wants it and does not see it anyway. */
export interface Notifier {
  hear(commit: Commit): void;
  /** Tells of what waits and is not on the screen: at the start, and when the database can be used again. */
  showWaiting(): void;
  /** Says what keeps agents from being served; undefined when nothing does any more. */
  setTrouble(line: string | undefined): void;
  /** What else waits for the operator now: what is not among it any more is withdrawn. */
  setStanding(notices: readonly Notice[]): void;
  /** Tells of something that is no commit. */
  tell(notice: Notice): void;
  /** The preferences have changed. */
  look(): void;
  /** Answers the operator that what they chose was not done, whatever else is quiet. */
  sayNotDone(key: string, title: string, reason: string): void;
  /** What a notification that is on the screen is about. */
  noticeOf(key: string): Notice | undefined;
  close(): void;
}

/** A notifier on this surface. */
export function createNotifier(parts: NotifierParts): Notifier {
  const { surface, reads } = parts;
  let state: PlanState = noPlan;
  let trouble: string | undefined;
  let standing: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;

  function step(happened: Happened): void {
    const preferences = parts.preferences();
    const nowMs = parts.now();
    const planned = planNotifications(state, happened, {
      nowMs,
      preferences,
      isQuiet: isQuiet(preferences, nowMs),
      focusedPlace: parts.focusedPlace(),
      isShown: (key) => surface.isShown(key),
      isPending: (approvalId) => reads.find(approvalId)?.status === 'pending',
      waitingCount: reads.waitingCount(),
    });
    state = planned.state;
    for (const one of planned.steps) {
      if (one.step === 'withdraw') surface.withdraw(one.key);
      else if (one.step === 'show') void surface.show(one.notification);
      else parts.tellWindow(one.notification.title, one.notification.body);
    }
    lookLater(preferences, nowMs);
  }

  function lookLater(preferences: Preferences, nowMs: number): void {
    clearTimeout(timer);
    if (state.held.length === 0) return;
    const untilUnmuted = isMuted(preferences, nowMs) ? (preferences.mutedUntilMs ?? nowMs) - nowMs : QUIET_CHECK_MS;
    timer = setTimeout(() => step({ notices: [], over: [] }), Math.min(QUIET_CHECK_MS, untilUnmuted));
    timer.unref();
  }

  return {
    hear(commit) {
      const over = commit.flatMap(({ name, subjects: { approvalId } }) =>
        approvalId === undefined || name === 'approval.requested' ? [] : [approvalId],
      );
      const notices = noticesOf(commit, reads);
      if (notices.length > 0 || over.length > 0) step({ notices, over });
    },
    showWaiting() {
      const waiting = reads.waiting(READ_AT_START).filter(({ approvalId }) => !surface.isShown(approvalId));
      const notices = waiting.map((approval) => noticeOfRequest(approval, reads));
      step({ notices: [...notices, ...(trouble === undefined ? [] : [noticeOfTrouble(trouble)])], over: [] });
    },
    tell: (notice) => step({ notices: [notice], over: [] }),
    setTrouble(line) {
      if (line === trouble) return;
      trouble = line;
      step(line === undefined ? { notices: [], over: [TROUBLE_KEY] } : { notices: [noticeOfTrouble(line)], over: [] });
    },
    setStanding(notices) {
      const keys = new Set(notices.map(({ notification }) => notification.key));
      const fresh = notices.filter(({ notification }) => !standing.has(notification.key));
      const over = [...standing].filter((key) => !keys.has(key));
      standing = keys;
      if (fresh.length > 0 || over.length > 0) step({ notices: fresh, over });
    },
    look: () => step({ notices: [], over: [] }),
    sayNotDone(key, title, reason) {
      const answer: DesktopNotification = {
        key,
        title,
        body: reason,
        actions: [{ action: 'open', label: strings.open }],
        urgency: 'normal',
      };
      void surface.show(answer);
    },
    noticeOf: (key) => state.shown.find(({ notice: { notification } }) => notification.key === key)?.notice,
    close: () => clearTimeout(timer),
  };
}

/** Says, once ever, that closing the window only minimised it: as a notification, or in a dialog where there are none. */
export function sayMinimised(preferences: DeskPreferences, surface: NotificationSurface, dialog: Dialog): void {
  if (!preferences.takeMinimiseNote()) return;
  const said = surface.show({
    key: 'minimised',
    title: strings.minimisedTitle,
    body: strings.minimisedBody,
    actions: [{ action: 'open', label: strings.open }],
    urgency: 'normal',
  });
  void said.then((isShown) => {
    if (isShown) return;
    void dialog.showMessageBox({
      type: 'info',
      title: strings.app,
      message: strings.minimisedTitle,
      detail: strings.minimisedBody,
    });
  });
}
