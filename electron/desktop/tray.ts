import { join } from 'node:path';
import type { Menu, NativeImage, Tray } from 'electron';
import { strings } from './strings';
import { type TrayChoices, type TrayState, trayMenu } from './tray-menu';

/** What the tray needs of Electron. */
export type TrayElectron = {
  readonly createTray: (icon: NativeImage) => Tray;
  readonly loadIcon: (path: string) => NativeImage;
  readonly buildMenu: typeof Menu.buildFromTemplate;
  readonly platform: NodeJS.Platform;
};

/** The icon in the tray, with the number waiting, and its menu. */
export interface DeskTray {
  /** Shows this state; does nothing when it is the one that is shown. */
  show(state: TrayState): void;
  /** Makes the icon anew: its host was restarted and has forgotten it. */
  remake(): void;
  close(): void;
}

/** Puts the icon into the tray. */
export function createDeskTray(electron: TrayElectron, iconFolder: string, choices: TrayChoices): DeskTray {
  let state: TrayState = { waiting: [], waitingCount: 0, trouble: undefined };
  let shownKey = '';
  let tray = make();

  function make(): Tray {
    const made = electron.createTray(icon(state));
    // Where a click on the icon arrives at all it opens the window; everything is in the menu as well.
    made.on('click', choices.openApp);
    shownKey = '';
    return made;
  }

  function icon(shown: TrayState): NativeImage {
    const suffix = electron.platform === 'darwin' ? 'Template' : '';
    return electron.loadIcon(join(iconFolder, `${iconName(shown)}${suffix}.png`));
  }

  function draw(): void {
    const key = JSON.stringify([
      state.trouble,
      state.waitingCount,
      state.waiting.map(({ approvalId, revision }) => [approvalId, revision]),
    ]);
    if (key === shownKey) return;
    shownKey = key;
    const summary = state.waitingCount === 0 ? strings.nothingWaiting : strings.waiting(state.waitingCount);
    tray.setImage(icon(state));
    tray.setToolTip(`${strings.app}: ${state.trouble ?? summary}`);
    if (electron.platform === 'darwin') tray.setTitle(state.waitingCount === 0 ? '' : String(state.waitingCount));
    tray.setContextMenu(electron.buildMenu(trayMenu(state, choices)));
  }

  draw();
  return {
    show(next) {
      state = next;
      draw();
    },
    remake() {
      tray.destroy();
      tray = make();
      draw();
    },
    close: () => tray.destroy(),
  };
}

function iconName(state: TrayState): string {
  if (state.trouble !== undefined) return 'trouble';
  if (state.waitingCount === 0) return 'idle';
  return state.waitingCount > 9 ? 'many' : String(state.waitingCount);
}
