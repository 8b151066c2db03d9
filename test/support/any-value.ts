import fc from 'fast-check';
import { z } from 'zod';

type Check = NonNullable<z.ZodType['def']['checks']>[number];

/** A bound of a schema: `maximum` of a `max_length` check, for example. */
function boundOf(schema: z.ZodType, kind: string, name: string): number | undefined {
  const check = (schema.def.checks ?? []).find((one: Check) => one._zod.def.check === kind);
  const bound = (check?._zod.def as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof bound === 'number' ? bound : undefined;
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', ' ', 'a', ' padded ', '\0', '\ud800', 'runs', '__proto__', 'agentId', 'x'.repeat(101)),
);

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, 0, 1, -1, 1.5, 2 ** 53, 1e300, [], {}, { agentId: 5 }, 'x', true),
);

/** A text around the bounds of its schema. */
function anyText(schema: z.ZodType): fc.Arbitrary<unknown> {
  const longest = boundOf(schema, 'max_length', 'maximum');
  const edges = longest === undefined ? [] : [longest, longest + 1];
  return fc.oneof(texts, ...edges.map((length) => fc.constant('x'.repeat(length))));
}

/** A list around the bounds of its schema; a long one repeats one item. */
function anyList(schema: z.ZodArray, depth: number): fc.Arbitrary<unknown> {
  const item = anyValue(schema.element as z.ZodType, depth + 1);
  const longest = boundOf(schema, 'max_length', 'maximum');
  const edges = longest === undefined ? [] : [longest, longest + 1];
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(item, { maxLength: 3 }) },
    ...edges.map((length) => ({ weight: 1, arbitrary: item.map((one) => Array.from({ length }, () => one)) })),
  );
}

function anyObject(schema: z.ZodObject, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.shape);
  const isOptional = ([, field]: readonly [string, z.ZodType]) => field.safeParse(undefined).success || isExact(field);
  const shape = Object.fromEntries(fields.map(([name, field]) => [name, anyValue(field, depth + 1)]));
  const required = fields.filter((field) => !isOptional(field)).map(([name]) => name);
  const whole = fc.record(shape, { requiredKeys: required });
  const optional = Object.keys(shape).filter((name) => !required.includes(name));
  // Some objects must have one field alone.
  const withOne = fc
    .tuple(whole, fc.constantFrom(undefined, ...optional))
    .map(([value, kept]) =>
      Object.fromEntries(Object.entries(value).filter(([name]) => name === kept || required.includes(name))),
    );
  const known: fc.Arbitrary<object> = fc.oneof({ weight: 2, arbitrary: whole }, { weight: 1, arbitrary: withOne });
  // Names of our own among them: what is loose must not take them for its fields.
  const unknown = fc.dictionary(
    fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom('agentId', 'displayName', 'nodeId', 'allowedServers', 'createdAtMs'),
    ),
    anything,
    { maxKeys: 2 },
  );
  return fc.oneof(
    { weight: 3, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(unknown, known).map(([more, own]) => ({ ...more, ...own })) },
  );
}

function isExact(field: z.ZodType): boolean {
  return field instanceof z.ZodExactOptional;
}

function anyNumber(schema: z.ZodType): fc.Arbitrary<unknown> {
  const most = boundOf(schema, 'less_than', 'value');
  const least = boundOf(schema, 'greater_than', 'value');
  const edges = [most, least].flatMap((bound) =>
    bound === undefined ? [] : [bound, bound + 1, bound - 1, bound * (1 - 2 ** -52)],
  );
  const [min, max] = [least ?? 0, Math.min(most ?? 1_000, Number.MAX_SAFE_INTEGER)];
  const isWhole = !schema.safeParse(min + 0.5).success;
  return fc.oneof(
    { weight: 12, arbitrary: isWhole ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 2, arbitrary: fc.constantFrom(0, -0, 0.5, 1e-9, 2 ** 53, 2 ** 53 - 1, 9_007_199.254_740_99, ...edges) },
  );
}

/**
 * JSON that mostly has the form of a schema, at its bounds and one beyond them: what it accepts and what it only just does not.
 * Deep down, and now and then anywhere, it is any JSON.
 */
export function anyValue(schema: z.ZodType, depth = 0): fc.Arbitrary<unknown> {
  const fitting = anyFitting(schema, depth);
  return depth === 0 ? fitting : fc.oneof({ weight: 30, arbitrary: fitting }, { weight: 1, arbitrary: anything });
}

function anyFitting(schema: z.ZodType, depth: number): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodObject) return anyObject(schema, depth);
  if (schema instanceof z.ZodArray) return anyList(schema, depth);
  if (schema instanceof z.ZodRecord) {
    const name = anyText(schema.keyType as z.ZodType) as fc.Arbitrary<string>;
    return fc.dictionary(name, anyValue(schema.valueType as z.ZodType, depth + 1), { maxKeys: 3 });
  }
  if (schema instanceof z.ZodNullable) {
    return fc.oneof(anyFitting(schema.unwrap() as z.ZodType, depth), fc.constant(null));
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) {
    return anyFitting(schema.unwrap() as z.ZodType, depth);
  }
  if (schema instanceof z.ZodUnion) {
    return fc.oneof(...(schema.options as readonly z.ZodType[]).map((option) => anyFitting(option, depth)));
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodString) return anyText(schema);
  if (schema instanceof z.ZodNumber) return anyNumber(schema);
  return anything;
}
