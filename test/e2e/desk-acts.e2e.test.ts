import { mkdtempSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { makeProjects, sampleActs } from '../support/app/acts';
import { deskForTests } from '../support/app/desk';
import { connectAll, startHook } from '../support/app/hooks';
import { pastGuard } from '../support/app/surfaces';
import { hookInput } from '../support/hook-world';
import { removeFolder } from '../support/remove-folder';

const { start } = deskForTests({ tray: true });

const option = (page: Page, text: string) => page.getByRole('option').filter({ hasText: text });

it('a desk full of what real sessions ask says each act in a line, and draws it as what it is', async () => {
  const { app, page, lookBoth, look, theme, resize, end } = await start();
  const home = realpathSync(mkdtempSync(join(homedir(), 'gatehouse-acts-')));
  onTestFinished(() => removeFolder(home));
  const places = makeProjects(home);
  await connectAll(app);
  for (const { engine, project, tool, input } of sampleActs) {
    const facts = {
      session_id: `session-of-${engine}-in-${project}`,
      cwd: places[project],
      tool_name: tool,
      tool_input: input,
    };
    void startHook(app.home, engine, hookInput(engine, 'permission-request', facts));
  }
  await page
    .getByText(`Waiting ${sampleActs.length}`)
    .or(page.getByText(String(sampleActs.length), { exact: true }))
    .first()
    .waitFor();

  await option(page, '4 similar').click();
  await lookBoth('acts-group');
  await page.getByRole('row', { name: /store\.ts/ }).click();
  await pastGuard(page);
  // As the file on the disk has it.
  await page.locator('[data-before="7"]').first().waitFor();
  await page.locator('[data-token="keyword"]').first().waitFor();
  await lookBoth('acts-edit');

  const shown: readonly (readonly [string, string])[] = [
    ['Run npm run build', 'command'],
    ['Write src/bus.ts', 'new-file'],
    ['Write README.md', 'write-over'],
    ['Start agent code-reviewer', 'prompt'],
    ['create_issue on linear', 'mcp'],
    ['Delete src/old_total.py', 'patch'],
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
