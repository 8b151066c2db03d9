import type { Approval } from '../../shared/approval';
import { approvalTitle } from '../../shared/approval-title';
import { visibleLine, visibleText } from '../../shared/visible-text';
import type { Commit } from '../app/feed';
import { type DesktopNotification, isShownWhole, type NotificationSurface } from './notification-ports';
import { whatText } from './request-text';
import { strings } from './strings';

/** Requests that have a notification of their own at a time; more are one summary. */
const MAX_SHOWN = 4;

const SUMMARY_KEY = 'summary';

/** The summary is shown anew no more often than this, in milliseconds. */
const SUMMARY_INTERVAL_MS = 250;

/** Characters of the reason that a notification shows. */
const LONGEST_REASON = 110;

/** Characters of a title that every server was seen to show. */
const LONGEST_SURE_TITLE = 40;

/** Characters of each text in the title that a notification shows. */
const LONGEST_TITLE_TEXT = 60;

/** What the notifications need. */
export type RequestNotificationParts = {
  readonly surface: NotificationSurface;
  readonly areOn: () => boolean;
  readonly find: (approvalId: string) => Approval | undefined;
  readonly waiting: () => readonly Approval[];
  readonly waitingCount: () => number;
};

/** Notifications for waiting requests: shown when one arrives, withdrawn as soon as it is settled anywhere. */
export interface RequestNotifications {
  hear(commit: Commit): void;
  /** Shows what was waiting before the app started. */
  showWaiting(): void;
  /** Takes all off the screen: the operator turned them off. */
  withdrawAll(): void;
  /** Says that a decision did not work or came too late; nothing is ever claimed that is not so. */
  sayNotDecided(approval: Approval | undefined, title: string, reason: string): void;
}

/** Notifications on this surface. */
export function createRequestNotifications(parts: RequestNotificationParts): RequestNotifications {
  const { surface } = parts;
  const shown = new Set<string>();
  /** Runs while the last summary is young. */
  let summaryTimer: NodeJS.Timeout | undefined;
  let isSummaryOld = false;

  /** How many are on the screen; what the person has closed does not count. */
  function shownCount(): number {
    for (const key of [...shown]) if (!surface.isShown(key)) shown.delete(key);
    return shown.size;
  }

  function withdraw(key: string): void {
    shown.delete(key);
    surface.withdraw(key);
  }

  /** Answers whether there was room for it. */
  function showRequest(approval: Approval): boolean {
    if (shownCount() >= MAX_SHOWN) return false;
    shown.add(approval.approvalId);
    void surface.show(requestNotification(approval)).then((isShown) => {
      if (!isShown) shown.delete(approval.approvalId);
    });
    return true;
  }

  /** At once, and then no more often than the desktop can be expected to take it: thousands of requests may come together. */
  function showSummary(): void {
    isSummaryOld = summaryTimer !== undefined;
    if (isSummaryOld) return;
    summaryTimer = setTimeout(() => {
      summaryTimer = undefined;
      if (isSummaryOld) correctSummary();
    }, SUMMARY_INTERVAL_MS);
    summaryTimer.unref();
    void surface.show({
      key: SUMMARY_KEY,
      title: strings.waiting(parts.waitingCount()),
      body: strings.summaryBody,
      actions: [{ action: 'open', label: strings.open }],
      urgency: 'normal',
      staysUntilWithdrawn: true,
    });
  }

  /** The summary says how many wait; one that the person has closed stays closed. */
  function correctSummary(): void {
    if (!surface.isShown(SUMMARY_KEY)) return;
    if (parts.waitingCount() === 0) surface.withdraw(SUMMARY_KEY);
    else showSummary();
  }

  return {
    hear(commit) {
      let isAnySettled = false;
      let isRoom = parts.areOn();
      let areMore = false;
      for (const { name, subjects } of commit) {
        const { approvalId } = subjects;
        if (approvalId === undefined) continue;
        if (name === 'approval.requested') {
          // Where there is no room no request is even read: there may be thousands.
          const approval = isRoom ? parts.find(approvalId) : undefined;
          if (approval?.status === 'pending') isRoom = showRequest(approval);
          areMore ||= !isRoom;
        } else {
          isAnySettled = true;
          if (shown.has(approvalId)) withdraw(approvalId);
        }
      }
      if (areMore && parts.areOn()) showSummary();
      else if (isAnySettled) correctSummary();
    },
    showWaiting() {
      const waiting = parts.waiting().filter(({ approvalId }) => !surface.isShown(approvalId));
      const [only] = waiting;
      if (!parts.areOn() || only === undefined) return;
      if (waiting.length > 1 || !showRequest(only)) showSummary();
    },
    withdrawAll() {
      for (const key of [...shown]) withdraw(key);
      surface.withdraw(SUMMARY_KEY);
    },
    sayNotDecided(approval, title, reason) {
      void surface.show({
        key: `not decided ${approval?.approvalId ?? title}`,
        title: strings.notDecided(title),
        body: reason,
        actions: [{ action: 'open', label: strings.open }],
        urgency: 'normal',
      });
    },
  };
}

/**
 * A request as a notification: all that would be approved, and why. Approve is there only where all of it, and who asks, is
 * shown whole; the reason alone may be cut, and says so by its ellipsis.
 */
export function requestNotification(approval: Approval): DesktopNotification {
  const what = whatText(approval);
  const why = `${strings.why}: ${visibleLine(approval.rationale, LONGEST_REASON)}`;
  const title = approvalTitle(approval, LONGEST_TITLE_TEXT);
  // A server may cut a longer title, and with it what the request is about.
  const about =
    title.length > LONGEST_SURE_TITLE ? [`${approval.targetResource.type} ${approval.targetResource.id}`] : [];
  const body = [...about.map(visibleText), what, why].join('\n');
  const isWhole = isShownWhole(body) && title === approvalTitle(approval, Number.POSITIVE_INFINITY);
  const open = { action: 'open', label: isWhole ? strings.open : strings.review } as const;
  return {
    key: approval.approvalId,
    title,
    body,
    actions: isWhole
      ? [{ action: 'approve', label: strings.approve }, { action: 'deny', label: strings.deny }, open]
      : [open],
    urgency: 'normal',
    staysUntilWithdrawn: true,
  };
}
