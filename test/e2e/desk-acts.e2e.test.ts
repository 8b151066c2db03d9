import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { makeProjects, sampleActs } from '../support/app/acts';
import { deskForTests } from '../support/app/desk';
import { connectAll, startHook } from '../support/app/hooks';
import { pastGuard } from '../support/app/surfaces';
import { until } from '../support/desktop/process';
import { hookInput } from '../support/hook-world';
import { removeFolder } from '../support/remove-folder';
import type { RunningApp } from '../support/running-app';

const { start } = deskForTests({ tray: true });

const option = (page: Page, text: string) => page.getByRole('option').filter({ hasText: text });

async function waitingCount(app: RunningApp): Promise<number> {
  const { body } = await app.api('GET', '/governance/approvals?status=pending&limit=100', { as: 'operator' });
  return (body['approvals'] as readonly unknown[]).length;
}

it('a desk full of what real sessions ask says each act in a line, and draws it as what it is', async () => {
  const { app, page, lookBoth, look, theme, resize, end } = await start();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-acts-')));
  onTestFinished(() => removeFolder(home));
  const places = makeProjects(home);
  await connectAll(app);
  for (const [index, { engine, project, tool, input }] of sampleActs.entries()) {
    const session = { session_id: `session-of-${engine}-in-${project}`, cwd: places[project] };
    const call = { ...session, tool_name: tool, tool_input: input };
    void startHook(app.home, engine, hookInput(engine, 'permission-request', call));
    await until(`request ${index + 1}`, async () => (await waitingCount(app)) > index);
  }

  await option(page, '4 similar').click();
  await lookBoth('acts-group');
  await page.getByRole('row', { name: /store\.ts/ }).click();
  await pastGuard(page);
  // As the file on the disk has it.
  await page.locator('[data-before="7"]').first().waitFor();
  await page.locator('[data-token="keyword"]').first().waitFor();
  await lookBoth('acts-edit');

  const shown: readonly (readonly [string, string])[] = [
    ['Delete src/old_total.py', 'patch'],
    ['Run npm run build', 'command'],
    ['Write src/bus.ts', 'new-file'],
    ['Write README.md', 'write-over'],
    ['Start agent code-reviewer', 'prompt'],
    ['create_issue on linear', 'mcp'],
    ['Run psql', 'danger'],
  ];
  for (const [title, name] of shown) {
    await option(page, title).click();
    await page.getByRole('heading', { level: 2, name: title }).waitFor();
    await pastGuard(page);
    await look(`acts-${name}-dark`);
  }
  await theme('light');
  await resize(900, 640);
  await option(page, 'Write README.md').click();
  await pastGuard(page);
  await look('acts-narrow-light');
  expect(await page.getByRole('article').getByRole('link').count()).toBe(0);
  await end();
});
