import { createDbusNotifications, type Leftovers } from '../linux/dbus-notifications';
import type { SessionBus } from '../linux/session-bus';
import { createElectronNotifications, type NotificationElectron, noNotifications } from './electron-notifications';
import type { NotificationAction, NotificationSurface } from './notification-ports';

/** The best notifications that this platform has: on Linux by D-Bus, for the buttons; elsewhere by Electron. */
export function createPlatformNotifications(
  platform: NodeJS.Platform,
  bus: SessionBus | undefined,
  electron: NotificationElectron,
  onAction: (key: string, action: NotificationAction) => void,
  iconPath: string,
  leftovers: Leftovers,
): NotificationSurface {
  if (platform !== 'linux') return createElectronNotifications(electron, onAction);
  if (bus === undefined) return noNotifications;
  return createDbusNotifications(bus, onAction, { name: 'Gatehouse', desktopEntry: 'gatehouse', iconPath }, leftovers);
}
