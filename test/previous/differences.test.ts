import { expect, test } from 'vitest';
import { differencesOf, inWordsOfNow, unintended } from './differences';

const before = { id: 'a', list: [1, 2], text: 'Said.\n{"kept":1}' };

test.each([
  ['a field that was added', { ...before, more: 1 }, []],
  ['one that was added within a text', { ...before, text: 'Said.\n{"kept":1,"more":2}' }, []],
  ['a field that is missing', { list: [1, 2], text: before.text }, ['/id']],
  ['another value', { ...before, list: [1, 3] }, ['/list/1']],
  ['a list that is longer', { ...before, list: [1, 2, 3] }, ['/list/length']],
  ['other words', { ...before, text: 'Says.\n{"kept":1}' }, ['/text/words']],
  ['a value within a text', { ...before, text: 'Said.\n{"kept":2}' }, ['/text/json/kept']],
])('%s: what is found of it', (_, now, found) => {
  expect(differencesOf(before, now).map(({ at }) => at)).toEqual(found);
});

test('words that were never said cannot be excused', () => {
  expect(inWordsOfNow(before, [{ was: 'Said', is: 'Says', because: 'it does' }])).toMatchObject({
    text: 'Says.\n{"kept":1}',
  });
  expect(() => inWordsOfNow(before, [{ was: 'Never', is: 'Ever', because: 'it was not' }])).toThrow('never said');
});

test('a difference that is intended is left out, and an intention without one cannot stay', () => {
  const found = differencesOf(before, { ...before, id: 'b', list: [1] });
  const intended = { at: /^\/id$/, because: 'it is another' };
  expect(unintended(found, [intended]).map(({ at }) => at)).toEqual(['/list/length', '/list/1']);
  expect(() => unintended([], [intended])).toThrow('makes no difference');
});
