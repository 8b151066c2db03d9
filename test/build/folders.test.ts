import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const checkout = join(import.meta.dirname, '..', '..');

/** What lies in a folder is found by looking at it: with more files than this it is not. */
const MOST_FILES = 40;

test('no folder has more files than can be looked over', () => {
  const counts = new Map<string, number>();
  for (const top of ['electron', 'renderer', 'shared', 'build', 'test']) {
    for (const entry of readdirSync(join(checkout, top), { recursive: true, withFileTypes: true })) {
      const folder = relative(checkout, entry.parentPath);
      if (entry.isFile() && !folder.startsWith(join('test', 'output'))) {
        counts.set(folder, (counts.get(folder) ?? 0) + 1);
      }
    }
  }
  expect(counts.size).toBeGreaterThan(50);
  expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
});
