import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { axeFindings } from '../support/app/axe';
import { agentToken, deskForTests } from '../support/app/desk';
import { createAutomation, setLimits, startRun } from '../support/app/runs';
import { type RunningApp } from '../support/running-app';

const { start } = deskForTests();

const toAgents = (page: Page) => page.getByRole('button', { name: 'Agents', exact: true }).click();
const rowOf = (page: Page, name: RegExp) => page.getByRole('grid', { name: 'Agents' }).getByRole('row', { name });

async function agentOf(app: RunningApp, agentId: string) {
  const { agents } = await app.call('GET', '/governance/agents', { as: 'operator' });
  return (agents as readonly Record<string, unknown>[]).find(({ agent_id: id }) => id === agentId);
}

it('an agent is found, paused with its runs, resumed, limited and disconnected, and the API agrees each time', async () => {
  const { app, page, lookBoth, end } = await start();
  await toAgents(page);
  await page.getByRole('heading', { name: 'No agent yet' }).waitFor();
  await lookBoth('agents-empty');

  await createAutomation(app, { id: 'plans', by: 'planner' });
  await createAutomation(app, { id: 'digest', by: 'scout', ancestors: ['planner'] });
  await createAutomation(app, { id: 'notes', by: 'writer' });
  const runId = await startRun(app, 'digest', 1.25);
  await app.ask({ agent: 'scout', tool: 'Bash' });
  await rowOf(page, /^scout, Active/).waitFor();
  await page.getByLabel('Find an agent by its id').fill('sco');
  await rowOf(page, /^writer/).waitFor({ state: 'detached' });
  await rowOf(page, /^scout/).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'scout' }).waitFor();
  await page.getByRole('button', { name: 'planner' }).waitFor();

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 run of its automations is under way: it is stopped now.').waitFor();
  await dialog.getByLabel(/^Reason/).fill('It reads too much.');
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('You paused this agent.').waitFor();
  expect(await agentOf(app, 'scout')).toMatchObject({ paused: true });
  expect(await app.call('GET', `/automations/v2/runs/${runId}`)).toMatchObject({
    run: { status: 'paused', stop_kind: 'operator_stopped', stop_reason: 'It reads too much.' },
  });
  await page
    .getByRole('row', { name: /^Paused by you/ })
    .getByText('Not met')
    .waitFor();

  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('You paused this agent.').waitFor({ state: 'detached' });
  expect(await agentOf(app, 'scout')).toMatchObject({ paused: false });

  const limits = async () => {
    const answer = await app.call('PATCH', '/governance/agents/scout/limits', { as: 'operator', body: {} });
    return answer['overrides'];
  };
  await page.getByLabel('Weekly spend cap, in US dollars', { exact: true }).fill('1.50');
  await page.getByLabel('Automations created in 24 hours, at most', { exact: true }).fill('4');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await page.getByText('Limits saved.').waitFor();
  expect(await limits()).toEqual({ weekly_spend_cap_usd: 1.5, per_agent_daily_creation_limit: 4 });
  await page
    .getByText('of $1.50')
    .first()
    .waitFor({ state: 'attached' })
    .catch(() => undefined);
  await page.getByRole('button', { name: /^Follow the general limit again: Automations created in 24/ }).click();
  await page.getByRole('button', { name: 'Save limits' }).click();
  await expect.poll(limits).toEqual({ weekly_spend_cap_usd: 1.5 });

  const secret = await agentToken(app, 'scout');
  expect((await app.api('GET', '/governance/limits', { as: { token: secret } })).status).toBe(200);
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await dialog.getByText(/^1 token of this agent is revoked/).waitFor();
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await app.api('GET', '/governance/limits', { as: { token: secret } })).status).toBe(401);

  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('row', { name: /^Agent resumed/ }).waitFor();
  await page.getByRole('tab', { name: 'Requests' }).click();
  await page.getByRole('row', { name: /Run / }).click();
  await page.getByRole('heading', { level: 2, name: /^Run / }).waitFor();
  await end();
});

it('the views of agents are drawn after some months, stopped, crowded and narrow', async () => {
  const { app, page, theme, shoot, look, lookBoth, resize, setTextSize, end } = await start({ days: 90 });
  const as = 'operator';
  await setLimits(app, { weekly_spend_cap_usd: 9 });
  await app.call('PATCH', '/governance/agents/ledger/limits', { as, body: { weekly_spend_cap_usd: 4 } });
  await startRun(app, 'invoice-match', 4.2);
  await startRun(app, 'pr-digest', 0.7);
  await startRun(app, 'docs-crawl');
  await app.call('POST', '/governance/agents/tidy/pause', { as, body: { reason: 'It deleted a log that we need.' } });
  await app.ask({ agent: 'scout', tool: 'git push' });
  await app.ask({ agent: 'press-writer', tool: 'mastodon' });
  await setLimits(app, { per_agent_creation_review_threshold: 1 });
  await createAutomation(app, { id: 'translate-2', by: 'translator' });
  await toAgents(page);
  await rowOf(page, /^tidy, Paused by you/).waitFor();
  await lookBoth('agents');
  await rowOf(page, /^scout/).click();
  await page.getByText('Its own work').first().waitFor();
  await lookBoth('agent');
  await page.getByRole('heading', { name: 'Lineage' }).scrollIntoViewIfNeeded();
  await lookBoth('agent-lower');
  for (const tab of ['Automations', 'Runs', 'Requests', 'History'] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('grid').getByRole('row').nth(1).waitFor();
    await lookBoth(`agent-${tab.toLowerCase()}`);
  }
  await page.getByRole('tab', { name: 'Grants' }).click();
  await page.getByRole('heading', { name: 'No grants' }).waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await rowOf(page, /^ledger, Cap reached/).click();
  await page.getByText('Its spend stops it.').waitFor();
  await lookBoth('agent-stopped');
  await page.getByRole('button', { name: 'Back' }).click();

  await rowOf(page, /^scout/).click();
  await page.getByText('Its own work').first().waitFor();
  await theme('light');
  await setTextSize('200%');
  await look('agent-large-text-light');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await setTextSize('');
  await page.getByRole('button', { name: 'Back' }).click();

  // With one token no more than 200 requests wait at a time.
  for (let index = 0; index < 500; index += 1) {
    const agent = `worker-${index}`;
    const { approval_id: id } = await app.ask({ agent, tool: 'x' });
    await app.api('POST', `/governance/approvals/${id}/cancel`, { agent, body: {} });
  }
  await rowOf(page, /^worker-499/).waitFor();
  await theme('light');
  await shoot('agents-crowded-light');
  await resize(560, 760);
  await shoot('agents-narrow-light');
  await rowOf(page, /^worker-499/).click();
  await page.getByRole('heading', { name: 'Its own limits' }).waitFor();
  await look('agent-narrow-light');
  await end();
});
