import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countedChain, MOST_CHAINS, onlyLeavesOut, readChain, withChain } from '../../../electron/nouns/lineage/rules';

const chain = fc.uniqueArray(fc.constantFrom('p', 'q', 'r', 's'), { maxLength: 4 });

type Chains = readonly { readonly ancestorIds: readonly string[] }[];

const idsOf = (chains: Chains) => chains.map(({ ancestorIds }) => [...ancestorIds]);

/** What is kept after these statements, one after the other; one too many is refused and changes nothing. */
function keptAfter(statements: readonly (readonly string[])[]): Chains {
  const none: Chains = [];
  return statements.reduce((kept, ancestorIds) => withChain(kept, { ancestorIds }) ?? kept, none);
}

test.each<[string, readonly string[], readonly string[]]>([
  ['blanks are dropped and ids trimmed', ['', ' p ', '\t', 'q'], ['p', 'q']],
  ['an id is in it once, where it is oldest', ['p', 'q', 'p'], ['p', 'q']],
  ['the agent itself is not', ['p', 'me', ' me ', 'q'], ['p', 'q']],
  ['of itself alone nothing is left', ['me'], []],
])('[3] in a stated chain %s', (_name, stated, counted) => {
  expect(countedChain('me', stated)).toEqual(counted);
});

describe('[3] stating a chain', () => {
  test.each<[string, readonly (readonly string[])[], readonly (readonly string[])[]]>([
    ['the first is kept', [['p']], [['p']]],
    ['none says nothing', [['p'], []], [['p']]],
    ['one that leaves ancestors out says nothing', [['p', 'q', 'r'], ['q'], ['p', 'r']], [['p', 'q', 'r']]],
    ['one that names more takes the place of what it has whole', [['q'], ['p', 'q']], [['p', 'q']]],
    ['one that names others is a further one', [['p'], ['q']], [['p'], ['q']]],
    [
      'another order is another',
      [
        ['p', 'q'],
        ['q', 'p'],
      ],
      [
        ['p', 'q'],
        ['q', 'p'],
      ],
    ],
    ['the longest comes first', [['p'], ['q', 'r']], [['q', 'r'], ['p']]],
  ])('%s', (_name, statements, kept) => {
    expect(idsOf(keptAfter(statements))).toEqual(kept);
  });

  test('of as many as are kept none is forgotten: one more is not taken, what is known or says more still is', () => {
    const kept = keptAfter(Array.from({ length: MOST_CHAINS }, (_, index) => [`parent-${index}`]));
    expect(kept).toHaveLength(MOST_CHAINS);
    expect(withChain(kept, { ancestorIds: ['another'] })).toBeUndefined();
    expect(withChain(kept, { ancestorIds: ['parent-3'] })).toBe(kept);
    expect(withChain(kept, { ancestorIds: ['root', 'parent-3'] })).toHaveLength(MOST_CHAINS);
  });

  test('no statement ever sheds an ancestor, makes an agent less deep, or lets one be read as fewer [3.lineage-kept]', () => {
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 12 }), chain, (statements, next) => {
        const before = keptAfter(statements);
        const after = withChain(before, { ancestorIds: next }) ?? before;
        for (const { ancestorIds } of before) {
          expect(after.some((kept) => onlyLeavesOut(ancestorIds, kept.ancestorIds))).toBe(true);
        }
        expect(after[0]?.ancestorIds.length ?? 0).toBeGreaterThanOrEqual(before[0]?.ancestorIds.length ?? 0);
        // Whatever part of what was stated is stated later, all of it pays.
        const stated = idsOf(after);
        for (const one of stated) {
          for (const left of one) {
            const read = readChain(stated, [left]);
            expect(stated).toContainEqual(read);
            expect(read).toContain(left);
          }
        }
        expect(readChain(stated, [])).toEqual(stated[0] ?? []);
      }),
    );
  });

  test('the order of statements does not decide what is kept, but for what of equal length comes first', () => {
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 8 }), fc.array(fc.nat(1_000), { minLength: 8 }), (statements, order) => {
        const shuffled = statements
          .map((one, index) => [one, order[index] ?? 0] as const)
          .toSorted(([, one], [, other]) => one - other)
          .map(([one]) => one);
        const sorted = (chains: Chains) => idsOf(chains).map(String).toSorted();
        expect(sorted(keptAfter(shuffled))).toEqual(sorted(keptAfter(statements)));
      }),
    );
  });

  test('nothing that is kept says less than another', () => {
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 12 }), (statements) => {
        const kept = idsOf(keptAfter(statements));
        for (const [index, one] of kept.entries()) {
          const others = kept.filter((_, place) => place !== index);
          expect(others.some((other) => onlyLeavesOut(one, other))).toBe(false);
        }
      }),
    );
  });
});
