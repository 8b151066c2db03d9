import type { BrowserWindow, WebPreferences } from 'electron';
import { APP_ORIGIN } from './app-protocol';

/** The channel of what main pushes to our pages; the preload listens to it. */
export const PUSH_CHANNEL = 'gatehouse:push';

/** What holds for each of our pages: it is a web page like any other, and can do no more. */
export function pagePreferences(preloadPath: string): WebPreferences {
  return {
    preload: preloadPath,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
    safeDialogs: true,
  };
}

/** The page shows agents' text: it goes nowhere, opens nothing and embeds nothing. */
export function refuseEverythingElse({ webContents }: BrowserWindow): void {
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-frame-navigate', (event) => event.preventDefault());
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Whether a sender is the page of this window. */
export function isPageOf(window: BrowserWindow | undefined, senderId: number, url: string | undefined): boolean {
  return window !== undefined && window.webContents.id === senderId && url?.startsWith(`${APP_ORIGIN}/`) === true;
}

/** What is behind a page until it is drawn. */
export function groundOf(isDark: boolean): string {
  return isDark ? '#181715' : '#faf9f6';
}
