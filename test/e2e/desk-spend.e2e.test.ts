import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { createAutomation, setLimits, startRun } from '../support/app/runs';
import { type RunningApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const { start } = deskForTests();

const toSpend = (page: Page) => page.getByRole('button', { name: 'Spend', exact: true }).click();

/** Lets the operator choose this file in every save dialog. */
async function chooseFile(app: RunningApp, filePath: string | undefined): Promise<void> {
  await app.electron().evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () =>
      Promise.resolve(path === undefined ? { canceled: true, filePath: '' } : { canceled: false, filePath: path });
  }, filePath);
}

it('spend follows what engines report, says unknown for what nobody did, and is exported', async () => {
  const { app, page, lookBoth } = await start();
  await toSpend(page);
  await page.getByRole('heading', { name: 'Nothing was spent yet' }).waitFor();
  await lookBoth('spend-empty');
  await createAutomation(app, { id: 'digest', by: 'scout', ancestors: ['planner'] });
  await startRun(app, 'digest', 1.25);
  await startRun(app, 'digest');
  // A report names the run; the window hears of it with the next thing that happens.
  await startRun(app, 'digest', 0.25);
  await startRun(app, 'digest');
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
  const folder = temporaryHome();
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
  const { app, page, lookBoth, end } = await start({ days: 90 });
  const as = 'operator';
  await setLimits(app, { weekly_spend_cap_usd: 9 });
  await app.call('PATCH', '/governance/agents/ledger/limits', { as, body: { weekly_spend_cap_usd: 4 } });
  await startRun(app, 'invoice-match', 4.2);
  await startRun(app, 'pr-digest', 0.7);
  await startRun(app, 'docs-crawl');
  await toSpend(page);
  await page.getByRole('list', { name: /^What the colours mean/ }).waitFor();
  await page.getByRole('row', { name: /^ledger/ }).waitFor();
  await lookBoth('spend');
  await page.getByText('90 days', { exact: true }).first().click();
  await page.getByText('In 90 days').waitFor();
  await page.getByRole('tab', { name: 'By automation' }).click();
  await page.getByRole('cell', { name: 'ledger' }).first().waitFor();
  await page.getByRole('tab', { name: 'By automation' }).scrollIntoViewIfNeeded();
  await lookBoth('spend-automations');
  await page.getByRole('tab', { name: 'By run' }).click();
  await page.getByRole('cell', { name: 'Completed' }).first().waitFor();
  await lookBoth('spend-runs');
  await page.getByRole('combobox', { name: 'Whose spend' }).click();
  await page.getByRole('option', { name: 'scout' }).click();
  await page.getByText('Agents below it').first().waitFor();
  // The figures are the chosen agent's, and what is still of everybody says so.
  await expect.poll(() => page.locator('dl').first().innerText()).toMatch(/Today\s+\$0\.70/);
  await page.getByRole('heading', { name: 'All agents' }).waitFor();
  await lookBoth('spend-one');
  await page.getByText('Show the days as a table').click();
  await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
  await lookBoth('spend-table');
  await end();
});
