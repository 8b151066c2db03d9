import type { Approval } from '../../shared/approval';
import { approvalTitle } from '../../shared/approval-title';
import { visibleText } from '../../shared/visible-text';
import type { Commit } from '../app/feed';
import {
  type DesktopNotification,
  NOTIFICATION_LIMITS,
  type NotificationAction,
  type NotificationSurface,
} from './notification-ports';
import { strings } from './strings';

/** Requests that have a notification of their own at a time; more are one summary. */
const MAX_SHOWN = 4;

const SUMMARY_KEY = 'summary';

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
  const shown = new Set<string>();
  let hasSummary = false;

  function withdraw(key: string): void {
    parts.surface.withdraw(key);
    shown.delete(key);
  }

  function showRequest(approval: Approval): void {
    if (!parts.areOn()) return;
    if (shown.size >= MAX_SHOWN) {
      showSummary();
      return;
    }
    shown.add(approval.approvalId);
    void parts.surface.show(requestNotification(approval)).then((isShown) => {
      if (!isShown) shown.delete(approval.approvalId);
    });
  }

  function showSummary(): void {
    hasSummary = true;
    void parts.surface.show({
      key: SUMMARY_KEY,
      title: strings.waiting(parts.waitingCount()),
      body: strings.summaryBody,
      actions: [{ action: 'open', label: strings.open }],
      urgency: 'normal',
    });
  }

  return {
    hear(commit) {
      for (const { name, subjects } of commit) {
        const { approvalId } = subjects;
        if (approvalId === undefined) continue;
        if (name === 'approval.requested') {
          const approval = parts.find(approvalId);
          if (approval?.status === 'pending') showRequest(approval);
        } else if (shown.has(approvalId)) {
          withdraw(approvalId);
        }
      }
      if (!hasSummary) return;
      if (parts.waitingCount() > 0) return;
      hasSummary = false;
      parts.surface.withdraw(SUMMARY_KEY);
    },
    showWaiting() {
      const waiting = parts.waiting();
      const [only] = waiting;
      if (!parts.areOn() || only === undefined) return;
      if (waiting.length === 1) showRequest(only);
      else showSummary();
    },
    withdrawAll() {
      for (const key of [...shown]) withdraw(key);
      hasSummary = false;
      parts.surface.withdraw(SUMMARY_KEY);
    },
    sayNotDecided(approval, title, reason) {
      void parts.surface.show({
        key: `not decided ${approval?.approvalId ?? title}`,
        title: strings.notDecided(title),
        body: reason,
        actions: [{ action: 'open', label: strings.open }],
        urgency: 'normal',
      });
    },
  };
}

/** A request as a notification: what exactly, and why; Approve only where the act is shown whole. */
export function requestNotification(approval: Approval): DesktopNotification {
  const act = actText(approval);
  const body = `${act}\n${strings.why}: ${visibleText(approval.rationale)}`;
  const isWhole =
    [...body].length <= NOTIFICATION_LIMITS.bodyCharacters && body.split('\n').length <= NOTIFICATION_LIMITS.bodyLines;
  const open = { action: 'open', label: isWhole ? strings.open : strings.review } as const;
  const buttons: readonly { readonly action: NotificationAction; readonly label: string }[] = isWhole
    ? [{ action: 'approve', label: strings.approve }, { action: 'deny', label: strings.deny }, open]
    : [open];
  return {
    key: approval.approvalId,
    title: approvalTitle(approval, 60),
    body,
    actions: buttons,
    urgency: 'normal',
  };
}

/** The act as text: a command as it is, anything else as JSON. */
function actText(approval: Approval): string {
  const { action } = approval;
  if (action === undefined) return strings.noAct;
  if (typeof action === 'object' && action !== null) {
    const entries = Object.entries(action);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && first[0] === 'command' && typeof first[1] === 'string') {
      return visibleText(first[1]);
    }
  }
  return visibleText(JSON.stringify(action));
}
