import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { picturePath } from '../support/app/surfaces';
import { isTested } from './install';
import { startLab } from './lab';

const desktop = desktopForTests({ tray: true });

it.skipIf(!isTested('claude'))(
  'somebody new comes from the welcome to a governed Claude Code and decides its first edit with one key',
  async () => {
    const lab = await startLab(desktop, 'claude', { isConnected: false });
    const { page } = lab;
    const look = (name: string) =>
      page.screenshot({ path: picturePath(`first-minutes-${name}`), animations: 'disabled' });
    await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
    await look('1-welcome');

    await page.getByRole('button', { name: 'Claude Code, Codex, Gemini CLI or opencode' }).click();
    const row = page.getByRole('listitem', { name: 'Claude Code', exact: true });
    await row.getByText('What will change').click();
    await look('2-what-will-change');
    await page.getByRole('button', { name: 'Connect Claude Code', exact: true }).click();
    await page.getByText('1 agent connected', { exact: true }).waitFor();
    await look('3-connected');

    const file = lab.at('store.ts');
    writeFileSync(file, 'export const total = (items: number[]) => items[0];\n');
    const edit = {
      file_path: file,
      old_string: 'items[0]',
      new_string: 'items.reduce((sum, item) => sum + item, 0)',
    };
    const run = lab.run(
      lab.model.play([
        { calls: [{ tool: 'Read', input: { file_path: file } }] },
        { calls: [{ tool: 'Edit', input: edit }] },
      ]),
    );
    await lab.asked();
    await page
      .getByRole('button', { name: /^Queue/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Edit store.ts +1 −1' }).waitFor();
    await look('4-the-first-edit');
    expect(readFileSync(file, 'utf8')).toContain('items[0]');
    // What the operator could not have read yet is not decided: the first key that is taken does.
    const isTaken = async () => {
      await page.keyboard.press('1');
      return page
        .getByText(/Undo|Approved/)
        .first()
        .isVisible();
    };
    await expect.poll(isTaken, { timeout: 10_000 }).toBe(true);
    expect((await run.ended).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('items.reduce');
    await look('5-approved');

    await page
      .getByRole('button', { name: /^Sessions/ })
      .first()
      .click();
    await page
      .getByText(/^Please play/)
      .first()
      .waitFor();
    await look('6-sessions');
    expect(await lab.timeline()).toMatchObject([
      { title: 'Edit store.ts +1 −1', answer: 'allow' },
      { title: 'Read store.ts', answer: 'nothing' },
    ]);
  },
);
