import type { NotificationKind } from '../../../shared/contract/notifications';
import type { Place } from '../../../shared/kernel/place';
import type { DesktopNotification } from './notification-ports';

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
