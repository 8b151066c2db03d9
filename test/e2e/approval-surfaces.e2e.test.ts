import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireApproval } from '../support/app/client';
import { popoverPage } from '../support/app/popover';
import {
  chooseInWindow,
  closeWindow,
  inTray,
  offEverySurface,
  onEverySurface,
  pastGuard,
  picturePath,
  row,
  titleOf,
  trayTip,
  windowCount,
} from '../support/app/surfaces';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { type RunningApp, startApp } from '../support/running-app';

let desktop: DesktopSession;
let app: RunningApp;

/** Asks, decides as given when the request is everywhere, and answers what the client that waited heard. */
async function askAndDecide(tool: string, decide: () => Promise<void>): Promise<WireApproval> {
  const { approval_id } = await app.ask({ tool });
  const waiting = app.wait(approval_id);
  await onEverySurface(app, desktop, tool);
  await decide();
  const decidedAtMs = performance.now();
  const { approval, heardAtMs } = await waiting;
  await offEverySurface(app, desktop, tool);
  // A figure for people: how long it takes depends on what else the machine does. Under 0 is before the click was over.
  console.info(`${tool}: the client heard ${Math.round(heardAtMs - decidedAtMs)} ms after the decision was sent`);
  return approval;
}

function startOn(notifications: 'dunst' | 'xfce4-notifyd') {
  beforeAll(async () => {
    desktop = await startDesktop({ tray: true, notifications });
    app = await startApp({ desktop, operatorToken: true });
    await (await app.page()).getByText('Nothing is waiting for you.').waitFor();
  });
  afterAll(async () => {
    await app?.end();
    await desktop?.stop();
  });
}

const npmBuild = 'scout: npm-build: npm run build';

describe('a request on a desktop with dunst', () => {
  startOn('dunst');

  it('shows up as a notification, in the tray and in the window', async () => {
    const page = await app.page();
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    await app.ask({ tool: 'npm-build', rationale: 'The fix is reviewed', action: { command: 'npm run build' } });
    const shown = await desktop.notifications.shown(npmBuild);
    expect(shown).toMatchObject({
      applicationName: 'Gatehouse',
      title: npmBuild,
      body: 'npm-build\nnpm run build\nWhy: The fix is reviewed',
    });
    expect(shown.actions.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Open']);
    const entry = await inTray(desktop, npmBuild);
    expect(
      entry.children.filter(({ isSeparator }) => !isSeparator).map(({ label, isEnabled }) => [label, isEnabled]),
    ).toEqual([
      ['npm-build', false],
      ['npm run build', false],
      ['Approve', true],
      ['Deny', true],
      ['Open', true],
    ]);
    await trayTip(desktop, 'Gatehouse: 1 request is waiting');
    await row(page, 'npm-build').waitFor();
    expect(await page.getByRole('group', { name: 'Command' }).textContent()).toBe('npm run build');
    await desktop.notifications.drawn(npmBuild);
    await desktop.screenshot(picturePath('desktop-dunst'));
    await desktop.tray.click([npmBuild, 'Approve']);
    await offEverySurface(app, desktop, 'npm-build');
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
  });

  it('is drawn in the window as soon as it is there', async () => {
    const page = await app.page();
    const drawn = await page.evaluateHandle(() => {
      const atMs = new Promise<number>((done) => {
        const watch = new MutationObserver(() => {
          const title = document.querySelector('[role="option"] [data-slot="title"]')?.textContent;
          if (title !== 'followed: use followed') return;
          watch.disconnect();
          requestAnimationFrame(() => done(Date.now()));
        });
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      // In an object, so that only the watching is waited for here.
      return { atMs };
    });
    const { created_at_ms } = await app.ask({ tool: 'followed' });
    const drawnAtMs = await drawn.evaluate(({ atMs }) => atMs);
    console.info(`the window drew a request ${drawnAtMs - created_at_ms} ms after it was made`);
    await desktop.tray.click([titleOf('followed'), 'Deny']);
    await offEverySurface(app, desktop, 'followed');
  });

  it('is approved by a click on the tray menu', async () => {
    const approval = await askAndDecide('by-tray', () => desktop.tray.click([titleOf('by-tray'), 'Approve']));
    expect(approval.status).toBe('approved');
  });

  it('is denied by a click on the tray menu', async () => {
    const approval = await askAndDecide('tray-deny', () => desktop.tray.click([titleOf('tray-deny'), 'Deny']));
    expect(approval.status).toBe('denied');
  });

  it('is approved by the mouse on the window’s button', async () => {
    const page = await app.page();
    const approval = await askAndDecide('by-mouse', async () => {
      await chooseInWindow(page, 'by-mouse');
      await page.getByRole('button', { name: 'Approve' }).click();
    });
    expect(approval.status).toBe('approved');
  });

  it('is approved by the key A and then Enter', async () => {
    const page = await app.page();
    const approval = await askAndDecide('by-key', async () => {
      await chooseInWindow(page, 'by-key');
      await page.keyboard.press('a');
      await page.getByText('Press Enter to approve').waitFor();
      expect((await app.look((await idOf('by-key')) ?? '')).status).toBe('pending');
      await page.keyboard.press('Enter');
    });
    expect(approval.status).toBe('approved');
  });

  it('is denied in the window with a note that the agent reads', async () => {
    const page = await app.page();
    const approval = await askAndDecide('with-note', async () => {
      await chooseInWindow(page, 'with-note');
      await page.keyboard.press('d');
      await page.keyboard.type('Not on a Friday');
      await page.keyboard.press('Enter');
    });
    expect(approval).toMatchObject({ status: 'denied', review_notes: 'Not on a Friday' });
  });

  it('is not decided by keys that were meant for the request before', async () => {
    const page = await app.page();
    await app.ask({ tool: 'guarded-1' });
    await chooseInWindow(page, 'guarded-1');
    await app.ask({ tool: 'guarded-2' });
    await row(page, 'guarded-2').waitFor();
    // A second press of the keys at the very moment at which the next request comes up: no real hand hits it each time.
    const pressed = page.evaluate(
      () =>
        new Promise<void>((done) => {
          const watch = new MutationObserver(() => {
            if (document.querySelector('h2[id]:not([role])')?.textContent.includes('guarded-2') !== true) return;
            watch.disconnect();
            for (const key of ['a', 'Enter']) {
              document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
            }
            done();
          });
          watch.observe(document.body, { subtree: true, childList: true, characterData: true });
        }),
    );
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await pressed;
    await row(page, 'guarded-1', 'Recently decided').waitFor();
    expect((await app.look(await idOf('guarded-2'))).status).toBe('pending');
    await pastGuard(page);
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await offEverySurface(app, desktop, 'guarded-2');
  });

  it('is approved by the notification’s Approve action', async () => {
    const approval = await askAndDecide('by-dunst', () =>
      desktop.notifications.clickAction(titleOf('by-dunst'), 'Approve'),
    );
    expect(approval.status).toBe('approved');
  });

  it('is withdrawn from all three when it is decided over the API', async () => {
    const approval = await askAndDecide('by-api', async () => {
      const path = `/governance/approvals/${await idOf('by-api')}/deny`;
      const answer = await app.api('POST', path, { as: 'operator', body: { notes: 'No.' } });
      expect(answer.status).toBe(200);
    });
    expect(approval).toMatchObject({ status: 'denied', review_notes: 'No.' });
  });

  it('is withdrawn from all three when the agent cancels it [7.cancel-surfaces]', async () => {
    const approval = await askAndDecide('cancelled', async () => {
      const path = `/governance/approvals/${await idOf('cancelled')}/cancel`;
      expect((await app.api('POST', path, { agent: 'scout', body: {} })).status).toBe(200);
    });
    expect(approval.status).toBe('cancelled');
  });

  it('opens in the window when its notification is clicked', async () => {
    const page = await app.page();
    await app.ask({ tool: 'other' });
    await app.ask({ tool: 'clicked' });
    await chooseInWindow(page, 'other');
    await desktop.notifications.clickAction(titleOf('clicked'), 'Open');
    await page.getByRole('heading', { level: 2, name: 'clicked' }).waitFor();
    expect((await app.look(await idOf('clicked'))).status).toBe('pending');
    for (const tool of ['other', 'clicked']) {
      await desktop.tray.click([titleOf(tool), 'Deny']);
      await offEverySurface(app, desktop, tool);
    }
  });

  it('shows what an agent wrote to the letter, whatever it is', async () => {
    const page = await app.page();
    const tool = '<b>x</b>&amp;_y\u202Ez';
    const rationale = '<img src=x onerror=alert(1)> <a href="https://example.org">click</a> \u2066safe\u2069';
    await app.ask({ tool, rationale, action: { command: 'echo <i>\u202Eexe.txt</i> && true' } });
    const literal = 'scout: <b>x</b>&amp;_y⟨U+202E⟩z: echo <i>⟨U+202E⟩exe.txt</i> && tr…';
    const shown = await desktop.notifications.shown(literal);
    expect(shown.body.split('\n')).toEqual(
      expect.arrayContaining([
        'echo &lt;i&gt;⟨U+202E⟩exe.txt&lt;/i&gt; &amp;&amp; true',
        'Why: &lt;img src=x onerror=alert(1)&gt; &lt;a href="https://example.org"&gt;click&lt;/a&gt; ⟨U+2066⟩safe⟨U+2069⟩',
      ]),
    );
    await desktop.notifications.drawn(literal);
    await desktop.screenshot(picturePath('desktop-markup'));
    const entry = await inTray(desktop, literal);
    expect(entry.children.map(({ label }) => label)).toContain('echo <i>⟨U+202E⟩exe.txt</i> && true');
    await row(page, '<b>x</b>&amp;_y').click();
    const card = page.getByRole('article');
    await expect
      .poll(() => card.getByRole('group', { name: 'Command' }).textContent())
      .toBe('echo <i>U+202Eexe.txt</i> && true');
    await card.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await card.locator('img, a, i, script, iframe').count()).toBe(0);
    expect(await page.evaluate(() => /[\u202A-\u202E\u2066-\u2069]/.test(document.body.innerText))).toBe(false);
    await page.screenshot({ path: picturePath('hostile-text') });
  });
});

describe('a request on a desktop with xfce4-notifyd', () => {
  startOn('xfce4-notifyd');

  it.each([
    ['Approve', 'approved'],
    ['Deny', 'denied'],
  ])('is decided by a real mouse click on the notification’s button %s', async (label, status) => {
    const approval = await askAndDecide(`mouse-${status}`, () =>
      desktop.notifications.clickAction(titleOf(`mouse-${status}`), label),
    );
    expect(approval.status).toBe(status);
  });

  it('of high risk is opened by its notification’s Review button in the popover, with the window closed', async () => {
    const page = await app.page();
    await app.ask({ tool: 'with-icon', action: { command: 'npm publish' } });
    await desktop.notifications.drawn('scout: with-icon: npm publish');
    await desktop.screenshot(picturePath('desktop-xfce'));
    const closed = page.waitForEvent('close');
    await closeWindow(app);
    await closed;
    await desktop.notifications.clickAction('scout: with-icon: npm publish', 'Review');
    await (await popoverPage(app)).getByRole('heading', { level: 2, name: 'with-icon' }).waitFor();
    expect(await windowCount(app)).toBe(0);
  });
});

/** The id of the pending request for a tool. */
async function idOf(tool: string): Promise<string> {
  const { body } = await app.api('GET', '/governance/approvals?status=pending');
  const approvals = body['approvals'] as readonly { approval_id: string; target_resource: { id: string } }[];
  const found = approvals.find((approval) => approval.target_resource.id === tool);
  if (found === undefined) throw new Error(`no request for ${tool} is pending`);
  return found.approval_id;
}
