import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const build = join(import.meta.dirname, '..', '..', 'build');

test('what npm runs in a fresh clone loads no package before it has put them there', () => {
  const scripts = [build, join(build, 'setup')].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => join(folder, file)),
  );
  const loaded = scripts.flatMap((file) => {
    const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|\}).*'([^']+)';$/gm);
    return [...imports].map(([, name = '']) => name).filter((name) => !/^(?:node:|\.)/.test(name));
  });
  expect(scripts.length).toBeGreaterThan(10);
  expect(loaded).toEqual([]);
});
