import { z } from 'zod';
import { nanosOfUsd, nanosSchema, usdOfNanos } from './money';
import { type Payload, payloadInside, payloadOnLog, payloadSchema } from './payload';

/**
 * Inside, names are camelCase and money is nano-dollars; on the wire names are snake_case and money is dollars (spec/api.md).
 * Both forms come from one zod schema: the contract's. JSON that belongs to the caller (`context`, `action`, `payload`) is
 * `unknown` in the schema and passes as it is.
 */

// Fields whose wire name does not follow from the rule.
const wireNames = z.registry<{ readonly wireName: string }>();

/** The same schema for a field that the reference system spells in its own way. */
export function named<T extends z.ZodType>(wireNameOfField: string, schema: T): T {
  const own = schema.clone();
  wireNames.add(own, { wireName: wireNameOfField });
  return own;
}

/** The wire name of a camelCase name: `expiresAtMs` becomes `expires_at_ms`, `costNanos` becomes `cost_usd`. */
export function wireName(name: string): string {
  return name.replace(/Nanos$/, 'Usd').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type Field = readonly [name: string, wire: string, field: z.ZodType];

const fields = new WeakMap<z.ZodObject, readonly Field[]>();

function fieldsOf(schema: z.ZodObject): readonly Field[] {
  const known = fields.get(schema);
  if (known !== undefined) return known;
  const found = Object.entries(schema.shape).map(([name, field]): Field => {
    const type = field as z.ZodType;
    return [name, wireNames.get(type)?.wireName ?? wireName(name), type];
  });
  fields.set(schema, found);
  return found;
}

const usdSchema = z.number().min(0).max(usdOfNanos(Number.MAX_SAFE_INTEGER));

const derived = new WeakMap<z.ZodType, z.ZodType>();

/** The same schema in the wire's form. Refinements of an object as a whole are not carried over. */
export function toWireSchema(schema: z.ZodType): z.ZodType {
  const known = derived.get(schema);
  if (known !== undefined) return known;
  const wire = deriveWireSchema(schema);
  derived.set(schema, wire);
  return wire;
}

function deriveWireSchema(schema: z.ZodType): z.ZodType {
  if (schema === nanosSchema) return usdSchema;
  if (schema instanceof z.ZodObject) {
    const shape = Object.fromEntries(fieldsOf(schema).map(([, wire, field]) => [wire, toWireSchema(field)]));
    if (schema.def.catchall instanceof z.ZodNever) return z.strictObject(shape);
    return isLoose(schema) ? z.looseObject(shape) : z.object(shape);
  }
  if (schema instanceof z.ZodArray) return z.array(toWireSchema(schema.element as z.ZodType));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), toWireSchema(schema.valueType as z.ZodType));
  if (schema instanceof z.ZodExactOptional) return toWireSchema(schema.unwrap() as z.ZodType).exactOptional();
  if (schema instanceof z.ZodOptional) return toWireSchema(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodNullable) return toWireSchema(schema.unwrap() as z.ZodType).nullable();
  return schema;
}

function isLoose(schema: z.ZodObject): boolean {
  return schema.def.catchall instanceof z.ZodUnknown;
}

/** A value of the schema in the wire's form; fields that a schema does not name are left out, unless it is a loose one. */
export function encodeWire(schema: z.ZodType, value: unknown): unknown {
  return convert(schema, value, toWire);
}

/** A value that the wire schema has parsed, in the form that is used inside. */
export function decodeWire(schema: z.ZodType, value: unknown): unknown {
  return convert(schema, value, fromWire);
}

/**
 * The same JSON with each known field that is spelt in camelCase renamed to its wire name, where the wire name is not there
 * as well: the reference's clients send both.
 */
export function acceptCamelCase(schema: z.ZodType, value: unknown): unknown {
  return convert(schema, value, camelToWire);
}

type Direction = {
  readonly from: (name: string, wire: string, source: Readonly<Record<string, unknown>>) => string;
  readonly to: (name: string, wire: string) => string;
  readonly money: (value: number) => number;
  readonly payload: (value: Payload) => Payload;
};

const same = <T>(value: T) => value;
const toWire: Direction = { from: (name) => name, to: (_name, wire) => wire, money: usdOfNanos, payload: payloadOnLog };
const fromWire: Direction = {
  from: (_name, wire) => wire,
  to: (name) => name,
  money: nanosOfUsd,
  payload: payloadInside,
};
const camelToWire: Direction = {
  from: (name, wire, source) => (source[wire] === undefined ? name.replace(/Nanos$/, 'Usd') : wire),
  to: (_name, wire) => wire,
  money: same,
  payload: same,
};

/** Copies a value, field by field of its schema. What does not have the schema's form is left for validation to refuse. */
function convert(schema: z.ZodType, value: unknown, direction: Direction): unknown {
  if (value === undefined || value === null) return value;
  if (schema === nanosSchema) return typeof value === 'number' ? direction.money(value) : value;
  if (schema instanceof z.ZodObject) {
    if (typeof value !== 'object' || Array.isArray(value)) return value;
    return convertObject(schema, value as Readonly<Record<string, unknown>>, direction);
  }
  if (schema instanceof z.ZodArray) {
    const element = schema.element as z.ZodType;
    return Array.isArray(value) ? value.map((item) => convert(element, item, direction)) : value;
  }
  if (schema instanceof z.ZodRecord) {
    if (typeof value !== 'object') return value;
    if (schema === payloadSchema) return direction.payload(value as Payload);
    const valueType = schema.valueType as z.ZodType;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(valueType, item, direction)]));
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodNullable) {
    return convert(schema.unwrap() as z.ZodType, value, direction);
  }
  return value;
}

function convertObject(
  schema: z.ZodObject,
  source: Readonly<Record<string, unknown>>,
  direction: Direction,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const taken = new Set<string>();
  for (const [name, wire, field] of fieldsOf(schema)) {
    const from = direction.from(name, wire, source);
    taken.add(from);
    if (source[from] !== undefined) copy[direction.to(name, wire)] = convert(field, source[from], direction);
  }
  // What the schema does not name is kept where it is loose, and where the schema is yet to look at it.
  if (isLoose(schema) || direction === camelToWire) {
    for (const [key, item] of Object.entries(source))
      if (!taken.has(key) && !Object.hasOwn(copy, key)) copy[key] = item;
  }
  return copy;
}
