import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeWire, encodeWire, toWireSchema, wireName } from '../../shared/wire';

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
