import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Preferences } from '../../shared/contract/desk-contract';
import { testTokens } from '../support/app/client';
import { desktopForTests } from '../support/app/desk';
import {
  createAutomation,
  pausedAgents,
  reportRun,
  runStatus,
  setLimits,
  spendInRun,
  startRun,
} from '../support/app/runs';
import { picturePath, row, titleOf, trayTip } from '../support/app/surfaces';
import { until } from '../support/desktop/process';
import type { TrayMenuEntry } from '../support/desktop/tray';
import { listen } from '../support/event-stream';
import { type RunningApp, type StartOptions, startApp } from '../support/running-app';

const desktop = desktopForTests({ tray: true, notifications: 'xfce4-notifyd' });

async function start(options: Omit<StartOptions, 'desktop'> = {}): Promise<RunningApp> {
  const app = await startApp({ desktop, operatorToken: true, ...options });
  onTestFinished(() => app.end());
  if (options.until === undefined) await (await app.page()).getByText('Nothing is waiting for you.').waitFor();
  return app;
}

/** The entry of an agent under “Pause agent”, once it is as wanted. */
function agentEntry(agent: string, isWanted: (entry: TrayMenuEntry) => boolean = () => true): Promise<TrayMenuEntry> {
  return until(`${agent} under “Pause agent”`, async () => {
    const pause = (await desktop.tray.menu()).find(({ label }) => label === 'Pause agent');
    const entry = pause?.children.find(({ label }) => label === agent || label.startsWith(`${agent} ·`));
    return entry !== undefined && isWanted(entry) && entry;
  });
}

async function clickAgent(agent: string): Promise<void> {
  await desktop.tray.click(['Pause agent', (await agentEntry(agent)).label]);
}

async function prefer(app: RunningApp, change: Partial<Preferences>): Promise<void> {
  const page = await app.page();
  await page.evaluate((given) => window.gatehouse.request('desk.setPreferences', given), change);
}

/** Titles of what was ever shown since a place in the history. */
function titlesSince(seen: number): readonly string[] {
  return desktop.notifications
    .history()
    .slice(seen)
    .map(({ title }) => title);
}

describe('the tray menu', () => {
  it('pauses an agent at once: its run gets the stop event, and a notification says what was stopped', async () => {
    const app = await start();
    const stream = await listen(app.url(), testTokens.engine);
    const runId = await startRun(app, await createAutomation(app, { by: 'scout', name: 'Nightly report' }));
    await spendInRun(app, runId, 1.25);
    await app.ask({ tool: 'notes' });
    await agentEntry('scout', ({ label }) => label === 'scout · 1 run · $1.25 this week');
    await until('the spend', async () =>
      (await desktop.tray.menu()).some(({ label }) => label === 'Spent $1.25 today, $1.25 this week'),
    );

    await clickAgent('scout');
    expect((await stream.nextOf('run.paused')).data['payload']).toMatchObject({
      runID: runId,
      stopKind: 'operator_stopped',
      sessionIDs: [`session of ${runId}`],
    });
    expect(await pausedAgents(app)).toEqual(['scout']);
    expect(await runStatus(app, runId)).toBe('paused');
    const said = await desktop.notifications.shown('scout paused: 1 run stopped');
    expect(said.body).toBe('It creates and starts nothing until you resume it.');
    await agentEntry('scout', ({ isChecked }) => isChecked === true);
    await desktop.notifications.drawn('scout paused');
    await desktop.screenshot(picturePath('notification-agent-paused'));

    await clickAgent('scout');
    await until('scout to be resumed', async () => (await pausedAgents(app)).length === 0);
    await agentEntry('scout', ({ isChecked }) => isChecked === false);
    await app.quit();
  });

  it('pauses all and resumes all, and the icon says so', async () => {
    const app = await start();
    const runs = [];
    for (const agent of ['scout', 'ledger']) {
      runs.push(await startRun(app, await createAutomation(app, { by: agent, name: `Report of ${agent}` })));
    }
    await desktop.tray.click(['Pause all']);
    await desktop.notifications.shown('All agents paused: 2 runs stopped');
    expect(await pausedAgents(app)).toEqual(['ledger', 'scout']);
    for (const run of runs) expect(await runStatus(app, run)).toBe('paused');
    await trayTip(desktop, 'Gatehouse: All agents are paused. Nothing is waiting');
    await desktop.screenshot(picturePath('tray-paused'));
    const refused = await app.api('POST', '/automations/v2', {
      agent: 'other',
      body: { name: 'More', schedule: { type: 'manual' }, agents: [], flow: { nodes: [] } },
    });
    expect(refused.status).toBe(403);

    await desktop.tray.click(['Resume all']);
    await trayTip(desktop, 'Gatehouse: Nothing is waiting');
    expect(await pausedAgents(app)).toEqual([]);
    await createAutomation(app, { by: 'scout', name: 'After it' });
    await app.quit();
  });

  it('shows who is paused, and lets nobody be paused alone while that is turned off', async () => {
    const app = await start();
    await createAutomation(app, { by: 'scout', name: 'Nightly report' });
    await clickAgent('scout');
    await until('the pause', async () => (await pausedAgents(app)).length === 1);
    await setLimits(app, { per_agent_pause_enabled: false });
    await agentEntry('scout', ({ isChecked, isEnabled }) => isChecked === true && !isEnabled);
    await app.quit();
  });

  it('is drawn with what waits, agents and spend', async () => {
    const app = await start();
    await setLimits(app, { weekly_spend_cap_usd: 20 });
    for (const [agent, usd] of [
      ['scout', 4.2],
      ['ledger', 12.75],
      ['tidy', 0.004],
    ] as const) {
      await startRun(app, await createAutomation(app, { by: agent, name: `Report of ${agent}` }), usd);
    }
    await app.api('POST', '/governance/agents/tidy/pause', { as: 'operator', body: {} });
    await app.ask({ tool: 'git push', action: { command: 'git push origin main' } });
    await app.ask({ tool: 'payments.refund', agent: 'ledger', action: { order: '8841', amount: '129.00' } });
    await agentEntry('tidy', ({ isChecked }) => isChecked === true);
    await row(await app.page(), 'payments.refund').waitFor();
    await desktop.tray.openMenu(['Pause agent']);
    await desktop.screenshot(picturePath('tray-menu'));
    await desktop.tray.closeMenu();
    await app.quit();
  });

  it('mutes notifications, lets a hard stop through, and tells the rest in a digest', async () => {
    const app = await start();
    await setLimits(app, { weekly_spend_cap_usd: 5 });
    const runId = await startRun(app, await createAutomation(app, { by: 'scout', name: 'Nightly report' }));
    await desktop.tray.click(['Mute notifications', 'For one hour']);
    await until('the menu to say that it is muted', async () =>
      (await desktop.tray.menu()).some(({ label }) => label.startsWith('Muted until')),
    );
    const seen = desktop.notifications.history().length;
    await app.ask({ tool: 'first' });
    await app.ask({ tool: 'second', agent: 'ledger' });
    await row(await app.page(), 'second').waitFor();
    await spendInRun(app, runId, 5.5);
    await desktop.notifications.shown('scout is stopped by its weekly cap');
    expect(titlesSince(seen)).toEqual(['scout is stopped by its weekly cap']);
    const muted = (await desktop.tray.menu()).find(({ label }) => label.startsWith('Muted until'));
    await desktop.tray.click([muted?.label ?? '', 'Unmute']);
    const digest = await desktop.notifications.shown('While notifications were quiet');
    expect(digest.body).toBe('3 requests are waiting, from scout and ledger.\n1 agent is close to the cap: scout.');
    expect(titlesSince(seen)).toHaveLength(2);
    await desktop.notifications.drawn('While notifications were quiet');
    await desktop.screenshot(picturePath('notification-digest'));
    await app.quit();
  });
});

describe('a notification', () => {
  it('of spend warns before the cap and says by how much a hard stop overshot it, and the cap is lifted there [8.warning-notify]', async () => {
    const app = await start();
    const page = await app.page();
    await setLimits(app, { weekly_spend_cap_usd: 5 });
    const runId = await startRun(app, await createAutomation(app, { by: 'scout', name: 'Nightly report' }));
    await spendInRun(app, runId, 4.2);
    const warning = await desktop.notifications.shown('scout has used 84% of its weekly cap');
    expect(warning.body).toBe('$4.20 of $5.00 this week. At the cap it is stopped.');
    await desktop.notifications.drawn('scout has used');
    await desktop.screenshot(picturePath('notification-spend-warning'));
    await desktop.notifications.clickAction('scout has used', 'Open');
    await page.getByRole('heading', { level: 1, name: /Agents|scout/ }).waitFor();

    await spendInRun(app, runId, 1.1);
    const stop = await desktop.notifications.shown('scout is stopped by its weekly cap');
    expect(stop.body).toMatch(
      /^\$5\.30 of \$5\.00 this week: \$0\.30 over the cap\.\n1 run stopped\.\nApprove lets it go on until .*\.$/,
    );
    expect(stop.actions.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Open']);
    expect(stop.hints.get('urgency')).toBe(2);
    await desktop.notifications.drawn('scout is stopped');
    await desktop.screenshot(picturePath('notification-hard-stop'));
    await desktop.notifications.clickAction('scout is stopped', 'Approve');
    await desktop.notifications.gone('scout is stopped');
    const { body } = await app.api('GET', '/governance/approvals?request_type=quota_override');
    expect(body['approvals']).toMatchObject([{ status: 'approved' }]);
    await startRun(app, await createAutomation(app, { by: 'scout', name: 'Goes on' }));
    await app.quit();
  });

  it('asks for a look at what an agent created, at a failing automation, and at one that expires soon, and is answered there [judgement-8.own]', async () => {
    const app = await start();
    const page = await app.page();
    await setLimits(app, { per_agent_creation_review_threshold: 1 });
    const automationId = await createAutomation(app, { by: 'maker', name: 'Made by maker' });
    const creation = await desktop.notifications.shown('Look at agent maker');
    expect(creation.actions.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Open']);
    await desktop.notifications.drawn('Look at agent maker');
    await desktop.screenshot(picturePath('notification-review'));
    await desktop.notifications.clickAction('Look at agent maker', 'Open');
    await page.getByRole('heading', { level: 2, name: 'maker' }).waitFor();

    for (let count = 0; count < 5; count += 1) {
      await reportRun(app, await startRun(app, automationId), { status: 'failed' });
    }
    expect((await app.api('POST', '/governance/health_check', { as: 'operator', body: {} })).status).toBe(200);
    await desktop.notifications.clickAction('Look at Made by maker', 'Deny');
    await desktop.notifications.gone('Look at Made by maker');
    const recordOf = async (id: string) =>
      (await app.api('GET', `/automations/v2/${id}/governance`)).body['governance'];
    expect(await recordOf(automationId)).toMatchObject({ paused_for_lifecycle: true });

    await setLimits(app, { default_expires_after_ms: 3_600_000, per_agent_creation_review_threshold: 0 });
    const shortLived = await createAutomation(app, { by: 'other', name: 'Short life' });
    expect((await app.api('POST', '/governance/health_check', { as: 'operator', body: {} })).status).toBe(200);
    const expiry = await desktop.notifications.shown('Short life expires soon');
    expect(expiry.body).toMatch(/^This automation expires soon\. Extend it, or retire it\.\nIts end: /);
    await desktop.notifications.drawn('Short life expires soon');
    await desktop.screenshot(picturePath('notification-expiry'));
    const entry = (await desktop.tray.menu()).find(({ label }) => label === 'Short life expires soon');
    expect(entry?.children.flatMap(({ label, isEnabled }) => (isEnabled && label !== '' ? [label] : []))).toEqual([
      ...['Extend', 'Retire', 'Deny', 'Open'],
    ]);
    await setLimits(app, { default_expires_after_ms: 86_400_000 * 30 });
    await desktop.notifications.clickAction('Short life expires soon', 'Extend');
    await desktop.notifications.gone('Short life expires soon');
    expect(await recordOf(shortLived)).toMatchObject({ review_required: false });
    await app.quit();
  });

  it('of five agents within two seconds is one summary with one sound', async () => {
    const app = await start();
    await prefer(app, { isCountShownInTray: false });
    const seen = desktop.notifications.history().length;
    await Promise.all([1, 2, 3, 4, 5].map((count) => app.ask({ tool: `burst-${count}`, agent: `agent-${count}` })));
    await desktop.notifications.shown('5 requests are waiting');
    await until('nothing but the summary', () => desktop.notifications.list().length === 1);
    const sounds = desktop.notifications
      .history()
      .slice(seen)
      .filter(({ hints }) => hints.get('suppress-sound') !== true);
    expect(sounds).toHaveLength(1);
    await trayTip(desktop, 'Gatehouse: Requests are waiting');
    await desktop.notifications.drawn('5 requests are waiting');
    await desktop.screenshot(picturePath('notification-summary'));
    await app.quit();
  });

  it('is not shown for what the operator has before them, and is for what they have not', async () => {
    const app = await start({ isLookedAt: true });
    const page = await app.page();
    const seen = desktop.notifications.history().length;
    await app.ask({ tool: 'seen' });
    await row(page, 'seen').waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await app.ask({ tool: 'unseen' });
    await desktop.notifications.shown(titleOf('unseen'));
    expect(titlesSince(seen)).toEqual([titleOf('unseen')]);
    await app.quit();
  });

  it('says when agents cannot reach Gatehouse', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    onTestFinished(() => void other.close());
    const app = await start({ port, until: 'failed' });
    const title = `Port ${port} is taken: agents cannot reach Gatehouse`;
    const trouble = await desktop.notifications.shown(title);
    expect(trouble.body).toBe('Open Gatehouse to see what to do.');
    await trayTip(desktop, `Gatehouse: ${title}`);
    await desktop.notifications.clickAction(title, 'Open');
    await (await app.page()).getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await app.quit();
  });
});
