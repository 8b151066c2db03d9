import type * as Electron from 'electron';
import type { Feed } from '../../kernel/feed';
import type { Logger } from '../../kernel/ports';
import { preloadPathIn } from '../app-files';
import { isWayland } from '../decide-shortcut';
import { sayMinimised } from '../notifications/notifier';
import type { DeskPreferences } from '../preferences';
import { strings } from '../strings';
import type { Surfaces } from '../tray/surfaces';
import type { EarlyWindow } from './early-window';
import { createPopover, type Popover } from './popover';
import { popoverPlace } from './popover-place';
import { createDeskWindow, type DeskWindow } from './window';

/** How long after something waits the popover's page is made, in milliseconds. */
const POPOVER_DELAY_MS = 1_000;

/** How long after the last thing that waited the popover's page is let go, in milliseconds. */
const POPOVER_REST_MS = 5 * 60_000;

/** What our windows need. */
export type WindowsParts = {
  readonly electron: Pick<typeof Electron, 'BrowserWindow' | 'dialog' | 'nativeTheme' | 'screen'>;
  readonly appFolder: string;
  readonly preferences: DeskPreferences;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly earlyWindow: EarlyWindow | undefined;
};

/** The window of this desktop; it is not open yet. */
export function windowOf(parts: WindowsParts, surfaces: Surfaces): DeskWindow {
  const { electron, preferences, logger } = parts;
  return createDeskWindow({
    ...pageParts(parts),
    appFolder: parts.appFolder,
    earlyWindow: parts.earlyWindow,
    preferences,
    displays: () => electron.screen.getAllDisplays().map(({ workArea }) => workArea),
    hasTray: surfaces.hasTray,
    onMinimisedInstead: () => sayMinimised(preferences, surfaces.notifications, electron.dialog),
    onCrash(isAgain) {
      logger.error({ isAgain }, 'the page of the window died');
      if (isAgain) electron.dialog.showErrorBox(strings.app, strings.crashedTwice);
    },
  });
}

/** The popover of this desktop, at the icon that `trayBounds` answers; it has no page yet. */
export function popoverOf(
  parts: WindowsParts,
  headSeq: () => number,
  trayBounds: () => Electron.Rectangle | undefined,
): Popover {
  const { screen } = parts.electron;
  return createPopover({
    ...pageParts(parts),
    platform: process.platform,
    headSeq,
    place() {
      const icon = trayBounds();
      const pointer = isWayland(process.platform, parts.environment) ? undefined : screen.getCursorScreenPoint();
      const at = icon ?? pointer;
      const { workArea } = at === undefined ? screen.getPrimaryDisplay() : screen.getDisplayNearestPoint(at);
      return popoverPlace({ icon, pointer, area: workArea });
    },
    onCrash: () => parts.logger.error({}, 'the page of the popover died'),
  });
}

function pageParts({ electron, appFolder }: WindowsParts) {
  return {
    createWindow: (options: Electron.BrowserWindowConstructorOptions) => new electron.BrowserWindow(options),
    preloadPath: preloadPathIn(appFolder),
    isDark: () => electron.nativeTheme.shouldUseDarkColors,
  };
}

/**
 * Makes the popover's page once its shortcut may be pressed for something: shortly after, not in its way to the screen. A page takes
 * some 40 MB, so it is let go when nothing has waited for a while.
 */
export function keepPopoverReady(popover: Popover, feed: Feed, isWanted: () => boolean): () => void {
  let making: NodeJS.Timeout | undefined;
  let leaving: NodeJS.Timeout | undefined;
  const look = () => {
    if (isWanted()) {
      clearTimeout(leaving);
      leaving = undefined;
      making ??= setTimeout(popover.prepare, POPOVER_DELAY_MS);
    } else {
      clearTimeout(making);
      making = undefined;
      leaving ??= setTimeout(popover.letGo, POPOVER_REST_MS);
    }
  };
  look();
  const stop = feed.subscribe((commit) => {
    if (commit.some(({ subjects }) => subjects.approvalId !== undefined)) look();
  });
  return () => {
    stop();
    clearTimeout(making);
    clearTimeout(leaving);
  };
}
