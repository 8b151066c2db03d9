import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { askOrdinary } from '../support/app/examples';
import { type RunningApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const { start } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

const show = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Some of everything: requests, decisions, automations, a refusal, a pause. */
async function makeHistory(app: RunningApp): Promise<void> {
  await askOrdinary(app);
  const asked = await app.ask({ agent: 'scout', tool: 'needle in the hay' });
  await app.api('POST', `/governance/approvals/${asked.approval_id}/deny`, { as: 'operator', body: { notes: 'No.' } });
  const automation = { schedule: {}, agents: [], flow: {}, status: 'active' };
  for (const [id, agent] of [
    ['nightly-tests', 'builder'],
    ['crawl-docs', 'scout'],
  ] as const) {
    await app.api('POST', '/automations/v2', { agent, body: { automation_id: id, name: id, ...automation } });
    await app.api('POST', `/automations/v2/${id}/run_now`, { agent, body: {} });
  }
  await app.api('POST', '/governance/agents/scout/pause', { as: 'operator', body: { reason: 'too fast' } });
  await app.api('POST', '/automations/v2', { agent: 'scout', body: { name: 'refused', ...automation } });
  await app.api('PATCH', '/governance/limits', { as: 'operator', body: { weekly_spend_cap_usd: 20 } });
  await app.api('POST', '/automations/v2/crawl-docs/retire', { as: 'operator', body: {} });
}

it('the log is searched, a row is opened whole, the chain is verified and exported', async () => {
  const { app, page, theme, shoot, look, end } = await start();
  await theme('light');
  await show(page, 'Audit');
  await page.getByText('The log is empty').waitFor();
  await shoot('audit-empty-light');
  await makeHistory(app);
  await show(page, 'Show');
  const rows = page.getByRole('grid', { name: 'Audit log' }).getByRole('row');
  await rows.filter({ hasText: 'Automation retired' }).waitFor();

  await page.getByLabel('What happened').selectOption('denied');
  await page.getByRole('row', { name: /Refused by a rule/ }).click();
  await page.getByRole('heading', { level: 2, name: /^Refused by a rule: / }).waitFor();
  const details = page.getByRole('complementary', { name: 'Row' });
  await details.getByText('AUTOMATION_V2_AGENT_CREATION_PAUSED').waitFor();
  await details.getByText('Hash of the row before').waitFor();
  await show(page, 'Clear filters');
  await page.getByLabel('Search the log').fill('needle in');
  // The header, what was asked, and its decision, which has none of these words itself.
  await expect.poll(() => rows.count()).toBe(3);
  await page.getByRole('row', { name: /Asked: needle in the hay/ }).waitFor();
  await page.getByRole('row', { name: /Denied: needle in the hay: .* – “No\.”/ }).waitFor();
  await page.getByLabel('Search the log').fill('');
  await rows.filter({ hasText: 'Automation retired' }).waitFor();

  await show(page, 'Verify');
  await page.getByText(/All \d+ rows hold/).waitFor();
  await look('audit-light');

  const folder = temporaryHome();
  await app.electron().evaluate(
    ({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    },
    join(folder, 'audit.jsonl'),
  );
  await show(page, 'Export…');
  await page.getByText(/Anyone can verify it/).waitFor();
  expect(readFileSync(join(folder, 'audit.jsonl'), 'utf8')).toContain('needle in the hay');

  await theme('dark');
  await page.getByRole('row', { name: /Agent paused/ }).click();
  await page.getByRole('heading', { level: 2, name: 'Agent paused: scout – too fast' }).waitFor();
  await look('audit-dark');
  await end();
});
