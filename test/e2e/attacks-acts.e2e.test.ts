import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { heavyActs } from '../support/app/heavy-acts';
import { createAutomation, startRun } from '../support/app/runs';

const { start } = deskForTests({ tray: true, notifications: 'dunst' });

const goTo = (page: Page, view: string) => page.getByRole('navigation').getByRole('button', { name: view }).click();

it('no act takes the window from the operator: each has its card, the views answer, and its agent can be paused [judgement-8.drawn]', async () => {
  const { app, page, end } = await start();
  let agent = '';
  for (const [number, [what, tool, action]] of heavyActs.entries()) {
    agent = `agent-${number}`;
    const body = { request_type: 'tool_call', target_resource: { type: 'tool', id: tool }, rationale: what, action };
    const { approval } = await app.call('POST', '/governance/approvals', { as: 'engine', agent, body });
    const { approval_id: approvalId } = approval as { readonly approval_id: string };
    await page.locator(`#gatehouse-row-${approvalId}`).click();
    const card = page.getByRole('article');
    await card.getByText(what, { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Deny' }).waitFor();
    await goTo(page, 'Agents');
    await page.getByRole('grid', { name: 'Agents' }).getByRole('row', { name: agent }).waitFor();
    await goTo(page, 'Queue');
    await app.call('POST', `/governance/approvals/${approvalId}/deny`, { as: 'operator', body: {} });
  }
  await goTo(page, 'Agents');
  await page.getByRole('grid', { name: 'Agents' }).getByRole('row', { name: agent }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('You paused this agent.').waitFor();
  const { agents } = await app.call('GET', '/governance/agents', { as: 'operator' });
  expect(agents).toContainEqual(expect.objectContaining({ agent_id: agent, paused: true }));
  await end();
});

it('nor does an automation: what it does and what came of a run is drawn in parts [judgement-8.drawn]', async () => {
  const { app, page, end } = await start();
  const words = 'look '.repeat(180_000);
  const fields = Object.fromEntries(Array.from({ length: 19_000 }, (_, index) => [`f${index}`, 'x']));
  await createAutomation(app, {
    id: 'words',
    by: 'scout',
    name: 'Words',
    definition: { flow: { nodes: [{ objective: words }] } },
  });
  await createAutomation(app, { id: 'fields', by: 'scout', name: 'Fields', definition: { schedule: fields } });
  const runId = await startRun(app, 'words');
  const outputs = { node_outputs: { a: words.slice(0, 200_000), b: Array.from({ length: 15_000 }, () => 1) } };
  await app.call('PATCH', `/automations/v2/runs/${runId}`, { body: outputs });
  for (const name of ['Words', 'Fields']) {
    await goTo(page, 'Automations');
    await page.getByRole('row', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('button', { name: 'Show the whole definition' }).click();
    await page.getByRole('group', { name: 'The whole definition' }).waitFor();
  }
  await goTo(page, 'Automations');
  await page.getByRole('row', { name: 'Words', exact: true }).click();
  await page.getByRole('button', { name: /open run/ }).click();
  await page
    .getByRole('dialog')
    .getByText(/Only the first 20,000/)
    .waitFor();
  await end();
});
