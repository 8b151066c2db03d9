import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { filesOfAct } from '../../electron/desktop/files-of-act';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import type { Approval } from '../../shared/contract/approval';
import { approvalRecord } from '../support/approvals';
import { removeFolder } from '../support/remove-folder';

beforeAll(loadShellGrammar);

/** A project that git looks after, beside a folder that is none of it. */
function project(): { readonly shop: string; readonly bank: string } {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-files-')));
  onTestFinished(() => removeFolder(home));
  const [shop, bank] = [join(home, 'shop'), join(home, 'bank')];
  for (const folder of [shop, bank]) mkdirSync(folder);
  execFileSync('git', ['init', '-q', shop]);
  writeFileSync(join(bank, 'secret.txt'), 'secret\n');
  return { shop, bank };
}

async function ask(cwd: string, toolName: string, action: unknown, more: Partial<Approval> = {}) {
  const record = approvalRecord({ targetResource: { type: 'tool', id: toolName }, action, context: { cwd }, ...more });
  return filesOfAct({ ...record, guidance: { canAskAgain: false, sentence: '' } });
}

describe('what the disk says of an act', () => {
  test('are the lines in which a text is there exactly once, before and after', async () => {
    const { shop } = project();
    writeFileSync(join(shop, 'a.txt'), 'one\ntwo\nthree\ntwice\nfour\ntwice\n');
    const edits = [
      { old_string: 'one', new_string: 'one\nand a half' },
      { old_string: 'three', new_string: 'drei' },
      { old_string: 'twice', new_string: 'once' },
      { old_string: 'gone', new_string: 'there' },
    ];
    const starts = [{ before: 1, after: 1 }, { before: 3, after: 4 }, null, null];
    expect(await ask(shop, 'MultiEdit', { file_path: join(shop, 'a.txt'), edits })).toEqual([
      { isThere: true, starts },
    ]);
  });

  test('are none from where on so many lines would take too long to find', async () => {
    const { shop } = project();
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index};`);
    writeFileSync(join(shop, 'a.txt'), lines.join('\n'));
    const edits = lines.slice(0, 200).map((line) => ({ old_string: line, new_string: 'x' }));
    const [file] = await ask(shop, 'MultiEdit', { file_path: join(shop, 'a.txt'), edits });
    const known = file?.starts.filter((start) => start !== null).length ?? 0;
    expect(file?.starts).toHaveLength(200);
    expect(file?.starts[0]).toEqual({ before: 1, after: 1 });
    expect(known).toBeGreaterThan(20);
    expect(known).toBeLessThan(100);
  });

  test('is the content of a file that is to be written whole, or that it is not there', async () => {
    const { shop } = project();
    writeFileSync(join(shop, 'a.txt'), 'one\n');
    expect(await ask(shop, 'Write', { file_path: 'a.txt', content: 'two' })).toEqual([
      { isThere: true, content: 'one\n', starts: [] },
    ]);
    expect(await ask(shop, 'Write', { file_path: 'b.txt', content: 'two' })).toEqual([{ isThere: false, starts: [] }]);
  });

  test('is nothing of what lies outside the workspace, is no text, is too large or waits for a writer', async () => {
    const { shop, bank } = project();
    symlinkSync(join(bank, 'secret.txt'), join(shop, 'link.txt'));
    symlinkSync(bank, join(shop, 'folder'));
    writeFileSync(join(shop, 'binary.bin'), Buffer.from([0, 1, 2]));
    writeFileSync(join(shop, 'large.txt'), 'x'.repeat(600_000));
    execFileSync('mkfifo', [join(shop, 'pipe')]);
    const paths = [
      '../bank/secret.txt',
      join(bank, 'secret.txt'),
      'link.txt',
      'folder/secret.txt',
      'folder/none.txt',
      'binary.bin',
      'large.txt',
      'pipe',
      '.git',
    ];
    for (const file_path of paths) {
      expect([file_path, await ask(shop, 'Write', { file_path, content: 'x' })]).toEqual([file_path, [null]]);
    }
  });

  test('is nothing without a workspace, of other acts, and once it is decided', async () => {
    const { shop } = project();
    writeFileSync(join(shop, 'a.txt'), 'one\n');
    const write = { file_path: join(shop, 'a.txt'), content: 'two' };
    expect(await ask(shop, 'Write', write, { context: {} })).toEqual([]);
    expect(await ask(shop, 'Write', write, { context: { cwd: '/' } })).toEqual([]);
    expect(await ask(shop, 'Bash', { command: 'cat a.txt' })).toEqual([]);
    expect(await ask(shop, 'Write', write, { status: 'denied' })).toEqual([]);
  });
});
