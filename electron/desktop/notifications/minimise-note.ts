import type { Dialog } from 'electron';
import type { DeskPreferences } from '../preferences';
import { strings } from '../strings';
import type { NotificationSurface } from './notification-ports';

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
