import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf, placeOf, putBack } from '../../../electron/nouns/state-file/rules-place';
import { jsonPath } from '../../../shared/kernel/read-wire';

type Found = { readonly path: readonly (string | number)[]; readonly value: unknown };

/** Every value in a document with its path, but those that only JSON.parse can write. */
function everythingIn(value: unknown, path: readonly (string | number)[] = []): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const items: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(value);
  return [{ path, value }, ...items.flatMap(([key, item]) => everythingIn(item, [...path, key]))];
}

function withoutField(document: unknown, path: readonly (string | number)[]): unknown {
  const copy: unknown = structuredClone(document);
  const parent = path.slice(0, -1).reduce((value, key) => (value as Record<string | number, unknown>)[key], copy);
  delete (parent as Record<string | number, unknown>)[path.at(-1) ?? ''];
  return copy;
}

test('a field that is taken out of a document is put back where it was, whatever it is called', () => {
  fc.assert(
    fc.property(
      fc.object({ maxDepth: 4, key: fc.oneof(fc.string(), fc.constantFrom('a.b', '[0]', '"', '$')) }),
      (given) => {
        const document = JSON.parse(JSON.stringify(given)) as unknown;
        for (const { path, value } of everythingIn(document)) {
          if (typeof path.at(-1) !== 'string' || path.includes('__proto__')) continue;
          const target = withoutField(document, path);
          expect(putBack(target, placeOf(document, jsonPath(path)), value)).toBe(true);
          expect(target).toEqual(document);
        }
      },
    ),
  );
});

test('the element of a list is found by its id, wherever it stands', () => {
  const file = { records: { 'a.b': { modify_grants: [{ grant_id: 'one' }, { grant_id: 'two"' }] } } };
  const place = placeOf(file, '$.records["a.b"].modify_grants[1].note');
  expect(place).toBe(String.raw`$.records["a.b"].modify_grants[grant_id="two\""].note`);
  const later = { records: { 'a.b': { modify_grants: [{ grant_id: 'two"' }, { grant_id: 'new' }] } } };
  expect(putBack(later, place, 5)).toBe(true);
  expect(later.records['a.b'].modify_grants).toEqual([{ grant_id: 'two"', note: 5 }, { grant_id: 'new' }]);
});

test.each([
  ['its entry is gone', '$.records.gone.note'],
  ['something stands there', '$.records.here.name'],
  ['the element is there already', '$.records.here.list[finding_id="f"]'],
  ['it is no place', '$.records.here.name.'],
  ['it is the whole document', '$'],
  ['it would be the prototype of an object', '$.records.here.__proto__'],
])('nothing is written where %s', (_name, place) => {
  const document = { records: { here: { name: 'x', list: [{ finding_id: 'f' }] } } };
  const before = structuredClone(document);
  expect(putBack(document, place, { evil: true })).toBe(false);
  expect(document).toEqual(before);
});

test('an element that is not there any more goes to the end of its list', () => {
  const document = { list: [{ finding_id: 'f' }] };
  expect(putBack(document, '$.list[finding_id="g"]', { finding_id: 'g' })).toBe(true);
  expect(document.list).toEqual([{ finding_id: 'f' }, { finding_id: 'g' }]);
});

test.each([
  ['$.records.a.mood', { section: 'records', id: 'a' }],
  ['$.gatehouse.agents["x y"].mood', { section: 'gatehouse.agents', id: 'x y' }],
  ['$.later', undefined],
])('%s is in the entry that conflicts name so', (place, entry) => {
  expect(entryOf(place)).toEqual(entry);
});
