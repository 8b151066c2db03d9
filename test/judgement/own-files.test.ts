import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createJudge } from '../../electron/judgement/judge';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { surroundingsOf } from '../../electron/judgement/surroundings';

beforeAll(loadShellGrammar);

const checkout = resolve(import.meta.dirname, '..', '..');

/** What is no harmless file of a project, by the words of the specification: secrets, hooks, CI, settings of agents and of editors. */
const isSetting = (path: string) =>
  /(?:^|\/)(?:\.env|\.npmrc|\.ci\/|\.git\/|\.gitmodules|\.github\/workflows\/|\.claude\/|\.vscode\/|AGENTS\.md$|CLAUDE\.md$|opencode\.json$)/.test(
    path,
  );

/** What may look like a key; loosely, as the texts of tests that look for keys do. */
const isLikeKey = (text: string) =>
  /PRIVATE KEY-----|AKIA|gh[a-z]_|github_pat_|xox|sk[-_]|AIza|npm_|glpat-|eyJ/.test(text);

test('Writes and Edits of files of this repository are normal, but of secrets, hooks, CI, and settings of agents and editors [judgement-3.in-workspace, judgement-3.settings]', () => {
  const judge = createJudge(surroundingsOf(homedir()));
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: checkout, encoding: 'utf8' }).split('\0');
  const files = tracked.filter((path) => path !== '' && statSync(join(checkout, path)).size < 200_000);
  const taken = fc.sample(fc.constantFrom(...files), { numRuns: 700, seed: 13 });
  const chosen = [...new Set(taken)].slice(0, 500);
  expect(chosen.length).toBeGreaterThan(350);
  const found = chosen.flatMap((path) => {
    const text = readFileSync(join(checkout, path), 'utf8');
    return [path, join(checkout, path)].flatMap((named) => [
      [path, judge.call({ toolName: 'Write', action: { file_path: named, content: text }, cwd: checkout })] as const,
      [
        path,
        judge.call({
          toolName: 'Edit',
          action: { file_path: named, old_string: text.slice(0, 2_000), new_string: text.slice(-2_000) },
          cwd: checkout,
        }),
      ] as const,
    ]);
  });
  const wrong = found.filter(([path, { level, reasons }]) => {
    if (isSetting(path)) return level !== 'high';
    const isKey =
      reasons.every(({ kind }) => kind === 'secrets') && isLikeKey(readFileSync(join(checkout, path), 'utf8'));
    return level !== 'normal' && !isKey;
  });
  expect(wrong.map(([path, { level, reasons }]) => ({ path, level, reasons }))).toEqual([]);
  // Hardly a file has such a text.
  expect(found.filter(([path, { level }]) => level === 'high' && !isSetting(path)).length).toBeLessThan(40);
});
