import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stateText } from '../../../electron/nouns/state-file/text';

test('a text is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
      expect(stateText(value)).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('fields that are undefined are left out', () => {
  expect(stateText({ a: undefined, b: { c: undefined } })).toBe(JSON.stringify({ b: {} }, null, 2));
});

test('a bigint is written with all its digits, also where a text looks the same [15.export-u64-max]', () => {
  const value = { end: 2n ** 64n - 1n, text: '18446744073709551615', list: [0n] };
  expect(stateText(value)).toBe(
    '{\n  "end": 18446744073709551615,\n  "text": "18446744073709551615",\n  "list": [\n    0\n  ]\n}',
  );
});
