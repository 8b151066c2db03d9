import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { every } from '../../electron/kernel/every';

const checkout = join(import.meta.dirname, '..', '..');

function sources(folder: string): readonly string[] {
  return readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(checkout, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

test('nothing in the app or its pages runs again and again but by the one timer that is never short', () => {
  // The hook lives as long as a question, and looks whether its engine does.
  const isApp = (path: string) => !path.startsWith('electron/cli/');
  const files = [...sources('electron'), ...sources('renderer')].filter(isApp);
  expect(files.length).toBeGreaterThan(300);
  const having = files.filter((path) => /\bsetInterval\(/.test(readFileSync(join(checkout, path), 'utf8')));
  expect(having).toEqual(['electron/kernel/every.ts']);
  expect(() => every(14_999, () => {})).toThrow(RangeError);
  every(15_000, () => {})();
});
