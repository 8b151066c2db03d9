import { z } from 'zod';
import type { JsonObject } from './fields';
import { nanosOfUsd, usdOfNanos } from './money';
import { nanosSchema } from './nanos';

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

/** A field of an object, with its name inside and on the wire. */
export type Field = readonly [name: string, wire: string, field: z.ZodType];

const fields = new WeakMap<z.ZodObject, readonly Field[]>();

const spellings = new WeakMap<z.ZodObject, ReadonlySet<string>>();

/** Every name that a field of the schema has in any form; all other names are none of the schema's. */
function spellingsOf(schema: z.ZodObject): ReadonlySet<string> {
  const known = spellings.get(schema);
  if (known !== undefined) return known;
  const found = new Set(fieldsOf(schema).flatMap(([name, wire]) => [name, wire, camelOnWire(name)]));
  spellings.set(schema, found);
  return found;
}

/** A field's name as a client spells it that writes camelCase: money is in dollars there as well. */
function camelOnWire(name: string): string {
  return name.replace(/Nanos$/, 'Usd');
}

/** The fields of an object, in the order of its schema. */
export function fieldsOf(schema: z.ZodObject): readonly Field[] {
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

/**
 * The same schema in the wire's form: it accepts exactly what the schema itself accepts once it is decoded, bounds and rules of a
 * value as a whole included. Throws for a kind of schema whose names it could not change.
 */
export function toWireSchema(schema: z.ZodType): z.ZodType {
  const known = derived.get(schema);
  if (known !== undefined) return known;
  const wire = deriveWireSchema(schema);
  derived.set(schema, wire);
  return wire;
}

// Cloned with other parts, so that whatever else a schema says of its value still holds.
function deriveWireSchema(schema: z.ZodType): z.ZodType {
  if (schema === nanosSchema) return usdSchema;
  if (schema instanceof z.ZodObject) {
    const shape = Object.fromEntries(fieldsOf(schema).map(([, wire, field]) => [wire, toWireSchema(field)]));
    return withOwnRules(schema, schema.clone({ ...schema.def, shape, checks: boundsOf(schema) }));
  }
  if (schema instanceof z.ZodArray) {
    const element = toWireSchema(schema.element as z.ZodType);
    return withOwnRules(schema, new PatientArray({ ...schema.def, element, checks: boundsOf(schema) }));
  }
  if (schema instanceof z.ZodRecord) {
    const valueType = toWireSchema(schema.valueType as z.ZodType);
    return withOwnRules(schema, new PatientRecord({ ...schema.def, valueType, checks: boundsOf(schema) }));
  }
  if (schema instanceof z.ZodExactOptional) return toWireSchema(schema.unwrap() as z.ZodType).exactOptional();
  if (schema instanceof z.ZodOptional) return toWireSchema(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodNullable) return toWireSchema(schema.unwrap() as z.ZodType).nullable();
  if (!isSameOnWire(schema)) throw new Error(`a schema of the kind ${schema.def.type} has no form for the wire`);
  return schema;
}

/** Issues after which no further item of a list is looked at; more than an answer lists (spec/api.md section 1). */
const MOST_ISSUES_OF_A_LIST = 25;

/**
 * A list that stops looking at its items where enough of it is wrong: zod's own makes issues of all of them, which for twenty
 * thousand wrong items takes far longer than to read them, though an answer lists twenty.
 */
const PatientArray = z.core.$constructor<z.ZodArray, z.core.$ZodArrayDef>('PatientArray', (inst, def) => {
  z.ZodArray.init(inst, def);
  const { parse } = inst._zod;
  inst._zod.parse = (payload, context) => {
    const items: unknown = payload.value;
    const most = inst._zod.bag['maximum'];
    if (!Array.isArray(items) || (typeof most === 'number' && items.length > most)) return parse(payload, context);
    const values: unknown[] = [];
    for (const [index, item] of items.entries()) {
      const result = def.element._zod.run({ value: item, issues: [] }, context);
      if (result instanceof Promise) throw new z.core.$ZodAsyncError();
      payload.issues.push(...z.core.util.prefixIssues(index, result.issues));
      if (payload.issues.length >= MOST_ISSUES_OF_A_LIST) break;
      values.push(result.value);
    }
    payload.value = values;
    return payload;
  };
});

/** Entries of a record that are looked at before it is asked whether enough of it is wrong. */
const ENTRIES_AT_A_TIME = 100;

/** As PatientArray, a record. */
const PatientRecord = z.core.$constructor<z.ZodRecord, z.core.$ZodRecordDef>('PatientRecord', (inst, def) => {
  z.ZodRecord.init(inst, def);
  const { parse } = inst._zod;
  inst._zod.parse = (payload, context) => {
    const given: unknown = payload.value;
    if (typeof given !== 'object' || given === null) return parse(payload, context);
    const names = Object.keys(given);
    if (Array.isArray(given) || names.length <= ENTRIES_AT_A_TIME) return parse(payload, context);
    const values = {};
    for (let at = 0; at < names.length && payload.issues.length < MOST_ISSUES_OF_A_LIST; at += ENTRIES_AT_A_TIME) {
      const some = names.slice(at, at + ENTRIES_AT_A_TIME).map((name) => [name, Reflect.get(given, name)] as const);
      const result = parse({ value: Object.fromEntries(some), issues: [] }, context);
      if (result instanceof Promise) throw new z.core.$ZodAsyncError();
      payload.issues.push(...result.issues);
      Object.assign(values, result.value);
    }
    payload.value = values;
    return payload;
  };
});

type Check = NonNullable<z.ZodType['def']['checks']>[number];

function isOwnRule(check: Check): boolean {
  return check._zod.def.check === 'custom';
}

/** The checks that hold for either form, such as how many items there are. */
function boundsOf(schema: z.ZodType): Check[] {
  return (schema.def.checks ?? []).filter((check) => !isOwnRule(check));
}

/** Rules of a value as a whole are written with our names, so they are asked of the decoded value. */
function withOwnRules(schema: z.ZodType, wire: z.ZodType): z.ZodType {
  if (!(schema.def.checks ?? []).some(isOwnRule)) return wire;
  return wire.check((context) => {
    const held = schema.safeParse(decodeWire(schema, context.value));
    for (const { message, path } of held.error?.issues ?? []) {
      context.issues.push({ code: 'custom', message, path: wirePath(schema, path), input: context.value });
    }
  });
}

/** Where a place inside is found on the wire. */
function wirePath(schema: z.ZodType, [key, ...rest]: readonly PropertyKey[]): PropertyKey[] {
  if (key === undefined) return [];
  if (schema instanceof z.ZodObject) {
    const field = fieldsOf(schema).find(([name]) => name === key);
    return field === undefined ? [key, ...rest] : [field[1], ...wirePath(field[2], rest)];
  }
  if (schema instanceof z.ZodArray) return [key, ...wirePath(schema.element as z.ZodType, rest)];
  if (schema instanceof z.ZodRecord) return [key, ...wirePath(schema.valueType as z.ZodType, rest)];
  if (isWrapper(schema)) return wirePath(schema.unwrap() as z.ZodType, [key, ...rest]);
  return [key, ...rest];
}

function isWrapper(schema: z.ZodType): schema is z.ZodOptional | z.ZodExactOptional | z.ZodNullable {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodNullable;
}

// Of these a value is the same in both forms.
const plainKinds: ReadonlySet<string> = new Set(
  'string number int boolean enum literal unknown any null never'.split(' '),
);

function isSameOnWire(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodUnion) return (schema.options as readonly z.ZodType[]).every(isSameOnWire);
  if (isWrapper(schema)) return isSameOnWire(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return isSameOnWire(schema.element as z.ZodType);
  if (schema instanceof z.ZodObject)
    return fieldsOf(schema).every(([name, wire, field]) => name === wire && isSameOnWire(field));
  return schema !== nanosSchema && plainKinds.has(schema.def.type);
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
  readonly from: (name: string, wire: string, source: JsonObject) => string;
  readonly to: (name: string, wire: string) => string;
  readonly money: (value: number) => number;
};

const toWire: Direction = { from: (name) => name, to: (_name, wire) => wire, money: usdOfNanos };
const fromWire: Direction = { from: (_name, wire) => wire, to: (name) => name, money: nanosOfUsd };
const camelToWire: Direction = {
  from: (name, wire, source) => (source[wire] === undefined ? camelOnWire(name) : wire),
  to: (_name, wire) => wire,
  money: (value) => value,
};

/** Copies a value, field by field of its schema. What does not have the schema's form is left for validation to refuse. */
function convert(schema: z.ZodType, value: unknown, direction: Direction): unknown {
  if (value === undefined || value === null) return value;
  if (schema === nanosSchema) return typeof value === 'number' ? direction.money(value) : value;
  // Most are: asked first, because `instanceof` of a schema takes many times as long.
  if (plainKinds.has(schema.def.type)) return value;
  if (schema instanceof z.ZodObject) {
    if (typeof value !== 'object' || Array.isArray(value)) return value;
    return convertObject(schema, value as JsonObject, direction);
  }
  if (schema instanceof z.ZodArray) {
    const element = schema.element as z.ZodType;
    return Array.isArray(value) ? value.map((item) => convert(element, item, direction)) : value;
  }
  if (schema instanceof z.ZodRecord) {
    if (typeof value !== 'object') return value;
    const valueType = schema.valueType as z.ZodType;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(valueType, item, direction)]));
  }
  return isWrapper(schema) ? convert(schema.unwrap() as z.ZodType, value, direction) : value;
}

function convertObject(schema: z.ZodObject, source: JsonObject, direction: Direction): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const taken = new Set<string>();
  for (const [name, wire, field] of fieldsOf(schema)) {
    const from = direction.from(name, wire, source);
    taken.add(from);
    if (source[from] !== undefined) copy[direction.to(name, wire)] = convert(field, source[from], direction);
  }
  // What the schema does not name is kept where it is loose, and where the schema is yet to look at it. What has only our name of
  // a field on the wire was never looked at, so it does not become that field.
  if (isLoose(schema) || direction === camelToWire) {
    const known = spellingsOf(schema);
    const isDone = (key: string) =>
      taken.has(key) || Object.hasOwn(copy, key) || (direction === fromWire && Object.hasOwn(schema.shape, key));
    // There may be twenty thousand: no list of them is made, and one look tells that the schema has no such name.
    for (const key in source) if (!known.has(key) || !isDone(key)) copy[key] = source[key];
  }
  return copy;
}
