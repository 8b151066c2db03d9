import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ContractName, contract, contractEntry } from '../../shared/contract/contract';
import { acceptCamelCase, decodeWire, encodeWire, toWireSchema, wireName } from '../../shared/kernel/wire';
import { anyValue } from '../support/any-value';
import { fuzzRounds } from '../support/fuzz-rounds';

const ROUNDS = fuzzRounds(60);

const schema = z.strictObject({
  runId: z.string(),
  expiresAtMs: z.int().exactOptional(),
  targetResource: z.object({ someId: z.string().nullable() }),
  allItems: z.array(z.object({ itemId: z.string() })),
  anyContext: z.unknown(),
});

const inside = {
  runId: 'r',
  targetResource: { someId: null },
  allItems: [{ itemId: 'a' }],
  anyContext: { keepThisName: { andThis: 1 } },
};
const onWire = {
  run_id: 'r',
  target_resource: { some_id: null },
  all_items: [{ item_id: 'a' }],
  any_context: { keepThisName: { andThis: 1 } },
};

test('names change between inside and the wire, at every depth, and callers’ own JSON does not', () => {
  expect(encodeWire(schema, inside)).toEqual(onWire);
  expect(decodeWire(schema, toWireSchema(schema).parse(onWire))).toEqual(inside);
  expect(wireName('expiresAtMs')).toBe('expires_at_ms');
});

test('the wire schema says where something is wrong by the wire’s names, and stays strict', () => {
  const wrong = toWireSchema(schema).safeParse({ ...onWire, run_id: 5, runId: 'r', expires_at_ms: undefined });
  expect(wrong.success).toBe(false);
  expect(wrong.error?.issues.map(({ path, code }) => [path.join('.'), code])).toEqual([
    ['run_id', 'invalid_type'],
    ['expires_at_ms', 'invalid_type'],
    ['', 'unrecognized_keys'],
  ]);
});

test('a field that the schema does not name never reaches the wire', () => {
  expect(encodeWire(schema, { ...inside, secretHash: 'x' })).toEqual(onWire);
});

test('bounds and rules hold on the wire as they do inside: of lists, of records and their names, of an object as a whole', () => {
  const bounded = z.strictObject({
    someIds: z.array(z.string()).min(1).max(2),
    byName: z.record(z.string().max(3), z.array(z.object({ itemId: z.string() })).max(1)),
    onePair: z
      .strictObject({ fromMs: z.int(), toMs: z.int() })
      .refine(({ fromMs, toMs }) => fromMs < toMs, { message: 'must end after it begins', path: ['toMs'] })
      .exactOptional(),
  });
  const problems = (given: object) =>
    toWireSchema(bounded)
      .safeParse({ some_ids: ['a'], by_name: {}, ...given })
      .error?.issues.map(({ path }) => path.join('.'));
  expect(problems({})).toBeUndefined();
  expect(problems({ some_ids: [] })).toEqual(['some_ids']);
  expect(problems({ some_ids: ['a', 'b', 'c'] })).toEqual(['some_ids']);
  expect(problems({ by_name: { abc: [{ item_id: 'x' }] } })).toBeUndefined();
  expect(problems({ by_name: { abcd: [] } })).toEqual(['by_name.abcd']);
  expect(problems({ by_name: { abc: [{ item_id: 'x' }, { item_id: 'y' }] } })).toEqual(['by_name.abc']);
  expect(problems({ one_pair: { from_ms: 1, to_ms: 2 } })).toBeUndefined();
  expect(problems({ one_pair: { from_ms: 2, to_ms: 1 } })).toEqual(['one_pair.to_ms']);
});

test('a kind of schema whose names could not be changed is not let through as it is', () => {
  const hidden = z.object({ someId: z.string() });
  for (const schema of [z.tuple([hidden]), z.union([hidden, z.string()]), z.lazy(() => hidden), hidden.readonly()]) {
    expect(() => toWireSchema(z.object({ field: schema }))).toThrow('no form for the wire');
  }
});

test('what has our name of a field on the wire does not become that field unseen', () => {
  const loose = z.looseObject({ someId: z.string().exactOptional() });
  const wire = toWireSchema(loose).parse({ someId: 5, other: 1 });
  expect(decodeWire(loose, wire)).toEqual({ other: 1 });
});

const inputs = (Object.keys(contract) as ContractName[]).map((name) => [name, contractEntry(name).input] as const);

test.each(inputs)('what the wire accepts of %s is accepted inside, in either spelling', (_name, input) => {
  const wire = toWireSchema(input);
  // From the schema inside as well: its bounds are the ones to try, whatever has become of them on the wire.
  const encoded = anyValue(input).map((given) => encodeWire(input, given));
  let acceptedCount = 0;
  const law = fc.property(fc.oneof(anyValue(wire), encoded), fc.boolean(), (given, isSpeltEither) => {
    const parsed = wire.safeParse(isSpeltEither ? acceptCamelCase(input, given) : given);
    if (!parsed.success) return;
    acceptedCount += 1;
    const inside = input.safeParse(decodeWire(input, parsed.data));
    expect(inside.error?.issues).toBeUndefined();
  });
  // Of an input with many bounds few are accepted: as many rounds more, until one is.
  for (let tries = 0; tries < 20; tries += 1) {
    fc.assert(law, { numRuns: ROUNDS });
    if (acceptedCount > 0) break;
  }
  expect(acceptedCount).toBeGreaterThan(0);
});

test.each(inputs)('what is accepted inside of %s is accepted on the wire', (_name, input) => {
  fc.assert(
    fc.property(anyValue(input), (given) => {
      const parsed = input.safeParse(given);
      if (!parsed.success) return;
      // Some inputs are texts on the wire only, and become numbers inside.
      const wire = toWireSchema(input).safeParse(encodeWire(input, parsed.data));
      expect(wire.error?.issues).toBeUndefined();
    }),
    { numRuns: ROUNDS },
  );
});
