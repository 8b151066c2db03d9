import { join } from 'node:path';
import type * as Electron from 'electron';
import { createDbusNotifications } from '../linux/dbus-notifications';
import { createLeftoversFile } from '../linux/leftovers-file';
import { openSessionBus, type SessionBus } from '../linux/session-bus';
import { watchTrayHost } from '../linux/tray-host';
import { createElectronNotifications, noNotifications } from '../notifications/electron';
import type { NotificationAction, NotificationSurface } from '../notifications/port';

/** What the places outside of the window need. */
export type SurfacesParts = {
  readonly electron: Pick<typeof Electron, 'Notification'>;
  readonly iconPath: string;
  readonly dataFolder: string;
  /** Whether that is still the folder that was opened. */
  readonly isHomeInPlace: () => boolean;
  readonly onAction: (key: string, action: NotificationAction) => void;
  readonly onTrayFound: () => void;
  readonly onTrayLost: () => void;
  /** The tray's host was restarted and has forgotten the icon. */
  readonly onTrayRestart: () => void;
  readonly onNotificationsLost: () => void;
};

/** The places outside of the window that this desktop has: notifications, and a tray where one is found. */
export interface Surfaces {
  /** Shows nothing until `start` has found where. */
  readonly notifications: NotificationSurface;
  areNotificationsPossible(): boolean;
  hasTray(): boolean;
  /** Looks for the tray and the notifications of this desktop. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The places of this platform: on Linux they are asked for on the session bus (decision 0005). */
export function createSurfaces(parts: SurfacesParts): Surfaces {
  let surface: NotificationSurface = noNotifications;
  let bus: SessionBus | undefined;
  let stopTrayWatch = () => {};
  let hasTray = false;
  let isClosed = false;

  function noteTray(isFound: boolean): void {
    hasTray = isFound && !isClosed;
    if (isFound) parts.onTrayFound();
    else parts.onTrayLost();
  }

  async function startLinux(): Promise<void> {
    bus = await openSessionBus();
    if (bus === undefined || isClosed) return;
    const leftovers = createLeftoversFile(join(parts.dataFolder, 'shown-notifications.json'), parts.isHomeInPlace);
    const looks = { name: 'Gatehouse', desktopEntry: 'gatehouse', iconPath: parts.iconPath };
    // By D-Bus, for the buttons, which Electron does not have there.
    surface = createDbusNotifications(bus, parts.onAction, looks, leftovers);
    bus.onLost(() => {
      surface = noNotifications;
      parts.onNotificationsLost();
    });
    const watch = watchTrayHost(bus, {
      onChange: noteTray,
      onRestart: parts.onTrayRestart,
    });
    stopTrayWatch = watch.close;
    await watch.ready;
    if (watch.isPresent()) noteTray(true);
  }

  return {
    notifications: {
      get hasButtons() {
        return surface.hasButtons;
      },
      show: (notification) => surface.show(notification),
      isShown: (key) => surface.isShown(key),
      withdraw: (key) => surface.withdraw(key),
      close: () => surface.close(),
    },
    areNotificationsPossible: () => surface !== noNotifications,
    hasTray: () => hasTray,
    async start() {
      if (process.platform === 'linux') await startLinux();
      else {
        surface = createElectronNotifications(parts.electron.Notification, parts.onAction);
        noteTray(true);
      }
    },
    async close() {
      isClosed = true;
      stopTrayWatch();
      await surface.close();
      await bus?.close();
    },
  };
}
