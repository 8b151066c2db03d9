import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { askCrowd, askOrdinary } from '../support/app/examples';
import { chooseInWindow, picturePath, row, trayTip } from '../support/app/surfaces';
import { runProgram } from '../support/desktop/process';

// The pictures that people look at: in the README, and whoever changes how the window looks.

const { desktop, start } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

/** Sets the theme as the operator does, and waits until it is drawn. */
async function theme(page: Page, name: 'Light' | 'Dark'): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText(name).click();
  await page.locator(`html[data-mantine-color-scheme="${name.toLowerCase()}"]`).waitFor();
}

async function toQueue(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Queue' }).click();
}

async function shoot(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ path: picturePath(name), animations: 'disabled' });
  expect(picture.byteLength).toBeGreaterThan(10_000);
}

it('the window is drawn empty, with a few requests, and in both themes', async () => {
  const { app, page } = await start();
  await page.getByText('Nothing is waiting for you.').waitFor();
  await theme(page, 'Light');
  await toQueue(page);
  await shoot(page, 'empty-light');
  await askOrdinary(app);
  await row(page, 'git push').waitFor();
  await row(page, 'payments.refund').waitFor();
  await chooseInWindow(page, 'git push');
  await shoot(page, 'ordinary-light');
  await page.keyboard.press('d');
  await page.keyboard.type('Not on a Friday afternoon.');
  await shoot(page, 'deny-with-note-light');
  await page.keyboard.press('Escape');
  await theme(page, 'Dark');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).scrollIntoViewIfNeeded();
  await shoot(page, 'settings-dark');
  await toQueue(page);
  await shoot(page, 'ordinary-dark');
  await row(page, 'Run rm -rf').click();
  await shoot(page, 'command-dark');
  await theme(page, 'Light');
  await shoot(page, 'settings-light');
  await app.quit();
});

it('the desktop is drawn with the tray, a notification and the window', async () => {
  const { app, page } = await start();
  await page.getByText('Nothing is waiting for you.').waitFor();
  await app.electron().evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().includes('/index.html'),
    );
    window?.setBounds({ x: 60, y: 90, width: 1_060, height: 680 });
  });
  // It fails when there is no window manager to tell, and has painted the background all the same.
  await runProgram('display', ['-size', '1280x800', '-window', 'root', 'gradient:#3d4a52-#6d7a80'], desktop.env).catch(
    () => undefined,
  );
  // Notifications come on for the last request only, so that they leave something of the window to be seen.
  const notify = (areNotificationsOn: boolean) =>
    page.evaluate(
      (isOn) => window.gatehouse.request('desk.setPreferences', { areNotificationsOn: isOn }),
      areNotificationsOn,
    );
  await theme(page, 'Light');
  await toQueue(page);
  await notify(false);
  await askOrdinary(app);
  await row(page, 'payments.refund').waitFor();
  await notify(true);
  await app.ask({
    agent: 'tidy',
    tool: 'browser',
    rationale: 'The form needs a sign-in.',
    action: { command: 'open https://example.org/login' },
    expiresAtMs: Date.now() + 2 * 3_600_000,
  });
  await trayTip(desktop, 'Gatehouse: 5 requests are waiting');
  await row(page, 'browser').waitFor();
  await desktop.notifications.drawn('tidy');
  await desktop.screenshot(picturePath('desktop'));
  await app.quit();
});

it('the window is drawn with 200 requests, and follows them', async () => {
  const { app, page } = await start();
  await page.getByText('Nothing is waiting for you.').waitFor();
  await askCrowd(app, 200);
  await page.getByRole('img', { name: '200 waiting' }).waitFor();
  await trayTip(desktop, 'Gatehouse: 200 requests are waiting');
  await row(page, 'job-004').waitFor();
  await theme(page, 'Light');
  await toQueue(page);
  await shoot(page, 'crowded-light');
  await desktop.screenshot(picturePath('desktop-crowded'));
  await app.quit();
});
