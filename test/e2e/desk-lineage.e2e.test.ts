import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { deskForTests, themes } from '../support/app/desk';
import { createAutomation, setLimits, startRun } from '../support/app/runs';
import { type RunningApp } from '../support/running-app';

const { start } = deskForTests({ tray: true, notifications: 'xfce4-notifyd' });

const create = (app: RunningApp, id: string, by?: string, ancestors: readonly string[] = []) =>
  createAutomation(app, { id, name: id, ancestors, ...(by !== undefined && { by }) });

/** Three generations of agents with automations of their own, and the operator's. */
async function askFamily(app: RunningApp): Promise<void> {
  await create(app, 'Morning briefing');
  await create(app, 'Release train', 'planner');
  await create(app, 'Nightly tests', 'builder', ['planner']);
  await create(app, 'Flaky test hunt', 'builder', ['planner']);
  await create(app, 'Crawl docs', 'scout', ['planner', 'builder']);
  await create(app, 'Ledger export', 'ledger');
  await setLimits(app, { weekly_spend_cap_usd: 20, lineage_depth_limit: 2 });
  await startRun(app, 'Crawl docs', 6.5);
  await startRun(app, 'Ledger export', 21);
}

const show = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

it('the lineage is drawn from humans to automations, and a subtree is paused in it', async () => {
  const { app, page, theme, shoot, look, end } = await start();
  await theme('light');
  await show(page, 'Lineage');
  await page.getByText('No agent has created anything yet').waitFor();
  await shoot('lineage-empty-light');
  await askFamily(app);
  await page.getByRole('group', { name: /^ledger, Cap reached/ }).waitFor();
  await page.getByText('Depth limit 2', { exact: false }).waitFor();
  await page.getByRole('group', { name: /^scout, Active/ }).waitFor();
  await page.getByRole('group', { name: /^builder, Active/ }).click();
  await page.getByRole('heading', { level: 2, name: 'builder' }).waitFor();
  await look('lineage-light');

  await show(page, 'Pause with all below');
  await page.getByLabel('Reason', { exact: false }).fill('the night is over');
  await page.getByRole('dialog').getByRole('button', { name: 'Pause with all below' }).click();
  await page.getByRole('group', { name: /^scout, Paused/ }).waitFor();
  const { body } = await app.api('GET', '/governance/agents');
  const agents = body['agents'] as readonly { agent_id: string; paused: boolean }[];
  expect(Object.fromEntries(agents.map((one) => [one.agent_id, one.paused]))).toEqual({
    planner: false,
    builder: true,
    scout: true,
    ledger: false,
  });

  await theme('dark');
  await page.getByLabel('Find an agent or automation').fill('crawl');
  await page.getByText('1 of 1').waitFor();
  await page.getByRole('heading', { level: 2, name: 'Crawl docs' }).waitFor();
  // What was found is whole within the frame of the graph.
  const frame = await page.getByLabel('Lineage', { exact: true }).boundingBox();
  await expect
    .poll(async () => {
      const node = await page.getByRole('group', { name: /^Crawl docs/ }).boundingBox();
      if (node === null || frame === null) return false;
      return node.x >= frame.x && node.x + node.width <= frame.x + frame.width;
    })
    .toBe(true);
  await look('lineage-dark');
  await page.getByText('List', { exact: true }).click();
  const tree = page.getByRole('tree', { name: 'Lineage' });
  await tree.getByText('Crawl docs').waitFor();
  await look('lineage-list-dark');
  await tree.getByRole('treeitem').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'ledger' }).waitFor();
  await end();
});

it('two lineages that engines stated for one agent are both drawn, and the operator corrects them at the agent’s page [3.lineage-corrected, 3.lineage-binds]', async () => {
  const { app, page, theme, shoot, end } = await start();
  await create(app, 'Release train', 'planner');
  await create(app, 'Payroll', 'victim');
  await create(app, 'Crawl docs', 'scout', ['planner']);
  await create(app, 'Crawl more', 'scout', ['victim']);
  const pause = (agent: string) => app.api('POST', `/governance/agents/${agent}/pause`, { as: 'operator', body: {} });

  for (const each of themes) {
    await theme(each);
    await show(page, 'Lineage');
    await page.getByText('scout').first().waitFor();
    await shoot(`lineage-two-chains-${each}`);
    await show(page, 'Agents');
    await page.getByRole('row').filter({ hasText: 'scout' }).first().click();
    await page.getByRole('button', { name: 'Correct lineage' }).click();
    const dialog = page.getByRole('dialog', { name: 'Correct who is above this agent?' });
    await dialog.getByText('Kept so far').waitFor();
    await expect.poll(() => axeFindings(page)).toEqual([]);
    await shoot(`lineage-correction-${each}`);
    if (each === 'light') await page.keyboard.press('Escape');
    else {
      await dialog.getByLabel('Agents above it').fill('planner');
      await dialog.getByRole('button', { name: 'Correct lineage' }).click();
      await dialog.waitFor({ state: 'hidden' });
    }
  }
  // Who is no longer above it binds it no longer; who is, does.
  await pause('victim');
  await create(app, 'Crawl on', 'scout');
  await pause('planner');
  const asked = { automation_id: 'Late', name: 'Late', status: 'active', schedule: {}, agents: [], flow: {} };
  expect(await app.api('POST', '/automations/v2', { agent: 'scout', body: asked })).toMatchObject({ status: 403 });
  await end();
});
