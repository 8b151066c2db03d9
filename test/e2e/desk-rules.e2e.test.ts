import { expect, it } from 'vitest';
import type { WireApproval } from '../support/app/client';
import { agentToken, deskForTests } from '../support/app/desk';
import { type RunningApp } from '../support/running-app';

const { start } = deskForTests();

/** Asks with an agent's own token, as the hook of Claude Code does. */
function asker(app: RunningApp, secret: string) {
  return async (tool: string, action: object): Promise<WireApproval> => {
    const { status, body } = await app.api('POST', '/governance/approvals', {
      as: { token: secret },
      body: {
        request_type: 'tool_call',
        target_resource: { type: 'tool', id: tool },
        rationale: 'To see whether the change holds.',
        action,
        context: { engine: 'claude', session_id: '5f0d', cwd: '/home/olga/shop', hook_event_name: 'PermissionRequest' },
      },
    });
    if (status !== 200) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
    return body['approval'] as WireApproval;
  };
}

async function rulesOf(app: RunningApp, state = 'live') {
  const { body } = await app.api('GET', `/governance/tool_rules?state=${state}`, { as: 'operator' });
  return body['tool_rules'] as readonly Readonly<Record<string, unknown>>[];
}

it('a rule made in the window answers the same request, no dangerous one, and none any more once it is revoked', async () => {
  const { app, page, lookBoth, end } = await start();
  const ask = asker(app, await agentToken(app, 'claude-code'));
  for (const command of ['npm test -- cart', 'npm test -- checkout', 'npm run build', 'npm test']) {
    const { approval_id } = await ask('Bash', { command });
    await app.api('POST', `/governance/approvals/${approval_id}/approve`, { as: 'operator', body: {} });
  }

  const first = await ask('Bash', { command: 'npm test -- prices', description: 'Runs the tests of prices' });
  expect(first.status).toBe('pending');
  await page
    .getByRole('option', { name: /npm test -- prices/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Allow from now on…' }).waitFor();
  await lookBoth('rules-card');
  // The way of decision 6: a key that asks, and a key that answers.
  await expect
    .poll(async () => {
      await page.keyboard.press('r');
      return page.getByRole('dialog').isVisible();
    })
    .toBe(true);
  const dialog = page.getByRole('dialog', { name: 'Allow from now on?' });
  await dialog.getByRole('radio', { name: /begin with npm test$/ }).check();
  await dialog.getByRole('radio', { name: 'Until I revoke it' }).check();
  await dialog.getByText('Would have matched 4 requests in the last seven days:').waitFor();
  await lookBoth('rules-dialog');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect((await app.wait(first.approval_id)).approval.status).toBe('approved');
  expect(await rulesOf(app)).toMatchObject([
    {
      agent_id: 'claude-code',
      tool_name: 'Bash',
      pattern: { kind: 'command_prefix', prefix: 'npm test' },
      workspace: '/home/olga/shop',
      use_count: 0,
    },
  ]);

  const allowed = await ask('Bash', { command: 'npm test -- stock' });
  expect(allowed).toMatchObject({ status: 'approved', revision: 2 });
  const risky = await ask('Bash', { command: 'npm test --script-shell=./other.sh' });
  expect(risky.status).toBe('pending');
  // By the act, because those that are settled are in the list too.
  await page.getByRole('option').filter({ hasText: 'other.sh' }).first().click();
  await page.getByText('No standing rule for this: acts of high risk are decided one by one.').waitFor();
  expect(await page.getByRole('button', { name: 'Allow from now on…' }).count()).toBe(0);
  await lookBoth('rules-high-risk');

  await page.getByText('Past', { exact: true }).click();
  await page
    .getByRole('option', { name: /Allowed by rule/ })
    .first()
    .click();
  await page.getByText('Allowed by your standing rule').waitFor();
  await page.getByText('Commands that begin with').waitFor();
  await lookBoth('rules-history');

  await page.getByRole('button', { name: 'Show the rules' }).click();
  const table = page.getByRole('group', { name: 'Standing rules' });
  await table.getByRole('row', { name: /begin with npm test/ }).waitFor();
  await lookBoth('rules-settings');
  await table.getByRole('button', { name: 'claude-code' }).click();
  await page.getByRole('tab', { name: 'Standing rules' }).click();
  await table.getByRole('row', { name: /begin with npm test/ }).waitFor();
  await lookBoth('rules-agent');
  await table.getByRole('button', { name: 'Revoke the rule for Bash' }).click();
  const question = page.getByRole('dialog', { name: 'Revoke this rule?' });
  await question.getByLabel(/^Reason/).fill('The release is out.');
  await question.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No standing rule', { exact: true }).waitFor();
  await lookBoth('rules-empty');
  expect(await rulesOf(app)).toEqual([]);
  expect(await rulesOf(app, 'over')).toMatchObject([{ revoke_reason: 'The release is out.', use_count: 1 }]);
  expect((await ask('Bash', { command: 'npm test -- stock' })).status).toBe('pending');
  await end();
});

it('a rule for the files below a folder covers nothing beside it', async () => {
  const { app, page, lookBoth } = await start();
  const ask = asker(app, await agentToken(app, 'claude-code'));
  const edit = (path: string) =>
    ask('Edit', { file_path: `/home/olga/shop/${path}`, old_string: 'a', new_string: 'b' });
  const first = await edit('src/cart/total.ts');
  await page.getByRole('option', { name: /Edit/ }).first().click();
  await page.getByRole('button', { name: 'Allow from now on…' }).click({ delay: 500 });
  const dialog = page.getByRole('dialog', { name: 'Allow from now on?' });
  await dialog.getByRole('radio', { name: 'Files below /home/olga/shop/src', exact: false }).last().check();
  await page.setViewportSize({ width: 560, height: 800 });
  await lookBoth('rules-folder-narrow');
  await dialog.getByRole('button', { name: 'Approve and allow' }).click();
  expect((await app.wait(first.approval_id)).approval.status).toBe('approved');
  expect((await edit('src/stock/list.ts')).status).toBe('approved');
  expect((await edit('package.json')).status).toBe('pending');
  expect((await edit('src/../.env')).status).toBe('pending');
  await app.quit();
});
