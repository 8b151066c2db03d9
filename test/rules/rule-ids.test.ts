import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// The rules of .github/spec and the tests that prove them, found by the ids that both have in brackets (see the README there).

/** Rules of later issues: each of these takes its own out when it builds them. */
const notYetBuilt = /^sessions-(?:5\.managed|6\.)/;

const folder = join(import.meta.dirname, '..');
const specification = join(folder, '..', '.github', 'spec');

/** Each rule with the section that it stands in, in the form in which its id must begin. */
const rules = readdirSync(specification)
  .filter((file) => file !== 'README.md')
  .flatMap((file) => {
    const text = readFileSync(join(specification, file), 'utf8');
    const prefix = file === 'governance.md' ? '' : `${file.replace('.md', '')}-`;
    return text.split(/^## (?=\d+\. )/m).flatMap((section, index) => {
      const place = `${prefix}${index === 0 ? 0 : Number.parseInt(section, 10)}.`;
      const ids = section.matchAll(/\[((?:[a-z]+-)?\d+\.[a-z][a-z0-9-]*)(, no test: [^\]]+)?\]/g);
      return [...ids].map(([, id = '', reason]) => ({ id, place, isUntestable: reason !== undefined }));
    });
  });

/** The ids in titles, each with its file: what ends a text in brackets, in test files (comments aside) and in files of cases. */
const titled = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(?!output).*(?:\.test\.tsx?|\.json)$/.test(file))
  .flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    const brackets = text.matchAll(/ \[((?:[a-z]+-)?\d+\.[a-z][^\]'"`]*)\](?=['"`])/g);
    return [...brackets].flatMap(([, ids = '']) => ids.split(', ').map((id) => ({ id, file })));
  });

test('every rule has an id of its own, which begins with its file and section', () => {
  const ids = rules.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(rules.filter(({ id, place }) => !id.startsWith(place))).toEqual([]);
});

test('every rule that is built has a test, or says why it can have none', () => {
  const proven = new Set(titled.map(({ id }) => id));
  const bare = rules.filter(({ id, isUntestable }) => !isUntestable && !notYetBuilt.test(id) && !proven.has(id));
  expect(bare.map(({ id }) => id)).toEqual([]);
});

test('every id in a title is that of a rule', () => {
  const known = new Set(rules.map(({ id }) => id));
  expect(titled.filter(({ id }) => !known.has(id))).toEqual([]);
});
