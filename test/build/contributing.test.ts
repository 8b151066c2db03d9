import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const checkout = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(checkout, '.github', 'CONTRIBUTING.md'), 'utf8');

/** Files that are named in backticks; one without a folder is beside the one that was named before it in its line, if any. */
function namedFiles(line: string): readonly string[] {
  let folder = '';
  return [...line.matchAll(/`([\w./-]+\.(?:ts|tsx|mjs|cjs|md|json))`/g)].flatMap(([, name = '']) => {
    if (name.includes('/')) folder = dirname(name);
    if (folder === '') return [];
    return name.includes('/') ? name : join(folder, name);
  });
}

test('every file that CONTRIBUTING names is there', () => {
  const named = text.split('\n').flatMap(namedFiles);
  expect(named.length).toBeGreaterThan(30);
  expect(
    named.filter((name) => !existsSync(join(checkout, name)) && !existsSync(join(checkout, '.github', name))),
  ).toEqual([]);
});

test('a walk has ten steps at most', () => {
  const [, walks = ''] = /^## Four walks\n(.*?)^## /ms.exec(text) ?? [];
  const steps = walks
    .split(/^### /m)
    .slice(1)
    .map((walk) => walk.match(/^\d+\. /gm)?.length ?? 0);
  expect(steps).toHaveLength(4);
  expect(Math.max(...steps)).toBeLessThanOrEqual(10);
});
