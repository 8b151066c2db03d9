import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countChange, countLines, linesOfRuns, mostEditsIn, runsOfChange } from '../../shared/act/line-diff';

const text = fc.array(fc.constantFrom('', 'a', 'b', 'c', 'a\r'), { maxLength: 40 }).map((lines) => lines.join('\n'));
const replacement = fc.record({ before: text, after: text });

/** Every line that stays in a text, or comes there, in its order. */
const sideOf = (lines: readonly { readonly text: string }[]) => lines.map((line) => line.text);

describe('what becomes of the lines of a text', () => {
  test('is all of both texts, in order, with the number of each line, however few edits are looked for', () => {
    fc.assert(
      fc.property(replacement, fc.nat(40), (given, mostEdits) => {
        const lines = [...linesOfRuns(runsOfChange(given, mostEdits))];
        const before = lines.filter(({ kind }) => kind !== 'added');
        const after = lines.filter(({ kind }) => kind !== 'removed');
        expect(before.map((line) => line.before)).toEqual(before.map((_, index) => index + 1));
        expect(after.map((line) => line.after)).toEqual(after.map((_, index) => index + 1));
        const doBothEnd = [given.before, given.after].every((each) => each === '' || each.endsWith('\n'));
        const linesOf = (each: string) => (each === '' ? [] : (doBothEnd ? each.slice(0, -1) : each).split('\n'));
        const isDos = [given.before, given.after].flatMap(linesOf).every((line) => line.endsWith('\r'));
        const said = (each: string) => linesOf(each).map((line) => (isDos ? line.slice(0, -1) : line));
        expect(sideOf(before)).toEqual(said(given.before));
        expect(sideOf(after)).toEqual(said(given.after));
      }),
    );
  });

  test('is counted as it is drawn', () => {
    fc.assert(
      fc.property(replacement, fc.nat(40), (given, mostEdits) => {
        const lines = [...linesOfRuns(runsOfChange(given, mostEdits))];
        const count = (wanted: string) => lines.filter(({ kind }) => kind === wanted).length;
        expect(countChange(given, mostEdits)).toEqual({ added: count('added'), removed: count('removed') });
      }),
    );
  });

  test.each([
    ['', 0],
    ['a', 1],
    ['a\n', 1],
    ['\n', 1],
    ['a\nb', 2],
    ['a\n\n', 2],
  ])('%j has so many lines: %i', (given, count) => {
    expect(countLines(given)).toBe(count);
  });
});

test('all texts of an act together are compared in as many steps as one, however many and long they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 0, max: 300 }), (count, length) => {
      const all = Array.from({ length: count }, () => ({ before: 'a\n'.repeat(length), after: 'b\n'.repeat(length) }));
      const mostEdits = mostEditsIn(all);
      // Edits of each squared are the steps that looking for them takes; each may walk all lines besides.
      expect(count * mostEdits ** 2).toBeLessThanOrEqual(500 ** 2);
      expect(mostEdits * 2 * length * count).toBeLessThanOrEqual(4_000_000);
    }),
    { numRuns: 50 },
  );
  expect(mostEditsIn([{ before: 'a', after: 'b' }])).toBe(500);
});
