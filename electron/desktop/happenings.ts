import type { EventEmitter } from 'node:events';
import type { NotificationAction } from './notifications/port';

/** What one part of the desktop tells of that others do something about. */
export type Happenings = EventEmitter<{
  notification: [key: string, action: NotificationAction];
  trayFound: [];
  trayLost: [];
  trayRestart: [];
  /** What the status says may be different now. */
  status: [];
  /** What was chosen in the tray is done, or was refused. */
  chosen: [];
  /** The popover is wanted, on a request if one is named. */
  decide: [approvalId?: string];
  /** The keys of the shortcut are pressed. */
  shortcut: [];
}>;
