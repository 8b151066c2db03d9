import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { commandProgram } from '../support/command-line';

/** The modules that a file loads whatever it does. */
const loadedBy = (text: string) =>
  [...text.matchAll(/(?<!=>(?:[\w$.]+\()?)require\("([^"]+)"\)/g)].map(([, name]) => name ?? '');

test('every hook loads one file of ours and four small parts of Node.js, however many commands there are', async () => {
  const folder = dirname(await commandProgram());
  const isOwn = (name: string) => name.startsWith('./');
  const seen = new Set<string>();
  const parts = new Set<string>();
  const follow = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of loadedBy(readFileSync(join(folder, file), 'utf8'))) {
      if (isOwn(name)) follow(name.slice(2));
      else parts.add(name);
    }
  };
  follow('gatehouse.js');
  // The third says how one file loads another.
  expect([...seen].map((file) => file.replace(/-[\w-]+\.js$/, '')).toSorted()).toEqual([
    'gatehouse.js',
    'hook',
    'rolldown',
  ]);
  expect([...parts].toSorted()).toEqual(['node:fs', 'node:os', 'node:path', 'node:util']);
  const bytes = [...seen].reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
  expect(bytes).toBeLessThan(60_000);
});
