import type * as Electron from 'electron';
import { visibleLine, visibleText } from '../../../shared/kernel/visible-text';
import type { NotificationAction, NotificationSurface } from './port';

/** Notifications by Electron, for macOS and Windows: with buttons where the system shows them. */
export function createElectronNotifications(
  Notification: typeof Electron.Notification,
  onAction: (key: string, action: NotificationAction) => void,
): NotificationSurface {
  // Electron forgets the clicks of a notification that nobody holds on to.
  const shown = new Map<string, Electron.Notification>();
  const withdraw = (key: string) => {
    shown.get(key)?.close();
    shown.delete(key);
  };
  return {
    hasButtons: true,
    show({ key, title, body, actions, urgency, isSilent = false }) {
      if (!Notification.isSupported()) return Promise.resolve(false);
      withdraw(key);
      const buttons = actions.filter(({ action }) => action !== 'open');
      const notification = new Notification({
        title: visibleLine(title, 120),
        body: visibleText(body),
        actions: buttons.map(({ label }) => ({ type: 'button', text: label })),
        urgency,
        silent: isSilent,
      });
      shown.set(key, notification);
      notification.on('close', () => {
        if (shown.get(key) === notification) shown.delete(key);
      });
      notification.on('click', () => onAction(key, 'open'));
      notification.on('action', (event, index) => {
        // Electron 45 tells the index in the event, 33 behind it.
        const chosen = typeof index === 'number' ? index : (event as { readonly actionIndex?: number }).actionIndex;
        const button = buttons[chosen ?? -1];
        if (button !== undefined) onAction(key, button.action);
      });
      return new Promise((resolve) => {
        notification.on('show', () => resolve(true));
        notification.on('failed', () => {
          shown.delete(key);
          resolve(false);
        });
        notification.show();
      });
    },
    isShown: (key) => shown.has(key),
    withdraw,
    close() {
      for (const key of [...shown.keys()]) withdraw(key);
      return Promise.resolve();
    },
  };
}

/** No notifications: there is nobody who would show them. */
export const noNotifications: NotificationSurface = {
  hasButtons: false,
  show: () => Promise.resolve(false),
  isShown: () => false,
  withdraw() {},
  close: () => Promise.resolve(),
};
