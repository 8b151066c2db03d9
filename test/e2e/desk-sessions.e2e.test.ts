import { expect, it } from 'vitest';
import { deskForTests } from '../support/app/desk';
import { fillSessions } from '../support/app/fill-sessions';

const { start } = deskForTests();

it('sessions are listed with what waits of them and their sub-agents, filtered, opened, followed and paused', async () => {
  const { app, page, lookBoth, theme, look, resize, end } = await start();
  await page.getByRole('button', { name: 'Sessions' }).click();
  await page.getByRole('button', { name: 'Connect an engine' }).waitFor();
  await lookBoth('sessions-empty');
  await fillSessions(app);
  const cart = page.getByRole('row', { name: /^Make the cart survive/ });
  await cart.waitFor();
  await page.getByRole('row', { name: /^Sub-agent code-reviewer/ }).waitFor();
  await resize(1270, 780);
  await lookBoth('sessions-1280');
  await resize(900, 700);
  await lookBoth('sessions-900');
  await page.getByRole('radiogroup', { name: 'Which sessions to show' }).getByText('Live').click();
  await page.getByRole('row', { name: /^Why does the login/ }).waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Project' }).selectOption('billing-api');
  await cart.waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Engine' }).selectOption('Codex');
  await page.getByRole('button', { name: 'Show all sessions' }).click();

  await resize(1270, 780);
  await cart.press('Enter');
  await page.getByRole('heading', { level: 1, name: /^Make the cart/ }).waitFor();
  await page.getByRole('row', { name: /npm install idb-keyval, You approved/ }).waitFor();
  await theme('light');
  await look('session-1280-light');
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByText(/^cd '\/home\/olga\/shop' && claude --resume/).waitFor();
  await look('session-details-1280-light');
  await page.getByRole('tab', { name: 'Sub-agents' }).click();
  await page.getByRole('row', { name: /code-reviewer/ }).waitFor();
  await look('session-sub-agents-1280-light');
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await resize(900, 700);
  await lookBoth('session-900');

  await page.getByRole('button', { name: 'Pause session' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause session' }).click();
  await page.getByRole('button', { name: 'Resume session' }).waitFor();
  await page.getByRole('button', { name: /^Decide 2/ }).click();
  await page.getByRole('button', { name: 'Sessions', exact: true }).click();
  await page.getByRole('row', { name: /^Drop the old invoices/ }).click();
  await page.getByRole('row', { name: /pg_dump .*, Missed/ }).waitFor();
  await lookBoth('session-decisions');
  await page.getByRole('button', { name: 'Agents' }).click();
  await page.getByRole('row', { name: /^claude-code,/ }).click();
  await page.getByRole('heading', { name: 'Latest sessions' }).waitFor();
  await look('agent-sessions-dark');
  expect(await app.call('GET', '/governance/sessions', { as: 'operator' })).toMatchObject({ count: 5 });
  await end();
});
