import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { deskForTests } from '../support/app/desk';
import { type RunningApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const { start: startDesk } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

/** With a folder of its own for what other programs' settings are in. */
const start = () => startDesk({ environment: { XDG_CONFIG_HOME: temporaryHome() } });

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Follows the list of parts by keyboard, as far as the heading of one. */
async function goTo(page: Page, part: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Parts of Settings' })
    .getByRole('link', { name: part, exact: true })
    .press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(part);
}

const limitsOf = async (app: RunningApp) =>
  (await app.api('GET', '/governance/limits', { as: 'operator' })).body['limits'] as Readonly<Record<string, unknown>>;

/** Creations, a run with its cost, and a decision. */
async function makeHistory(app: RunningApp): Promise<void> {
  for (const id of ['nightly-tests', 'crawl-docs', 'sort-mail']) {
    const made = await app.api('POST', '/automations/v2', {
      agent: 'scout',
      body: { automation_id: id, name: id, schedule: {}, agents: [], flow: {}, status: 'active' },
    });
    expect(made.status).toBe(200);
  }
  const { body } = await app.api('POST', '/automations/v2/crawl-docs/run_now', { body: {} });
  const { run_id: runId } = body['run'] as { run_id: string };
  await app.api('POST', `/automations/v2/runs/${runId}/spend`, {
    body: { prompt_tokens: 10, completion_tokens: 5, cost_usd: 12.5 },
  });
  const asked = await app.ask({ tool: 'browser' });
  await app.api('POST', `/governance/approvals/${asked.approval_id}/approve`, { as: 'operator', body: {} });
}

it('a limit says what it would have stopped before it is saved, and holds over the API after it', async () => {
  const { app, page, shoot, end } = await start();
  await makeHistory(app);
  await press(page, 'Settings');
  await goTo(page, 'Limits');
  const daily = page.getByLabel('Creations per agent and day', { exact: true });
  await page.getByText('Would have stopped none of 3 creations in the last 30 days.').first().waitFor();
  await daily.fill('1');
  await page.getByText('Would have stopped 2 of 3 creations in the last 30 days.').waitFor();
  await page.getByLabel('Weekly cap per agent', { exact: true }).fill('10');
  await page.getByText('Would have been reached in 1 of 1 agent week in the last 30 days.').waitFor();
  expect((await limitsOf(app))['per_agent_daily_creation_limit']).toBe(10);
  await shoot('settings-limits-typed');
  await daily.press('Enter');
  await press(page, 'Save Weekly cap per agent');
  await page.getByRole('button', { name: 'Weekly cap per agent: back to default' }).waitFor();
  await page.getByRole('button', { name: 'Creations per agent and day: back to default' }).waitFor();
  expect(await limitsOf(app)).toMatchObject({ per_agent_daily_creation_limit: 1, weekly_spend_cap_usd: 10 });

  await page.getByLabel('Requests expire after: unit of time').selectOption('hours');
  await page.getByLabel('Requests expire after', { exact: true }).fill('36');
  await press(page, 'Save Requests expire after');
  await page.getByRole('button', { name: 'Requests expire after: back to default' }).waitFor();
  await page.getByRole('switch', { name: 'Nobody decides their own request' }).press('Space');
  await expect.poll(async () => (await limitsOf(app))['independent_review_required']).toBe(true);
  expect((await limitsOf(app))['approval_ttl_ms']).toBe(36 * 3_600_000);

  await page.getByLabel('Depth of lineage', { exact: true }).fill('-1');
  await page.getByText('Give a whole number from 0 to 1,000,000.').waitFor();
  await press(page, 'Undo the change of Depth of lineage');
  await press(page, 'Weekly cap per agent: back to default');
  await expect.poll(async () => (await limitsOf(app))['weekly_spend_cap_usd']).toBeNull();
  await end();
});

it('the state is exported and imported again, and the database is backed up', async () => {
  const { app, page, look } = await start();
  await makeHistory(app);
  const folder = temporaryHome();
  const state = join(folder, 'state.json');
  const dialogsAnswer = (path: string) =>
    app.electron().evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
    }, path);
  await press(page, 'Settings');
  await goTo(page, 'Import, export, backup');
  await dialogsAnswer(state);
  await press(page, 'Export…');
  await page.getByText('Exported to').waitFor();
  expect(Object.keys((JSON.parse(readFileSync(state, 'utf8')) as { records: object }).records)).toHaveLength(3);

  await press(page, 'Import…');
  await page.getByText(/are here already. Nothing was imported yet/).waitFor();
  await look('settings-import-conflicts');
  await press(page, 'Keep what is here');
  await page.getByText('state.json was imported.').waitFor();

  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, JSON.stringify({ limits: { lineage_depth_limit: 'deep' }, paused_agents: [7] }));
  await dialogsAnswer(wrong);
  await press(page, 'Import…');
  await page.getByText(/wrong.json was not imported: 2 problems/).waitFor();
  await page.getByRole('list', { name: 'Where, and what' }).getByText('limits.lineage_depth_limit').waitFor();

  await dialogsAnswer(join(folder, 'copy.db'));
  await press(page, 'Back up…');
  await page.getByText('Backed up to').waitFor();
  await look('settings-import-problems');
  await app.quit();

  // The copy is put where the message says, and a Gatehouse opens on it.
  const restored = temporaryHome();
  writeFileSync(join(restored, 'gatehouse.db'), readFileSync(join(folder, 'copy.db')), { mode: 0o600 });
  const again = await startDesk({ home: restored });
  const { body } = await again.app.api('GET', '/automations/v2', { as: 'operator' });
  expect(body['automations']).toHaveLength(3);
  await again.end();
});

it('the key that signs the audit log is changed, and verification goes on through both [13.key-rotation]', async () => {
  const { app, page, look, end } = await start();
  await makeHistory(app);
  await press(page, 'Settings');
  await goTo(page, 'Audit log');
  await press(page, 'Change the key');
  const changed = page.getByRole('status').filter({ hasText: 'Changed, and noted in the audit log' });
  await changed.waitFor();
  const publicKey = await changed.getByRole('code').textContent();
  await look('settings-key-changed');
  const { body } = await app.api('GET', '/governance/audit/verify', { as: 'operator' });
  expect(body).toMatchObject({ ok: true, keys: [{}, { public_key: publicKey, is_successor: true }] });
  await end();
});

it('notifications, start at login and the look are set, and every part is well in light and dark', async () => {
  const { app, page, shoot, end } = await start();
  await makeHistory(app);
  await press(page, 'Settings');
  await goTo(page, 'Notifications');
  await page.getByRole('switch', { name: 'Spend warnings' }).press('Space');
  await page.getByRole('switch', { name: 'Keep quiet at these hours' }).press('Space');
  await page.getByLabel('From', { exact: true }).fill('21:30');
  await page.getByLabel('To', { exact: true }).fill('06:15');
  await page.getByLabel('Notifications a minute, at most').fill('5');
  await page.getByRole('checkbox', { name: 'Sun' }).press('Space');
  await expect
    .poll(() => JSON.parse(readFileSync(join(app.home, 'preferences.json'), 'utf8')) as unknown)
    .toMatchObject({
      notificationKinds: { spend_warning: false, hard_stop: true },
      quietHours: { isOn: true, fromMinute: 21 * 60 + 30, toMinute: 6 * 60 + 15, days: [1, 2, 3, 4, 5, 6] },
      notificationsPerMinute: 5,
    });
  await press(page, 'For one hour');
  await page.getByText(/^Muted until/).waitFor();
  await press(page, 'Unmute');
  await page.getByText('Not muted.').waitFor();

  await goTo(page, 'Start');
  await page.getByRole('switch', { name: 'Start at login' }).press('Space');
  await expect.poll(() => page.getByRole('switch', { name: 'Start at login' }).isChecked()).toBe(true);
  const entry = join(await app.electron().evaluate(({ app: running }) => running.getPath('appData')), 'autostart');
  expect(readFileSync(join(entry, 'gatehouse.desktop'), 'utf8')).toMatch(/^Exec=".*" "--hidden"$/m);
  await page.getByRole('switch', { name: 'Start at login' }).press('Space');
  await expect.poll(() => page.getByRole('switch', { name: 'Start at login' }).isChecked()).toBe(false);

  for (const theme of ['Light', 'Dark'] as const) {
    await page.getByRole('radiogroup', { name: 'Theme' }).getByText(theme).click();
    await page.locator(`html[data-mantine-color-scheme="${theme.toLowerCase()}"]`).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    for (const part of ['API', 'Limits', 'Notifications', 'Shortcut', 'Import, export, backup', 'About']) {
      await goTo(page, part);
      const name = part.toLowerCase().split(',')[0];
      await shoot(`settings-${name}-${theme.toLowerCase()}`);
    }
  }
  await end();
});
