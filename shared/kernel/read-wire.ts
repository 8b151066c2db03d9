import { z } from 'zod';
import type { Issue } from './errors';
import { isJsonObject, type JsonObject } from './fields';
import { decodeWire, toWireSchema } from './wire';

/** A JSON value at its place in a file. */
export type Unknown = { readonly path: string; readonly value: unknown };

/** What reading found wrong, and what it did not know; all of it is added to while a file is read. */
export type Reading = {
  readonly issues: Issue[];
  readonly unknown: Unknown[];
  /** Problems beyond those that are listed. */
  unlistedIssues: number;
};

/** Problems of a file that are listed; whoever wrote it knows by then, and a long list would hold up everybody. */
const MOST_ISSUES = 300;

/** Nothing read yet. */
export function newReading(): Reading {
  return { issues: [], unknown: [], unlistedIssues: 0 };
}

/** Notes a problem; beyond some hundred they are only counted. */
export function addIssue(reading: Reading, path: readonly PropertyKey[], message: string): void {
  if (reading.issues.length < MOST_ISSUES) reading.issues.push({ path: jsonPath(path), message });
  else reading.unlistedIssues += 1;
}

/** The problems that are listed, and how many more there were; none where all is well. */
export function listedIssues({ issues, unlistedIssues }: Reading): readonly Issue[] {
  return unlistedIssues === 0 ? issues : [...issues, { path: '$', message: `has ${unlistedIssues} more problems` }];
}

/** A place in a JSON document: `$.records["a.b"].grants[0]`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    return /^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, '$');
}

/**
 * A value of the schema, read from its wire form in a file that others wrote: null stands for an absent optional field, fields
 * that the schema does not know are set aside, and every problem is noted with its place. Undefined when there is one.
 */
export function readWire<T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: readonly PropertyKey[],
  reading: Reading,
): z.output<T> | undefined {
  const wire = toWireSchema(schema);
  const parsed = wire.safeParse(known(wire, value, path, reading.unknown));
  if (parsed.success) return decodeWire(schema, parsed.data) as z.output<T>;
  for (const issue of parsed.error.issues) {
    addIssue(reading, [...path, ...issue.path], issue.message);
  }
  return undefined;
}

function known(schema: z.ZodType, value: unknown, path: readonly PropertyKey[], unknown: Unknown[]): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodNullable) {
    return value === null ? value : known(schema.unwrap() as z.ZodType, value, path, unknown);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item, index) => known(schema.element as z.ZodType, item, [...path, index], unknown));
  }
  if (schema instanceof z.ZodRecord && isJsonObject(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, known(schema.valueType as z.ZodType, item, [...path, key], unknown)]),
    );
  }
  if (schema instanceof z.ZodObject && isJsonObject(value)) return knownFields(schema, value, path, unknown);
  return value;
}

function knownFields(
  schema: z.ZodObject,
  value: JsonObject,
  path: readonly PropertyKey[],
  unknown: Unknown[],
): Record<string, unknown> {
  const isLoose = schema.def.catchall instanceof z.ZodUnknown;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const field = Object.hasOwn(schema.shape, key) ? (schema.shape[key] as z.ZodType) : undefined;
    const place = [...path, key];
    if (field === undefined) {
      if (isLoose) copy[key] = item;
      else unknown.push({ path: jsonPath(place), value: item });
    } else if (item !== null || !isAbsentWhenNull(field)) copy[key] = known(field, item, place, unknown);
  }
  return copy;
}

function isAbsentWhenNull(field: z.ZodType): boolean {
  if (!(field instanceof z.ZodOptional || field instanceof z.ZodExactOptional)) return false;
  const inner = field.unwrap() as z.ZodType;
  return !(inner instanceof z.ZodNullable) && !(inner instanceof z.ZodUnknown);
}
