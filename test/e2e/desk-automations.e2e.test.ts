import type { Locator, Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests, themes } from '../support/app/desk';
import { fillAutomations, fillManyAutomations, runAutomation } from '../support/app/fill-automations';
import { createAutomation, setLimits } from '../support/app/runs';
import { until } from '../support/desktop/process';
import { type RunningApp } from '../support/running-app';

const DAY_MS = 86_400_000;

const { start } = deskForTests();

async function goTo(page: Page, view: 'Automations' | 'Lifecycle'): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: view }).click();
}

function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row', { name, exact: true });
}

async function openAutomation(page: Page, name: string): Promise<void> {
  await goTo(page, 'Automations');
  await rowOf(page, name).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Presses a button, fills in the dialog, and confirms by its button of the same name; waits until the dialog is gone. */
async function act(
  page: Page,
  label: string,
  fill: (dialog: Locator) => Promise<void> = async () => {},
): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: label, exact: true }).click();
  const dialog = page.getByRole('dialog').last();
  await fill(dialog);
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

type Body = Readonly<Record<string, unknown>>;

async function asOperator(app: RunningApp, path: string, method = 'GET'): Promise<Body> {
  return (await app.api(method, path, { as: 'operator' })).body;
}

async function automationOf(app: RunningApp, id: string): Promise<Body> {
  return (await asOperator(app, `/automations/v2/${id}`))['automation'] as Body;
}

async function recordOf(app: RunningApp, id: string): Promise<Body> {
  return (await asOperator(app, `/automations/v2/${id}/governance`))['governance'] as Body;
}

async function runsOf(app: RunningApp, id: string): Promise<readonly Body[]> {
  return (await asOperator(app, `/automations/v2/${id}/runs`))['runs'] as readonly Body[];
}

/** Waits until the window shows a mark; the change comes back by the push. */
async function marked(page: Page, mark: string): Promise<void> {
  await page.getByRole('banner').or(page.locator('header').first()).getByText(mark, { exact: true }).waitFor();
}

it('each action on one automation does what its confirmation says', async () => {
  const { app, page } = await start();
  await setLimits(app, { per_agent_creation_review_threshold: 0 });
  await createAutomation(app, { id: 'digest', name: 'Digest', by: 'scout', ancestors: ['planner'] });
  const runId = await runAutomation(app, 'digest', { status: 'running' });
  await openAutomation(page, 'Digest');

  await act(page, 'Run now');
  expect((await runsOf(app, 'digest')).map(({ status }) => status)).toEqual(['queued', 'running']);

  // The question counts what the window knew when it was opened; the new run comes with a push a moment after.
  await until('the question to count the new run', async () => {
    await page.getByRole('main').getByRole('button', { name: 'Pause', exact: true }).click();
    const isCounted = await page.getByText('2 runs that are under way are paused').isVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    return isCounted;
  });
  await act(page, 'Pause', async (dialog) => {
    await dialog.getByText('2 runs that are under way are paused').waitFor();
    await dialog.getByLabel('Why').fill('Quiet week');
  });
  expect((await automationOf(app, 'digest'))['status']).toBe('paused');
  const stopped = (await runsOf(app, 'digest')).find((run) => run['run_id'] === runId);
  expect(stopped).toMatchObject({ status: 'paused', stop_kind: 'operator_stopped', stop_reason: 'Quiet week' });

  await act(page, 'Resume');
  expect((await automationOf(app, 'digest'))['status']).toBe('active');

  await act(page, 'Extend', (dialog) => dialog.getByLabel('7 days from now').check());
  const expiresAtMs = Number((await recordOf(app, 'digest'))['expires_at_ms']);
  expect(Math.abs(expiresAtMs - Date.now() - 7 * DAY_MS)).toBeLessThan(120_000);

  await act(page, 'Retire', (dialog) => dialog.getByLabel('Why').fill('Nobody reads it'));
  expect(await recordOf(app, 'digest')).toMatchObject({ retire_reason: 'Nobody reads it', paused_for_lifecycle: true });
  await marked(page, 'Retired');
  await page.getByText('No run can begin now.').waitFor();

  await act(page, 'Delete');
  expect((await app.api('GET', '/automations/v2/digest', { as: 'operator' })).status).toBe(404);
  await marked(page, 'Deleted');

  await act(page, 'Restore');
  expect((await automationOf(app, 'digest'))['status']).toBe('paused');
});

it('a grant is given with a reason and revoked; the review that follows is acknowledged, and the pause stays', async () => {
  const { app, page } = await start();
  await createAutomation(app, { id: 'digest', name: 'Digest', by: 'scout' });
  await runAutomation(app, 'digest', { status: 'running' });
  await openAutomation(page, 'Digest');
  await act(page, 'Give a grant', async (dialog) => {
    await dialog.getByLabel('Agent id').fill('tidy');
    await dialog.getByLabel('Why').fill('Keeps it tidy');
  });
  const [grant] = (await recordOf(app, 'digest'))['modify_grants'] as readonly Body[];
  expect(grant).toMatchObject({ granted_to: { kind: 'agent', actor_id: 'tidy' }, reason: 'Keeps it tidy' });

  await page.getByRole('button', { name: 'Revoke the grant of tidy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('with 1 run under way').waitFor();
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await marked(page, 'Lifecycle pause');
  expect(await recordOf(app, 'digest')).toMatchObject({ review_required: true, review_kind: 'dependency_revoked' });
  expect((await runsOf(app, 'digest'))[0]).toMatchObject({ status: 'paused', stop_kind: 'guardrail_stopped' });

  await act(page, 'Acknowledge');
  expect(await recordOf(app, 'digest')).toMatchObject({ review_required: false, paused_for_lifecycle: true });
  const { approvals } = await asOperator(app, '/governance/approvals?request_type=lifecycle_review');
  expect((approvals as readonly Body[]).map(({ status }) => status)).toEqual(['approved']);

  await act(page, 'Resume');
  expect(await recordOf(app, 'digest')).toMatchObject({ paused_for_lifecycle: false });
});

it('a run is opened whole, paused, resumed and cancelled', async () => {
  const { app, page } = await start();
  await createAutomation(app, { id: 'digest', name: 'Digest', by: 'scout' });
  const runId = await runAutomation(app, 'digest', { status: 'running', outputs: { collect: { open: 7 } } });
  await openAutomation(page, 'Digest');
  await page.getByRole('button', { name: runId }).press('Enter');
  const run = page.getByRole('dialog').first();
  await run.getByText('unknown').waitFor();
  for (const [label, title, status] of [
    ['Pause', 'Pause this run', 'paused'],
    ['Resume', 'Resume this run', 'queued'],
    ['Cancel run', 'Cancel this run', 'cancelled'],
  ] as const) {
    await run.getByRole('button', { name: label, exact: true }).click();
    const confirmation = page.getByRole('dialog', { name: title });
    await confirmation.getByRole('button', { name: label, exact: true }).click();
    await until(`the run to be ${status}`, async () => (await runsOf(app, 'digest'))[0]?.['status'] === status);
    await confirmation.waitFor({ state: 'detached' });
  }
  await run.getByText('Cancelled', { exact: true }).first().waitFor();
  expect(await run.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(0);
});

it('several at once: each is carried out on its own, and each refusal is told', async () => {
  const { app, page } = await start();
  await setLimits(app, { per_agent_creation_review_threshold: 0, default_expires_after_ms: 3 * DAY_MS });
  for (const id of ['one', 'two', 'three']) await createAutomation(app, { id, name: `Job ${id}`, by: 'scout' });
  await goTo(page, 'Lifecycle');
  await page.getByRole('tab', { name: 'Expiring 3' }).click();
  await rowOf(page, 'Job one').focus();
  await page.keyboard.press('Space');
  await rowOf(page, 'Job two').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Extend', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Extend 2 automations').waitFor();
  await dialog.getByLabel('90 days from now').check();
  await asOperator(app, '/automations/v2/two', 'DELETE');
  await dialog.getByRole('button', { name: 'Extend', exact: true }).click();
  await dialog.getByText('1 extended, 1 refused').waitFor();
  await dialog.getByText('Job two: There is no such automation').waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await rowOf(page, 'Job one').waitFor({ state: 'detached' });
  const expiresAtMs = Number((await recordOf(app, 'one'))['expires_at_ms']);
  expect(Math.abs(expiresAtMs - Date.now() - 90 * DAY_MS)).toBeLessThan(120_000);

  await page.getByRole('button', { name: 'Retire Job three' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retire', exact: true }).click();
  await page.getByRole('tab', { name: 'Retired 1' }).click();
  await page.getByRole('button', { name: 'Extend Job three' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Extend', exact: true }).click();
  await page.getByText('Nothing is retired').waitFor();
  expect((await automationOf(app, 'three'))['status']).toBe('active');

  await page.getByRole('tab', { name: 'Deleted 1' }).click();
  await page.getByRole('button', { name: 'Restore Job two' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('Nothing was deleted lately').waitFor();
  expect((await automationOf(app, 'two'))['status']).toBe('paused');
});

it('what fails is acknowledged from its section; an action that comes too late is refused where it was asked', async () => {
  const { app, page } = await start();
  await fillAutomations(app);
  await goTo(page, 'Lifecycle');
  await page.getByRole('tab', { name: 'Failing 1' }).click();
  await page.getByText('5 of 5 recent terminal runs failed or were blocked (100% failure rate).').waitFor();
  await page.getByRole('button', { name: 'Acknowledge Docs crawler' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await page.getByText('Nothing is failing').waitFor();
  expect(await recordOf(app, 'flaky-crawl')).toMatchObject({ review_required: false, health_findings: [] });

  await openAutomation(page, 'Match invoices with orders');
  await page.getByRole('button', { name: 'Retire', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await asOperator(app, '/automations/v2/invoice-match', 'DELETE');
  await dialog.getByRole('button', { name: 'Retire', exact: true }).click();
  await dialog.getByText('Not done.').waitFor();
});

it('the list is searched, filtered, and opened by keys', async () => {
  const { app, page } = await start();
  await fillAutomations(app);
  await goTo(page, 'Automations');
  await page.getByLabel('Search by name or id').fill('DIGEST');
  await rowOf(page, 'Docs crawler').waitFor({ state: 'detached' });
  await page.getByLabel('Search by name or id').fill('');
  await page.getByText('In review', { exact: true }).click();
  await rowOf(page, 'Pull request digest').waitFor({ state: 'detached' });
  await rowOf(page, 'Docs crawler').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Docs crawler' }).waitFor();
  await page.getByRole('button', { name: 'Back' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor();
});

it('every screen is drawn in both themes, and axe finds nothing', async () => {
  const { app, page, theme, look, end } = await start();
  await goTo(page, 'Automations');
  await page.getByText('No automations yet').waitFor();
  await look('automations-empty-light');
  await goTo(page, 'Lifecycle');
  await page.getByText('Nothing needs your review').waitFor();
  await look('lifecycle-empty-light');
  await fillAutomations(app);
  for (const each of themes) {
    await theme(each);
    await goTo(page, 'Automations');
    await rowOf(page, 'Pull request digest').waitFor();
    await page.mouse.move(0, 0);
    await look(`automations-${each}`);
    await openAutomation(page, 'Pull request digest');
    await page.getByRole('button', { name: 'open run' }).first().waitFor();
    await look(`automation-${each}`);
    await page.getByRole('button', { name: 'Show the whole definition' }).click();
    await page.getByRole('tree').scrollIntoViewIfNeeded();
    await look(`automation-definition-${each}`);
    await page.getByRole('button', { name: 'Extend', exact: true }).click();
    await page.getByLabel('A date').check();
    await look(`automation-extend-${each}`);
    await page.keyboard.press('Escape');
    await openAutomation(page, 'Docs crawler');
    await page.getByRole('button', { name: 'open run' }).first().waitFor();
    await look(`automation-failing-${each}`);
    await page.getByRole('button', { name: 'Back' }).click();
    await openAutomation(page, 'Pull request digest');
    await page
      .getByRole('button', { name: /Completed.*open run/ })
      .last()
      .click();
    await page.getByRole('dialog').getByRole('tree').waitFor();
    await look(`run-${each}`);
    await page.keyboard.press('Escape');
    await goTo(page, 'Lifecycle');
    // The second time it is open where it was left.
    await page.getByRole('tab', { name: 'Needs review' }).click();
    await rowOf(page, 'Docs crawler').waitFor();
    await look(`lifecycle-${each}`);
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await page.getByRole('button', { name: 'Retire', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await look(`lifecycle-several-${each}`);
    await page.keyboard.press('Escape');
    for (const tab of ['Expiring', 'Expired', 'Retired', 'Deleted']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('grid', { name: tab }).waitFor();
      await look(`lifecycle-${tab.toLowerCase()}-${each}`);
    }
  }
  await end();
});

it('the list is drawn with hundreds, in a narrow window, and with large text', async () => {
  const { app, page, theme, look, resize, setTextSize } = await start();
  await theme('light');
  await fillAutomations(app);
  await fillManyAutomations(app, 300);
  await goTo(page, 'Automations');
  await rowOf(page, 'Job 0300').waitFor();
  await look('automations-crowded-light');
  await rowOf(page, 'Job 0300').focus();
  await page.keyboard.press('End');
  // The end of what is loaded brings the next page.
  await until('the first automation at the end of the list', async () => {
    await page.keyboard.press('End');
    return rowOf(page, 'Pull request digest').isVisible();
  });
  await setTextSize('200%');
  await page.getByLabel('Search by name or id').fill('pull request');
  await look('automations-large-text');
  await openAutomation(page, 'Pull request digest');
  await page.getByRole('button', { name: 'open run' }).first().waitFor();
  await look('automation-large-text');
  await setTextSize('');
  await resize(540, 780);
  await page.waitForFunction(() => window.innerWidth <= 560);
  await look('automation-narrow');
  await goTo(page, 'Lifecycle');
  await rowOf(page, 'Docs crawler').waitFor();
  await look('lifecycle-narrow');
});
