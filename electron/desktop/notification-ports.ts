/** What a person can choose on a notification; the buttons decide, `open` only brings the window up. */
export type NotificationAction = 'approve' | 'deny' | 'open';

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
};

/** The most that a surface shows of a text; whoever offers Approve should know when a body is cut here. */
export const NOTIFICATION_LIMITS = {
  titleCharacters: 120,
  bodyCharacters: 400,
  bodyLines: 8,
} as const;

/** A place outside our window where notifications appear. */
export interface NotificationSurface {
  /** Shows it, or replaces the one with the same key. Resolves to whether a server took it. */
  show(notification: DesktopNotification): Promise<boolean>;
  /** Takes it off the screen; unknown keys are ignored. */
  withdraw(key: string): void;
  /** Whether the server last asked can show buttons; false until one has answered. */
  readonly hasButtons: boolean;
  /** Takes every notification off the screen and stops listening. */
  close(): Promise<void>;
}
