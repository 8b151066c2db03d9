import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright';
import { strings } from '../../../electron/desktop/strings';
import { until } from '../desktop/process';
import type { DesktopSession } from '../desktop/session';
import { isLabelled, type TrayMenuEntry } from '../desktop/tray';
import type { RunningApp } from '../running-app';

/** The title of a request for a tool with no act of its own, as the tray and the notification have it. */
export function titleOf(tool: string, agent = 'scout'): string {
  return `${agent}: ${tool}: use ${tool}`;
}

/** The row of a request in the window, under what waits or under what was decided. */
export function row(page: Page, tool: string, group: 'Waiting' | 'Recently decided' = 'Waiting'): Locator {
  return page
    .getByRole('group', { name: new RegExp(`^${group}`) })
    .getByRole('option')
    .filter({ hasText: tool });
}

/** Chooses a request in the window by a click and waits until it is on the card and may be decided. */
export async function chooseInWindow(page: Page, tool: string): Promise<void> {
  await row(page, tool).click();
  await page.getByRole('heading', { level: 2, name: tool }).waitFor();
  await pastGuard(page);
}

/** Waits until keys and clicks count on the card: its own clock is what it goes by. */
export async function pastGuard(page: Page): Promise<void> {
  const since = await page.evaluate(() => performance.now());
  await page.waitForFunction((start) => performance.now() - start > 450, since);
}

/** The entry of a request in the tray menu, whatever time is left for it. */
export async function trayEntry(desktop: DesktopSession, label: string): Promise<TrayMenuEntry | undefined> {
  return (await desktop.tray.menu()).find((entry) => isLabelled(entry, label));
}

/** Waits until the tray menu has an entry with this label. */
export function inTray(desktop: DesktopSession, label: string): Promise<TrayMenuEntry> {
  return until(`“${label}” in the tray menu`, () => trayEntry(desktop, label));
}

/** Waits until no entry of the tray menu has this label. */
export async function notInTray(desktop: DesktopSession, label: string): Promise<void> {
  await until(`“${label}” to leave the tray menu`, async () => (await trayEntry(desktop, label)) === undefined);
}

/** Waits until the icon's tooltip is this. */
export async function trayTip(desktop: DesktopSession, text: string): Promise<void> {
  await until(`the tooltip “${text}”`, async () => (await desktop.tray.item()).toolTip === text);
}

/** Waits until a request is in all three places. */
export async function onEverySurface(app: RunningApp, desktop: DesktopSession, tool: string): Promise<void> {
  await desktop.notifications.shown(titleOf(tool));
  await inTray(desktop, titleOf(tool));
  await row(await app.page(), tool).waitFor();
}

/** Waits until a request is in none of the three places, and in the window among what was decided. */
export async function offEverySurface(app: RunningApp, desktop: DesktopSession, tool: string): Promise<void> {
  await desktop.notifications.gone(titleOf(tool));
  await notInTray(desktop, titleOf(tool));
  const page = await app.page();
  await row(page, tool, 'Recently decided').waitFor();
  await row(page, tool).waitFor({ state: 'detached' });
}

/** Where a picture of the real app goes, by its name without an ending. */
export function picturePath(name: string): string {
  const folder = resolve(import.meta.dirname, '..', '..', 'output', 'screenshots');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

/** Closes the window as its close button does, and does not wait for anything. */
export async function closeWindow(app: RunningApp): Promise<void> {
  await app.electron().evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (window.webContents.getURL().includes('/index.html')) window.close();
    }
  });
}

/** How many windows the app has, the popover aside, which is kept while it is hidden. */
export function windowCount(app: RunningApp): Promise<number> {
  return app.electron().evaluate(
    ({ BrowserWindow }, popoverTitle) =>
      // By its title, which it has before its page has an address.
      BrowserWindow.getAllWindows().filter((window) => window.getTitle() !== popoverTitle).length,
    strings.popoverTitle,
  );
}
