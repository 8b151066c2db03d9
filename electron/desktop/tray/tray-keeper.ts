import type { Rectangle } from 'electron';
import { createDeskTray, type DeskTray, type TrayElectron } from './tray';
import { type TrayChoices, type TrayState, urgentFromMs } from './tray-state';

/** Changes that come within this time are drawn at once, in milliseconds. */
const DRAW_DELAY_MS = 50;

/** What waits longer than this is drawn again by then for other reasons; no timer can be set for longer than 24 days. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Keeps an icon in the tray while there is a tray. */
export interface TrayKeeper {
  isThere(): boolean;
  /** A tray is there: puts the icon in. */
  appear(): void;
  /** The tray is gone. */
  vanish(): void;
  /** The tray was restarted and has forgotten the icon. */
  remake(): void;
  /** Draws the state as it is. */
  draw(): void;
  /** Draws it shortly afterwards, once for all that has changed by then. */
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
  let urgentTimer: NodeJS.Timeout | undefined;
  /** The state as it is; when the first request becomes urgent without anything else happening, it is drawn again. */
  const now = () => {
    const current = state();
    clearTimeout(urgentTimer);
    const waitMs = (urgentFromMs(current) ?? 0) - current.nowMs;
    if (waitMs > 0 && waitMs < LONGEST_WAIT_MS) urgentTimer = setTimeout(draw, waitMs);
    urgentTimer?.unref();
    return current;
  };
  const vanish = () => {
    tray?.close();
    tray = undefined;
  };
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    tray?.show(now());
  };
  const drawSoon = () => {
    timer ??= setTimeout(draw, DRAW_DELAY_MS);
  };
  return {
    isThere: () => tray !== undefined,
    appear() {
      tray ??= createDeskTray(electron, iconFolder, choices, now());
    },
    vanish,
    remake: () => tray?.remake(),
    bounds: () => tray?.bounds(),
    draw,
    drawSoon,
    drawAnew() {
      tray?.forgetMenu();
      drawSoon();
    },
    close() {
      clearTimeout(timer);
      clearTimeout(urgentTimer);
      vanish();
    },
  };
}
