import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// The rules of .github/spec and the tests that prove them, found by the ids that both have in brackets (see the README there).

/** Rules of later issues: each of these takes its own out when it builds them. */
const notYetBuilt = /^(?:judgement|sessions)-|^api-2\.(?:explain|sessions|session-calls|otlp)$/;

// TO BE EMPTIED AND TAKEN OUT once the parts of issue 10 are together: the rules that it brought and that its parts prove.
const awaiting = `
  api-1.backlog-token api-1.json-bounds api-1.issues api-1.cross-site api-1.readable-refusal api-2.lineage
  3.lineage-agent-token 3.lineage-parent 3.lineage-bound 3.lineage-noted 3.lineage-imported 3.lineage-omission
  3.lineage-further 3.lineage-changed 3.lineage-binds 3.lineage-pause-below 3.lineage-corrected 4.key-first
  5.engines 5.engine-own 5.grant-again 6.run-detail 6.run-checked 6.acknowledged-notes 7.denied-stranger
  7.consume-expired 7.consume-paused 7.exact-json 7.review-unseen 8.order 9.detail 9.expired-finding
  9.expiring-finding 10.queued 10.reason-default 10.detail-kept 10.finding 10.audit-actor 11.retire-again
  11.extend-keeps 13.payload-keys 13.key-rotation 15.left-out 15.u64-max 15.no-definition 15.adopted 15.not-adopted
  15.no-record 15.bootstrap 15.restore-no-record 15.lineage 15.export-u64-max 15.export-required 15.export-foreign
  15.export-unknown
`.split(/\s+/);

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
  const proven = new Set([...awaiting, ...titled.map(({ id }) => id)]);
  const bare = rules.filter(({ id, isUntestable }) => !isUntestable && !notYetBuilt.test(id) && !proven.has(id));
  expect(bare.map(({ id }) => id)).toEqual([]);
});

test('every id in a title is that of a rule', () => {
  const known = new Set(rules.map(({ id }) => id));
  expect(titled.filter(({ id }) => !known.has(id))).toEqual([]);
});
