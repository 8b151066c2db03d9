import type { Rectangle } from 'electron';
import { createDeskTray, type DeskTray, type TrayElectron } from './tray';
import type { TrayChoices, TrayState } from './tray-state';

/** Changes that come within this time are drawn at once, in milliseconds. */
const DRAW_DELAY_MS = 50;

/** Keeps an icon in the tray while there is a tray. */
export interface TrayKeeper {
  isThere(): boolean;
  /** A tray is there: puts the icon in. */
  appear(): void;
  /** The tray is gone. */
  vanish(): void;
  /** The tray was restarted and has forgotten the icon. */
  remake(): void;
  /** Draws the state as it is shortly afterwards. */
  drawSoon(): void;
  /** Draws it so even if nothing has changed: a click has changed a mark in the menu that may not hold. */
  drawAnew(): void;
  /** Where the icon is on the screen; undefined where there is none, or the desktop does not tell. */
  bounds(): Rectangle | undefined;
  close(): void;
}

/** A keeper that draws what `state` answers at that moment. */
export function createTrayKeeper(
  electron: TrayElectron,
  iconFolder: string,
  choices: TrayChoices,
  state: () => TrayState,
): TrayKeeper {
  let tray: DeskTray | undefined;
  let timer: NodeJS.Timeout | undefined;
  const vanish = () => {
    tray?.close();
    tray = undefined;
  };
  const drawSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      tray?.show(state());
    }, DRAW_DELAY_MS);
  };
  return {
    isThere: () => tray !== undefined,
    appear() {
      tray ??= createDeskTray(electron, iconFolder, choices, state());
    },
    vanish,
    remake: () => tray?.remake(),
    bounds: () => tray?.bounds(),
    drawSoon,
    drawAnew() {
      tray?.forgetMenu();
      drawSoon();
    },
    close() {
      clearTimeout(timer);
      vanish();
    },
  };
}
