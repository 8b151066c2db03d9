import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitFacts } from '../../electron/cli/hook/git-facts';
import { sessionFacts } from '../../electron/cli/hook/session-facts';

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-facts-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test('the branch is read from the files of git, in any folder below, and the worktree where it is another folder or a linked one [sessions-1.fields]', () => {
  const root = folder();
  const below = join(root, 'shop', 'src');
  mkdirSync(below, { recursive: true });
  mkdirSync(join(root, 'shop', '.git', 'worktrees', 'cart'), { recursive: true });
  writeFileSync(join(root, 'shop', '.git', 'HEAD'), 'ref: refs/heads/feature/cart\n');
  expect(gitFacts(below)).toEqual({ branch: 'feature/cart', worktree: join(root, 'shop') });
  expect(gitFacts(join(root, 'shop'))).toEqual({ branch: 'feature/cart' });

  const linked = join(root, 'cart');
  mkdirSync(linked);
  writeFileSync(join(linked, '.git'), `gitdir: ${join(root, 'shop', '.git', 'worktrees', 'cart')}\n`);
  writeFileSync(join(root, 'shop', '.git', 'worktrees', 'cart', 'HEAD'), 'ref: refs/heads/mend\n');
  expect(gitFacts(linked)).toEqual({ branch: 'mend', worktree: linked });
});

test('where there is no branch, or nothing that could be read, nothing is said', () => {
  const root = folder();
  expect(gitFacts(root)).toEqual({});
  expect(gitFacts('/nowhere/at/all')).toEqual({});
  mkdirSync(join(root, '.git'));
  expect(gitFacts(root)).toEqual({});
  writeFileSync(join(root, '.git', 'HEAD'), '0123456789abcdef0123456789abcdef01234567\n');
  expect(gitFacts(root)).toEqual({});
});

test('its prompt says what a session is about, and a variable its version', () => {
  const cwd = folder();
  const input = { cwd, prompt: `  Mend the cart ${'x'.repeat(200)}\nand test it` };
  const facts = sessionFacts('claude', input, { AI_AGENT: 'claude-code_2-1-197_harness' });
  expect(facts).toEqual({ version: '2.1.197', title: `Mend the cart ${'x'.repeat(106)}` });
  expect(sessionFacts('codex', { cwd }, {})).toEqual({});
});
