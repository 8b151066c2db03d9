import type { Page } from 'playwright';
import { runProgram, until } from '../desktop/process';
import type { DesktopSession } from '../desktop/session';
import type { RunningApp } from '../running-app';

/** The page of the popover, as soon as there is one. */
export function popoverPage(app: RunningApp): Promise<Page> {
  return until('the page of the popover', () =>
    app
      .electron()
      .windows()
      .find((page) => !page.isClosed() && page.url().endsWith('/popover.html')),
  );
}

/** Presses the keys of the shortcut, on the desktop and in no window. */
export async function pressShortcut(desktop: DesktopSession): Promise<void> {
  await runProgram('xdotool', ['key', 'ctrl+alt+shift+g'], desktop.env);
}

/** Whether the popover is on the screen and has the focus. */
export function popoverState(app: RunningApp): Promise<{ readonly isVisible: boolean; readonly isFocused: boolean }> {
  return app.electron().evaluate(({ BrowserWindow }) => {
    const found = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().includes('/popover.html'),
    );
    return { isVisible: found?.isVisible() === true, isFocused: found?.isFocused() === true };
  });
}

/** Waits until the popover is on the screen, or gone from it. */
export async function popoverShown(app: RunningApp, isShown: boolean): Promise<void> {
  await until(isShown ? 'the popover' : 'the popover to go', async () => {
    const { isVisible, isFocused } = await popoverState(app);
    return isVisible === isShown && (isFocused || !isShown);
  });
}
