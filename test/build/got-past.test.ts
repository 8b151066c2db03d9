import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gotPast } from '../engines/got-past';

const root = join(import.meta.dirname, '..', '..');
const inOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
const sectionOf = (file: string, heading: string) => {
  const text = readFileSync(join(root, file), 'utf8');
  const [, section] = text.split(new RegExp(`^## ${heading}.*$`, 'm'));
  return inOneLine(section?.split(/^## /m)[0] ?? '');
};

test('every clause of what got past unseen is in the table, and nothing else', () => {
  const section = sectionOf('.github/spec/integrations.md', 'What got past unseen');
  expect(section.length).toBeGreaterThan(1_000);
  expect(inOneLine(gotPast.map(({ clause }) => clause).join(' '))).toBe(section);
});

test.each(gotPast)(
  '$clause is held by cases on the real engine, or is a limit that the README names',
  ({ cases, limit }) => {
    expect(cases.length).toBeGreaterThan(0);
    for (const [file, title] of cases) {
      const text = readFileSync(join(root, 'test', 'engines', `${file}.engines.test.ts`), 'utf8');
      expect(text).toContain(title);
    }
    if (limit !== undefined) expect(sectionOf('README.md', "What it can't protect against")).toContain(limit);
  },
);
