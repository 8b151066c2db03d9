import type { GateAnswer } from '../gate';

/** What a person can choose on a notification; the verdicts decide, `open` only brings the window up. */
export type NotificationAction = GateAnswer | 'open';

/** One button: what it means and the words on it. */
export type NotificationButton = {
  readonly action: NotificationAction;
  readonly label: string;
};

/** A notification in plain text: no field is ever read as markup, whoever wrote it. */
export type DesktopNotification = {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly actions: readonly NotificationButton[];
  readonly urgency: 'normal' | 'critical';
  /** True keeps it on the screen until it is withdrawn; left out, that is so when a button decides something. */
  readonly staysUntilWithdrawn?: boolean;
  /** True makes no sound; one that replaces another makes none anyway where the server can do that. */
  readonly isSilent?: boolean;
};

/**
 * The most that a surface shows of a text. A line is what stands between two line breaks: xfce4-notifyd cuts each after
 * six rows without a word, which was seen at 155 wide letters.
 */
export const NOTIFICATION_LIMITS = {
  titleCharacters: 120,
  bodyCharacters: 400,
  bodyLines: 8,
  lineCharacters: 120,
} as const;

/** Whether a body is short enough to be seen to its end; a surface leaves Approve out under one that is not. */
export function isShownWhole(body: string): boolean {
  const { bodyCharacters, bodyLines, lineCharacters } = NOTIFICATION_LIMITS;
  const lines = body.split('\n');
  return (
    lines.length <= bodyLines &&
    [...body].length <= bodyCharacters &&
    lines.every((line) => [...line].length <= lineCharacters)
  );
}

/** A place outside our window where notifications appear. */
export interface NotificationSurface {
  /** Shows it, or replaces the one with the same key. Resolves to whether a server took it. */
  show(notification: DesktopNotification): Promise<boolean>;
  /** Takes it off the screen; unknown keys are ignored. */
  withdraw(key: string): void;
  /** Whether the server last asked can show buttons; false until one has answered. */
  readonly hasButtons: boolean;
  /** Whether it is on the screen as far as is known: shown, and neither withdrawn nor closed by the person. */
  isShown(key: string): boolean;
  /** Takes every notification off the screen and stops listening. */
  close(): Promise<void>;
}
