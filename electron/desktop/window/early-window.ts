import type * as Electron from 'electron';
import { iconPathIn, preloadPathIn } from '../app-files';
import { APP_PAGE } from './app-protocol';
import { groundOf, pagePreferences, refuseEverythingElse } from './page';

/** The window while the rest of the app is still being loaded: hidden, its page on the way. */
export type EarlyWindow = {
  readonly window: Electron.BrowserWindow;
  /** Whether its first frame could be shown. */
  readonly isReadyToShow: () => boolean;
  readonly isLoaded: () => boolean;
  /** Resolves when its first frame can be shown, and after `LONGEST_FRAME_MS` in any case. */
  readonly firstFrame: Promise<void>;
};

/** What waits for the first frame waits so long at most, in milliseconds. */
const LONGEST_FRAME_MS = 1_000;

/** What the window is made with, wherever it will stand. */
export function windowOptions(appFolder: string, isDark: boolean): Electron.BrowserWindowConstructorOptions {
  return {
    width: 1180,
    height: 780,
    minWidth: 720,
    minHeight: 520,
    title: 'Gatehouse',
    icon: iconPathIn(appFolder),
    show: false,
    autoHideMenuBar: true,
    backgroundColor: groundOf(isDark),
    webPreferences: pagePreferences(preloadPathIn(appFolder)),
  };
}

/** Makes the window and has its page loaded; the desk places it, shows it and follows it from then on. */
export function createEarlyWindow(
  { BrowserWindow, nativeTheme }: Pick<typeof Electron, 'BrowserWindow' | 'nativeTheme'>,
  appFolder: string,
): EarlyWindow {
  const window = new BrowserWindow(windowOptions(appFolder, nativeTheme.shouldUseDarkColors));
  let isReadyToShow = false;
  let isLoaded = false;
  const firstFrame = new Promise<void>((resolve) => {
    setTimeout(resolve, LONGEST_FRAME_MS).unref();
    window.once('ready-to-show', () => {
      isReadyToShow = true;
      resolve();
    });
  });
  window.webContents.once('did-finish-load', () => {
    isLoaded = true;
  });
  refuseEverythingElse(window);
  void window.loadURL(APP_PAGE);
  return { window, isReadyToShow: () => isReadyToShow, isLoaded: () => isLoaded, firstFrame };
}
