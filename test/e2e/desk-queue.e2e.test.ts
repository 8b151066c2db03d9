import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { askFully, fillCrowd, fillQueue } from '../support/app/fill-queue';
import { createAutomation, setLimits, spendInRun, startRun } from '../support/app/runs';
import { pastGuard } from '../support/app/surfaces';
import { type RunningApp } from '../support/running-app';

const { start } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

const option = (page: Page, text: string) => page.getByRole('option').filter({ hasText: text });
const title = (page: Page) => page.locator('#gatehouse-title');

async function approvalsOf(app: RunningApp): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { body } = await app.api('GET', '/governance/approvals?limit=500');
  return body['approvals'] as readonly Readonly<Record<string, unknown>>[];
}

it('an empty desk says what it is, and shows examples that nothing is stored of', async () => {
  const { app, page, theme, shoot, look, end } = await start();
  await page.getByText('Welcome to Gatehouse').waitFor();
  await theme('light');
  await page.getByText('Give it the token and this address').waitFor();
  await look('first-start-light');
  await page.getByRole('button', { name: 'Show example requests' }).click();
  await page.getByText('These are examples', { exact: false }).waitFor();
  await pastGuard(page);
  await look('examples-light');
  await page.getByRole('button', { name: 'Approve' }).click();
  await title(page).getByText('npm test').waitFor();
  expect(await approvalsOf(app)).toEqual([]);
  await page.getByRole('button', { name: 'Remove the examples' }).click();
  await page.getByText('Welcome to Gatehouse').waitFor();
  await theme('dark');
  await shoot('first-start-dark');
  await end();
});

it('a run that its cap has stopped may go on alone', async () => {
  const { app, page, theme, shoot, look, end } = await start();
  await theme('light');
  await setLimits(app, { weekly_spend_cap_usd: 1 });
  const automationId = await createAutomation(app, { by: 'scout', name: 'Nightly report' });
  const runId = await startRun(app, automationId);
  await spendInRun(app, runId, 1.5);
  await option(page, 'Spend override').click();
  await page.getByText('This run only').click();
  await page.getByText('goes on above the cap once it is resumed', { exact: false }).waitFor();
  await pastGuard(page);
  await look('queue-run-only-light');
  await page.getByRole('button', { name: 'Approve' }).click();
  await option(page, 'Spend override').filter({ hasText: 'Approved' }).waitFor();
  await theme('dark');
  await option(page, 'Spend override').click();
  await page.getByText('the cap holds for everything else', { exact: false }).waitFor();
  await shoot('queue-run-only-dark');
  expect((await approvalsOf(app))[0]).toMatchObject({ status: 'approved', only_run_id: runId });

  const resume = await app.api('POST', `/automations/v2/runs/${runId}/resume`, { body: {} });
  expect(resume).toMatchObject({ status: 200, body: { run: { status: 'queued' } } });
  const another = await app.api('POST', `/automations/v2/${automationId}/run_now`, { body: {} });
  expect(another).toMatchObject({ status: 429, body: { code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED' } });
  await end();
});

it('requests are decided alone on their terms, and together from a table', async () => {
  const { app, page, theme, shoot, look, end } = await start();
  await theme('light');
  await app.api('PATCH', '/governance/agents/scout/limits', { as: 'operator', body: { weekly_spend_cap_usd: 10 } });
  await fillQueue(app);
  await option(page, '4 similar').waitFor();
  await option(page, 'Edit').click();
  await title(page).getByText('Edit src/fetch.ts +2 −2', { exact: true }).waitFor();
  await page.getByRole('group', { name: 'Changes' }).waitFor();
  await look('queue-light');

  await option(page, 'Spend override').click();
  await page.getByText('Raise it').click();
  await page.getByLabel('New weekly cap in USD', { exact: false }).fill('25');
  await pastGuard(page);
  await look('queue-quota-light');
  await page.getByRole('button', { name: 'Approve' }).click();
  await option(page, 'Spend override').filter({ hasText: 'Approved' }).waitFor();
  const raised = await app.api('PATCH', '/governance/agents/scout/limits', { as: 'operator', body: {} });
  expect(raised.body['overrides']).toEqual({ weekly_spend_cap_usd: 25 });

  await option(page, '4 similar').click();
  const table = page.getByRole('grid', { name: 'Similar requests' });
  await table.getByText('docs/fr/faq.md: translate').waitFor();
  await table.getByLabel('Select docs/fr/guide.md: translate').check();
  await table.getByLabel('Select docs/fr/faq.md: translate').check();
  await look('queue-group-light');
  await page.getByRole('button', { name: 'Deny 2…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('translate docs/faq.md --to fr --out docs/fr/faq.md', { exact: true }).waitFor();
  await dialog.getByLabel('Note to the agents', { exact: false }).fill('Not before the freeze.');
  await shoot('queue-confirm-light');
  await dialog.getByRole('button', { name: 'Deny 2' }).click();
  await page.getByText('2 requests denied.').waitFor();
  const denied = (await approvalsOf(app)).filter(({ status }) => status === 'denied');
  expect(denied.map(({ review_notes }) => review_notes)).toEqual(['Not before the freeze.', 'Not before the freeze.']);

  await option(page, 'Capability').click();
  await page.getByLabel('Stands until').selectOption('hour');
  await pastGuard(page);
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await option(page, 'Capability').filter({ hasText: 'Approved' }).waitFor();
  const capability = (await approvalsOf(app)).find(({ request_type }) => request_type === 'capability_request');
  expect(capability).toMatchObject({ status: 'approved' });
  expect(Number(capability?.['expires_at_ms']) - Number(capability?.['reviewed_at_ms'])).toBeLessThanOrEqual(3_600_000);

  await theme('dark');
  await page.getByText('Past', { exact: true }).click();
  await page.getByLabel('Search requests').fill('transl fren');
  await option(page, 'Capability').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('option').count()).toBe(2);
  await option(page, 'docs/fr/faq.md').click();
  await page.getByText('Not before the freeze.').waitFor();
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  await look('queue-past-dark');
  await page.getByLabel('Search requests').fill('');
  await page.getByText('Waiting', { exact: false }).first().click();
  await option(page, 'Edit').click();
  await page.getByRole('group', { name: 'Changes' }).waitFor();
  await look('queue-dark');
  await end();
});

it('an expired automation is extended until a time that is chosen, or retired', async () => {
  const { app, page } = await start();
  for (const automationId of ['nightly', 'weekly']) {
    await app.api('POST', '/automations/v2', {
      agent: 'scout',
      body: { automation_id: automationId, name: automationId, status: 'active', schedule: {}, agents: [], flow: {} },
    });
  }
  const ask = (id: string) =>
    askFully(app, {
      agent: 'scout',
      request_type: 'retirement_action',
      target_resource: { type: 'automation', id },
      rationale: 'It expires soon.',
    });
  await ask('nightly');
  await option(page, 'nightly').click();
  await page.getByLabel('Extend until').selectOption('thirtyDays');
  await pastGuard(page);
  await page.getByRole('button', { name: 'Extend' }).click();
  await option(page, 'nightly').filter({ hasText: 'Approved' }).waitFor();
  const governance = async (id: string) =>
    (await app.api('GET', `/automations/v2/${id}/governance`, { as: 'operator' })).body['governance'] as Readonly<
      Record<string, number>
    >;
  const days = ((await governance('nightly'))['expires_at_ms'] ?? 0) - Date.now();
  expect(Math.round(days / 86_400_000)).toBe(30);
  await ask('weekly');
  await option(page, 'weekly').click();
  await pastGuard(page);
  await page.getByRole('button', { name: 'Retire' }).click();
  await option(page, 'weekly').filter({ hasText: 'Approved' }).waitFor();
  expect((await governance('weekly'))['retired_at_ms']).toBeGreaterThan(0);
  await app.quit();
});

it('a crowd is listed in part, read on by pages and searched', async () => {
  const { app, page, theme, shoot } = await start();
  await theme('light');
  await fillCrowd(app, page, 1_500);
  await page.getByText('1,500', { exact: true }).waitFor();
  await page.getByLabel('Search requests').fill('job-1499');
  await option(page, 'job-1499').click();
  await title(page).getByText('job-1499').waitFor();
  await page.getByLabel('Search requests').fill('');
  await page.getByText('and 1,300 more, with later deadlines').waitFor();
  await expect.poll(() => page.getByRole('option').count()).toBeLessThan(60);
  await page.getByRole('listbox').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.getByText('and 1,100 more, with later deadlines').waitFor();
  await shoot('queue-crowded-light');
  await app.quit();
});
