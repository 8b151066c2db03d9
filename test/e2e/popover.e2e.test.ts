import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import type { Preferences } from '../../shared/contract/desk-contract';
import { makeProjects, type SampleAct, sampleActs } from '../support/app/acts';
import { axeFindings } from '../support/app/axe';
import { desktopForTests, themes } from '../support/app/desk';
import { connectAll, startHook } from '../support/app/hooks';
import { popoverPage, popoverShown, pressShortcut } from '../support/app/popover';
import { closeWindow, inTray, pastGuard, picturePath, windowCount } from '../support/app/surfaces';
import { runProgram, until } from '../support/desktop/process';
import { hookInput } from '../support/hook-world';
import { removeFolder } from '../support/remove-folder';
import { type RunningApp, startApp, startPlainApp } from '../support/running-app';

const desktop = desktopForTests({ tray: true, notifications: 'xfce4-notifyd' });

/** Presses keys on the desktop, wherever the focus is. */
const press = (...keys: readonly string[]) => runProgram('xdotool', ['key', ...keys], desktop.env);

/** The app with its window closed, in the tray. */
async function startInTray(): Promise<RunningApp> {
  const app = await startApp({ desktop, operatorToken: true, isLookedAt: true });
  onTestFinished(() => app.end());
  await (await app.page()).getByText('Nothing is waiting for you.').waitFor();
  await connectAll(app);
  await closeWindow(app);
  await until('the window to be closed', async () => (await windowCount(app)) === 0);
  return app;
}

/** Has an engine ask through its real hook, and answers what the hook will say. */
function hookIn(app: RunningApp) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-popover-')));
  onTestFinished(() => removeFolder(home));
  const places = makeProjects(home);
  return ({ engine, project, tool, input }: SampleAct) => {
    const session = { session_id: `session-of-${engine}-in-${project}`, cwd: places[project] };
    const call = { ...session, tool_name: tool, tool_input: input };
    return startHook(app.home, engine, hookInput(engine, 'permission-request', call));
  };
}

const actOf = (tool: string) => sampleActs.find((act) => act.tool === tool && act.engine === 'claude') as SampleAct;
const title = (page: Page, text: string) => page.getByRole('heading', { level: 2, name: text });

async function prefer(page: Page, change: Partial<Preferences>): Promise<void> {
  await page.evaluate((given) => window.gatehouse.request('desk.setPreferences', given), change);
}

it('the shortcut brings the most urgent act up with the window closed; one key decides it, and its hook goes on', async () => {
  const app = await startInTray();
  const ask = hookIn(app);
  const edit = ask(actOf('Edit'));
  const page = await popoverPage(app);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await title(page, 'Edit src/cart/store.ts').waitFor();
  await pressShortcut(desktop);
  await popoverShown(app, true);
  await pastGuard(page);
  await desktop.screenshot(picturePath('popover-on-desktop'));
  for (const theme of themes) {
    await prefer(page, { theme });
    await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
    await page.screenshot({ path: picturePath(`popover-${theme}`), animations: 'disabled' });
    expect(await axeFindings(page)).toEqual([]);
  }
  expect(await windowCount(app)).toBe(0);
  // No ring around all that there is to read, but for whoever goes to it by Tab.
  const ring = () => page.locator('#gatehouse-card').evaluate((card) => getComputedStyle(card).outlineStyle);
  expect(await ring()).toBe('none');
  await press('Tab');
  await press('shift+Tab');
  await expect.poll(ring).toBe('solid');

  await press('1');
  expect(JSON.parse((await edit).stdout)).toMatchObject({
    hookSpecificOutput: { decision: { behavior: 'allow' } },
  });
  await page.getByRole('heading', { level: 1, name: 'Nothing is waiting' }).waitFor();
  await page.screenshot({ path: picturePath('popover-empty-dark'), animations: 'disabled' });
  expect(await axeFindings(page)).toEqual([]);

  // The next that asks comes up by itself, and is denied with words.
  const write = ask(actOf('Write'));
  await title(page, 'Write').waitFor();
  await pastGuard(page);
  await press('3');
  await runProgram('xdotool', ['type', 'not today'], desktop.env);
  await page.screenshot({ path: picturePath('popover-deny-dark'), animations: 'disabled' });
  await press('Return');
  expect((await write).stdout).toContain('not today');

  await press('Escape');
  await popoverShown(app, false);
  await pressShortcut(desktop);
  await popoverShown(app, true);
  await pressShortcut(desktop);
  await popoverShown(app, false);
  expect(complaints).toEqual([]);
  await app.quit();
});

it('“Decide now” and the notification of an act of high risk open it too, and Enter goes on in the window [judgement-8.popover-high]', async () => {
  const app = await startInTray();
  await app.ask({ tool: 'Bash', action: { command: 'npm test' } });
  await inTray(desktop, 'scout: Run npm test');
  await desktop.tray.click(['Decide now']);
  const page = await popoverPage(app);
  await popoverShown(app, true);
  await title(page, 'Run npm test').waitFor();
  await pastGuard(page);
  await press('Escape');
  await popoverShown(app, false);

  await app.ask({ tool: 'Bash', agent: 'ledger', action: { command: 'git push --force' } });
  await desktop.notifications.clickAction('ledger: Run git push --force', 'Review');
  await popoverShown(app, true);
  await title(page, 'Run git push --force').waitFor();
  await prefer(page, { theme: 'light' });
  await pastGuard(page);
  await page.screenshot({ path: picturePath('popover-danger-light'), animations: 'disabled' });
  expect(await axeFindings(page)).toEqual([]);

  await press('Return');
  await title(await app.page(), 'Run git push --force').waitFor();
  await popoverShown(app, false);
  await app.quit();
});

it('the keys are those that the operator prefers, and the page is as shut in as the window’s', async () => {
  const app = await startInTray();
  await app.ask({ tool: 'Bash', action: { command: 'npm test' } });
  const page = await popoverPage(app);
  await title(page, 'Run npm test').waitFor();
  const shortcutState = () =>
    page.evaluate(async () => {
      const status = await window.gatehouse.request('desk.status', {});
      return status.ok ? (status.value as { decideShortcut: { state: string } }).decideShortcut.state : 'refused';
    });
  expect(await shortcutState()).toBe('on');
  await prefer(page, { decideShortcut: '' });
  expect(await shortcutState()).toBe('off');
  await prefer(page, { decideShortcut: 'Alt+F9' });
  expect(await shortcutState()).toBe('on');
  await press('alt+F9');
  await popoverShown(app, true);

  // What a shortcut of the desktop's own runs where programs get no keys.
  await press('Escape');
  await popoverShown(app, false);
  const second = await startPlainApp({ desktop, home: app.home, args: ['--decide'], until: 'nothing' });
  onTestFinished(() => second.end());
  expect(await second.process.ended).toEqual({ code: 0, signal: null });
  await popoverShown(app, true);
  expect(await windowCount(app)).toBe(0);

  const found = await page.evaluate(() => ({
    node: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in globalThis),
    bridge: Object.keys(window.gatehouse),
  }));
  expect(found).toEqual({ node: [], bridge: ['request', 'onPush'] });
  const preferences = await app.electron().evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      const contents = webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const { contextIsolation, sandbox, nodeIntegration, webviewTag, webSecurity } = contents.getLastWebPreferences();
      return { contextIsolation, sandbox, nodeIntegration, webviewTag, webSecurity };
    }),
  );
  const isShutIn = { contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false };
  expect(preferences).toEqual([{ ...isShutIn, webSecurity: true }]);
  await app.quit();
});
