import { join } from 'node:path';
import type { Menu, NativeImage, Rectangle, Tray } from 'electron';
import { strings } from '../strings';
import { trayMenu } from './tray-menu';
import { isUrgent, type TrayChoices, type TrayState } from './tray-state';

/** What the tray needs of Electron. */
export type TrayElectron = {
  readonly createTray: (icon: NativeImage) => Tray;
  readonly loadIcon: (path: string) => NativeImage;
  readonly buildMenu: typeof Menu.buildFromTemplate;
  readonly platform: NodeJS.Platform;
};

/** The icon in the tray, with the number waiting, and its menu. */
export interface DeskTray {
  /** Shows this state; the menu is built anew only when something of it differs. */
  show(state: TrayState): void;
  /** Builds the menu anew the next time: a click has changed a mark in it that may not hold. */
  forgetMenu(): void;
  /** Makes the icon anew: its host was restarted and has forgotten it. */
  remake(): void;
  /** Where it is on the screen; undefined where the desktop does not tell. */
  bounds(): Rectangle | undefined;
  close(): void;
}

/** Puts the icon into the tray. */
export function createDeskTray(
  electron: TrayElectron,
  iconFolder: string,
  choices: TrayChoices,
  first: TrayState,
): DeskTray {
  let state = first;
  let shownIcon = '';
  let shownMenu = '';
  let tray = make();

  function make(): Tray {
    const made = electron.createTray(icon());
    // Where a click on the icon arrives at all it opens the window; everything is in the menu as well.
    made.on('click', choices.openApp);
    shownIcon = '';
    shownMenu = '';
    return made;
  }

  function icon(): NativeImage {
    const name = trayIcon(state);
    // macOS colours the icon itself, and the number stands beside it: with and without one it is the same.
    const macName = `${/^(?:urgent\/)?(\d|many)$/.test(name) ? 'idle' : name}Template`;
    return electron.loadIcon(join(iconFolder, `${electron.platform === 'darwin' ? macName : name}.png`));
  }

  function draw(): void {
    const tip = trayTip(state);
    const iconKey = `${trayIcon(state)} ${tip}`;
    if (iconKey !== shownIcon) {
      shownIcon = iconKey;
      tray.setImage(icon());
      tray.setToolTip(tip);
      if (electron.platform === 'darwin') tray.setTitle(titleBeside(state));
    }
    const template = trayMenu(state, choices);
    // Functions are left out: the ids say what they do.
    const menuKey = JSON.stringify(template);
    if (menuKey === shownMenu) return;
    shownMenu = menuKey;
    tray.setContextMenu(electron.buildMenu(template));
  }

  draw();
  return {
    show(next) {
      state = next;
      draw();
    },
    forgetMenu() {
      shownMenu = '';
    },
    remake() {
      tray.destroy();
      tray = make();
      draw();
    },
    bounds() {
      const found = tray.getBounds();
      return found.width > 0 ? found : undefined;
    },
    close: () => tray.destroy(),
  };
}

/** The name of the icon for a state, as build/icons/draw.mjs draws it. */
export function trayIcon(state: TrayState): string {
  const { trouble, facts, waitingCount, isCountShown } = state;
  if (trouble !== undefined) return 'trouble';
  if (facts?.isEverythingPaused === true) return 'paused';
  if (waitingCount === 0) return 'idle';
  const name = !isCountShown ? 'waiting' : waitingCount > 9 ? 'many' : String(waitingCount);
  return isUrgent(state) ? `urgent/${name}` : name;
}

/** What the icon says when it is pointed at. */
export function trayTip(state: TrayState): string {
  const { trouble, facts, waitingCount, isCountShown } = state;
  const waiting = isCountShown ? strings.waiting(waitingCount) : strings.waitingUncounted;
  const parts = [
    ...(facts?.isEverythingPaused === true ? [strings.allPaused] : []),
    waitingCount === 0 ? strings.nothingWaiting : waiting,
    ...(isUrgent(state) ? [strings.urgent] : []),
  ];
  return `${strings.app}: ${trouble ?? parts.join('. ')}`;
}

/** macOS colours the icon itself, so the number stands beside it. */
function titleBeside(state: TrayState): string {
  const { waitingCount, isCountShown } = state;
  if (waitingCount === 0 || !isCountShown) return '';
  return `${waitingCount}${isUrgent(state) ? '!' : ''}`;
}
