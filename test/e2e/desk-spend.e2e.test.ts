import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { call, createAs, fillSpendHistory, startRunOf } from '../support/app/fill-spend';
import { picturePath } from '../support/app/surfaces';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { removeFolder } from '../support/remove-folder';
import { type RunningApp, startApp } from '../support/running-app';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({});
});
afterAll(() => desktop?.stop());

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-spend-'));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

async function start(home?: string): Promise<{ readonly app: RunningApp; readonly page: Page }> {
  const app = await startApp({ desktop, operatorToken: true, ...(home !== undefined && { home }) });
  onTestFinished(() => app.end());
  return { app, page: await app.page() };
}

async function theme(page: Page, name: 'light' | 'dark'): Promise<void> {
  await page.evaluate((chosen) => window.gatehouse.request('desk.setPreferences', { theme: chosen }), name);
  await page.locator(`html[data-mantine-color-scheme="${name}"]`).waitFor();
}

async function shootBoth(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await theme(page, scheme);
    await page.screenshot({ path: picturePath(`${name}-${scheme}`), animations: 'disabled' });
    expect({ name, scheme, found: await axeFindings(page) }).toEqual({ name, scheme, found: [] });
  }
}

const toSpend = (page: Page) => page.getByRole('button', { name: 'Spend', exact: true }).click();

/** Lets the operator choose this file in every save dialog. */
async function chooseFile(app: RunningApp, filePath: string | undefined): Promise<void> {
  await app.electron().evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () =>
      Promise.resolve(path === undefined ? { canceled: true, filePath: '' } : { canceled: false, filePath: path });
  }, filePath);
}

it('spend follows what engines report, says unknown for what nobody did, and is exported', async () => {
  const { app, page } = await start();
  await toSpend(page);
  await page.getByRole('heading', { name: 'Nothing was spent yet' }).waitFor();
  await shootBoth(page, 'spend-empty');
  await createAs(app, 'scout', 'digest', 'planner');
  await startRunOf(app, 'digest', 1.25);
  await startRunOf(app, 'digest');
  // A report names the run; the window hears of it with the next thing that happens.
  await startRunOf(app, 'digest', 0.25);
  await startRunOf(app, 'digest');
  const figure = (name: string) => page.getByRole('term').filter({ hasText: name }).locator('..');
  await figure('Today').getByText('$1.50').waitFor();
  await figure('Runs without a reported cost').getByText('what they cost is unknown').waitFor();
  await page.getByRole('tab', { name: 'By run' }).click();
  const runs = page.getByRole('table').last().getByRole('row');
  await expect
    .poll(() => runs.allInnerTexts().then((rows) => rows.map((row) => row.split('\t').at(-1)?.trim())))
    .toEqual(['Cost', '$1.25', '$0.25', 'unknown', 'unknown']);
  expect(await page.getByText('$0.00').count()).toBe(0);

  await chooseFile(app, undefined);
  const button = page.getByRole('button', { name: 'Export days as CSV' });
  await button.click();
  await expect.poll(() => button.isEnabled()).toBe(true);
  const folder = temporaryFolder();
  await chooseFile(app, join(folder, 'nowhere', 'days.csv'));
  await button.click();
  await page
    .getByRole('alert')
    .getByText(/ENOENT/)
    .waitFor();
  await chooseFile(app, join(folder, 'days.csv'));
  await button.click();
  await page.getByText('2 rows saved.').waitFor();
  const today = new Date().toISOString().slice(0, 10);
  expect(readFileSync(join(folder, 'days.csv'), 'utf8').split('\r\n')).toEqual([
    'day_utc,agent_id,charged_usd,own_usd,estimated_usd,total_tokens',
    `${today},planner,1.5,0,0,2400`,
    `${today},scout,1.5,1.5,0,2400`,
    '',
  ]);
  await app.quit();
});

it('the view of spend is drawn after some months, for all and for one agent', async () => {
  const home = temporaryFolder();
  await fillSpendHistory(home, 90);
  const { app, page } = await start(home);
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const as = 'operator';
  await call(app, 'PATCH', '/governance/limits', { as, body: { weekly_spend_cap_usd: 9 } });
  await call(app, 'PATCH', '/governance/agents/ledger/limits', { as, body: { weekly_spend_cap_usd: 4 } });
  await startRunOf(app, 'invoice-match', 4.2);
  await startRunOf(app, 'pr-digest', 0.7);
  await startRunOf(app, 'docs-crawl');
  await toSpend(page);
  await page.getByRole('list', { name: /^What the colours mean/ }).waitFor();
  await page.getByRole('row', { name: /^ledger/ }).waitFor();
  await shootBoth(page, 'spend');
  await page.getByText('90 days', { exact: true }).first().click();
  await page.getByText('In 90 days').waitFor();
  await page.getByRole('tab', { name: 'By automation' }).click();
  await page.getByRole('cell', { name: 'ledger' }).first().waitFor();
  await page.getByRole('tab', { name: 'By automation' }).scrollIntoViewIfNeeded();
  await shootBoth(page, 'spend-automations');
  await page.getByRole('tab', { name: 'By run' }).click();
  await page.getByRole('cell', { name: 'Completed' }).first().waitFor();
  await shootBoth(page, 'spend-runs');
  await page.getByRole('combobox', { name: 'Whose spend' }).click();
  await page.getByRole('option', { name: 'scout' }).click();
  await page.getByText('Agents below it').first().waitFor();
  // The figures are the chosen agent's, and what is still of everybody says so.
  await expect.poll(() => page.locator('dl').first().innerText()).toMatch(/Today\s+\$0\.70/);
  await page.getByRole('heading', { name: 'All agents' }).waitFor();
  await shootBoth(page, 'spend-one');
  await page.getByText('Show the days as a table').click();
  await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
  await shootBoth(page, 'spend-table');
  expect(errors).toEqual([]);
  await app.quit();
});
