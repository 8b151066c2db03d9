import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

/**
 * The lines of spec/governance.md: a section and a name of its own, a few of its words, the tests that prove it as `file: title`
 * (the file below test/ without its ending, the title as it is written there), and where there is none, why.
 */
const lineSchema = z.strictObject({
  id: z.string().regex(/^\d+\.[a-z0-9-]+$/),
  quote: z.string(),
  tests: z.array(z.string()),
  open: z.string().optional(),
});
const lines = z.array(lineSchema).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'coverage.json'), 'utf8')));
const folder = join(import.meta.dirname, '..');

/** Where a title can stand: in a test file as it is written there, or in a file of cases as a name. */
function textOf(file: string): string {
  const path = ['.test.ts', '.test.tsx', '.json'].map((ending) => join(folder, `${file}${ending}`)).find(existsSync);
  return path === undefined ? '' : readFileSync(path, 'utf8');
}

function hasTest(file: string, title: string): boolean {
  const text = textOf(file);
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((written) => text.includes(written));
}

test('no line has two entries', () => {
  const ids = lines.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every test that is said to prove a line is there', () => {
  const missing = lines.flatMap(({ id, tests }) =>
    tests
      .filter((proof) => {
        const [file = '', title = ''] = proof.split(': ', 1).concat(proof.slice(proof.indexOf(': ') + 2));
        return !hasTest(file, title);
      })
      .map((proof) => `${id} ← ${proof}`),
  );
  expect(missing).toEqual([]);
});

test('every line has a test, or says why it has none', () => {
  const bare = lines.filter(({ tests, open }) => tests.length === 0 && open === undefined).map(({ id }) => id);
  expect(bare).toEqual([]);
});

test('every section of the specification has entries', () => {
  const sections = new Set(lines.map(({ id }) => Number(id.split('.')[0])));
  expect([...sections].toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: 15 }, (_, index) => index + 1),
  );
});
