import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  closeWindow,
  inTray,
  offEverySurface,
  onEverySurface,
  row,
  titleOf,
  trayTip,
  windowCount,
} from '../support/app/surfaces';
import { runProgram, startProcess, until } from '../support/desktop/process';
import { type DesktopOptions, type DesktopSession, startDesktop } from '../support/desktop/session';
import { type RunningApp, type StartOptions, startApp, startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

async function privateDesktop(options: DesktopOptions): Promise<DesktopSession> {
  const desktop = await startDesktop(options);
  onTestFinished(() => desktop.stop());
  return desktop;
}

async function start(options: StartOptions): Promise<RunningApp> {
  const app = await startApp(options);
  onTestFinished(() => app.end());
  return app;
}

describe('on a desktop with a tray', () => {
  let desktop: DesktopSession;
  beforeAll(async () => {
    desktop = await startDesktop({ tray: true, notifications: 'dunst' });
  });
  afterAll(() => desktop?.stop());

  it('a second launch brings the first one’s window up and ends with 0', async () => {
    const app = await start({ desktop });
    await app.page();
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    await closeWindow(app);
    await until('no window', async () => (await windowCount(app)) === 0);

    const second = await startPlainApp({ desktop, home: app.home, until: 'nothing' });
    onTestFinished(() => second.end());
    expect(await second.process.ended).toEqual({ code: 0, signal: null });
    expect(second.process.output()).toContain('Gatehouse is running already');
    await (await app.page()).getByText('Nothing is waiting for you.').waitFor();
    expect((await app.api('GET', '/global/health')).status).toBe(200);
    await app.quit();
  });

  it('the closed window leaves the app in the tray, and Open brings it back', async () => {
    const app = await start({ desktop });
    const page = await app.page();
    await page.getByText('Nothing is waiting for you.').waitFor();
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    const closed = page.waitForEvent('close');
    await closeWindow(app);
    await closed;
    await until('the number of windows to be 0', async () => (await windowCount(app)) === 0);
    await app.ask({ tool: 'while-closed' });
    await desktop.notifications.shown(titleOf('while-closed'));
    await inTray(desktop, titleOf('while-closed'));
    expect(app.process.ending()).toBeUndefined();

    await desktop.tray.click(['Open Gatehouse']);
    await row(await app.page(), 'while-closed').waitFor();
    await desktop.tray.click([titleOf('while-closed'), 'Open']);
    await (await app.page()).getByRole('heading', { level: 2, name: 'while-closed' }).waitFor();
    await app.quit();
  });

  it('the icon is back after a restart of the tray host, with what waits', async () => {
    const app = await start({ desktop });
    await app.ask({ tool: 'before-restart' });
    await inTray(desktop, titleOf('before-restart'));
    await desktop.tray.restartHost();
    await trayTip(desktop, 'Gatehouse: 1 request is waiting');
    await desktop.tray.click([titleOf('before-restart'), 'Approve']);
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    await app.quit();
  });

  it.each([
    ['the app was quit', (app: RunningApp) => app.quit()],
    ['it was killed', (app: RunningApp) => app.kill9()],
  ])('what was pending is pending everywhere after %s', async (_, end) => {
    const home = temporaryHome();
    const before = await start({ desktop, home });
    const { approval_id } = await before.ask({ tool: 'survives' });
    await onEverySurface(before, desktop, 'survives');
    await end(before);
    if (before.process.ending()?.code === 0) await desktop.notifications.gone(titleOf('survives'));

    const seen = desktop.notifications.history().length;
    const after = await start({ desktop, home });
    expect((await after.look(approval_id)).status).toBe('pending');
    await until('a new notification', () =>
      desktop.notifications
        .history()
        .slice(seen)
        .some(({ title }) => title === titleOf('survives')),
    );
    await inTray(desktop, titleOf('survives'));
    await row(await after.page(), 'survives').waitFor();
    await desktop.tray.click([titleOf('survives'), 'Deny']);
    await until('the denial', async () => (await after.look(approval_id)).status === 'denied');
    // Also the one that a killed app left on the screen: its buttons would do nothing.
    await desktop.notifications.gone(titleOf('survives'));
    await after.quit();
  });

  it('a request expires by itself: the waiting client hears it, and it leaves every surface', async () => {
    const app = await start({ desktop });
    await app.page();
    const { approval_id } = await app.ask({ tool: 'too-late', expiresAtMs: Date.now() + 4_000 });
    const waiting = app.wait(approval_id);
    await onEverySurface(app, desktop, 'too-late');
    expect((await waiting).approval.status).toBe('expired');
    await offEverySurface(app, desktop, 'too-late');
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    await app.quit();
  });
});

describe('on a desktop without a tray', () => {
  const minimised = 'Gatehouse goes on';

  it('closing minimises the window and says so, once', async () => {
    const desktop = await privateDesktop({ notifications: 'dunst' });
    const app = await start({ desktop });
    const page = await app.page();
    await page.getByText('Nothing is waiting for you.').waitFor();
    // What a window says to the window manager when it wants to be minimised.
    const listener = startProcess('stdbuf', ['-oL', 'xev', '-root', '-event', 'substructure'], desktop.env);
    onTestFinished(() => listener.stop());
    // It does not say when it listens; each closing is the same wish again.
    await until('the wish to be minimised', async () => {
      await closeWindow(app);
      return listener.output().includes('WM_CHANGE_STATE');
    });
    const said = await desktop.notifications.shown(minimised);
    expect(said.body).toContain('Quit with Ctrl+Q');
    expect(await windowCount(app)).toBe(1);

    await closeWindow(app);
    await app.ask({ tool: 'afterwards' });
    await desktop.notifications.shown(titleOf('afterwards'));
    expect(desktop.notifications.history().filter(({ title }) => title === minimised)).toHaveLength(1);
    expect(page.isClosed()).toBe(false);

    // It may have the focus from here on; one that was blurred takes no keys before it is focused by itself.
    await app.electron().evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) {
        window.removeAllListeners('focus');
        window.focus();
      }
    });
    // What the note promises, by a real key. The window is gone before xdotool lets the key go.
    const keys = ['search', '--name', '^Gatehouse$', 'windowfocus', '--sync', 'key', 'ctrl+q'];
    await runProgram('xdotool', keys, desktop.env).catch(() => undefined);
    expect(await app.process.ended).toEqual({ code: 0, signal: null });
  });

  it('an app that is started hidden is hidden only where there is a tray', async () => {
    const bare = await privateDesktop({});
    const shown = await start({ desktop: bare, args: ['--hidden'] });
    await (await shown.page()).getByText('Nothing is waiting for you.').waitFor();
    const withTray = await privateDesktop({ tray: true });
    const hidden = await start({ desktop: withTray, args: ['--hidden'] });
    await trayTip(withTray, 'Gatehouse: Nothing is waiting');
    expect(await windowCount(hidden)).toBe(0);
  });

  it('a tray host that starts late gets the icon, and losing it with the window closed brings the window', async () => {
    const desktop = await privateDesktop({});
    const app = await start({ desktop });
    const page = await app.page();
    await page.getByText('Nothing is waiting for you.').waitFor();
    await desktop.tray.startHost();
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    const closed = page.waitForEvent('close');
    await closeWindow(app);
    await closed;
    await desktop.tray.stopHost();
    await (await app.page()).getByText('Nothing is waiting for you.').waitFor();
  });

  it('without a bus, a tray and notifications the window shows and decides requests', async () => {
    const desktop = await privateDesktop({});
    await desktop.killBus();
    const app = await start({ desktop });
    const page = await app.page();
    const { approval_id } = await app.ask({ tool: 'alone' });
    const waiting = app.wait(approval_id);
    await row(page, 'alone').waitFor();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await until('the approval', async () => {
      // Clicks that come too early are ignored on purpose, and one that worked takes the button away.
      await page
        .getByRole('button', { name: 'Approve' })
        .click({ timeout: 1_000 })
        .catch(() => undefined);
      return (await app.look(approval_id)).status === 'approved';
    });
    expect((await waiting).approval.status).toBe('approved');
  });
});
