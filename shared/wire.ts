import { z } from 'zod';

/**
 * Inside, names are camelCase; on the wire they are snake_case (spec/api.md). Both forms come from one zod schema: the
 * contract's. JSON that belongs to the caller (`context`, `action`, `payload`) is `unknown` in the schema and passes as it is.
 */

/** The wire name of a camelCase name: `expiresAtMs` becomes `expires_at_ms`. */
export function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const derived = new WeakMap<z.ZodType, z.ZodType>();

/** The same schema with the wire's names in every object. Refinements of an object as a whole are not carried over. */
export function toWireSchema(schema: z.ZodType): z.ZodType {
  const known = derived.get(schema);
  if (known !== undefined) return known;
  const wire = deriveWireSchema(schema);
  derived.set(schema, wire);
  return wire;
}

function deriveWireSchema(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const shape: Record<string, z.ZodType> = {};
    for (const [name, field] of Object.entries(schema.shape)) shape[wireName(name)] = toWireSchema(field as z.ZodType);
    return schema.def.catchall instanceof z.ZodNever ? z.strictObject(shape) : z.object(shape);
  }
  if (schema instanceof z.ZodArray) return z.array(toWireSchema(schema.element as z.ZodType));
  if (schema instanceof z.ZodExactOptional) return toWireSchema(schema.unwrap() as z.ZodType).exactOptional();
  if (schema instanceof z.ZodOptional) return toWireSchema(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodNullable) return toWireSchema(schema.unwrap() as z.ZodType).nullable();
  return schema;
}

/** A value of the schema with the wire's names; fields that the schema does not name are left out. */
export function encodeWire(schema: z.ZodType, value: unknown): unknown {
  return rename(schema, value, (name) => [name, wireName(name)]);
}

/** A value that the wire schema has parsed, with the names that are used inside. */
export function decodeWire(schema: z.ZodType, value: unknown): unknown {
  return rename(schema, value, (name) => [wireName(name), name]);
}

/** Copies a value, renaming each field of each object in the schema from the first to the second name of the pair. */
function rename(schema: z.ZodType, value: unknown, names: (name: string) => readonly [string, string]): unknown {
  if (value === undefined || value === null) return value;
  if (schema instanceof z.ZodObject) {
    const source = value as Record<string, unknown>;
    const copy: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(schema.shape)) {
      const [from, to] = names(name);
      if (source[from] !== undefined) copy[to] = rename(field as z.ZodType, source[from], names);
    }
    return copy;
  }
  if (schema instanceof z.ZodArray) {
    const element = schema.element as z.ZodType;
    return (value as readonly unknown[]).map((item) => rename(element, item, names));
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodNullable) {
    return rename(schema.unwrap() as z.ZodType, value, names);
  }
  return value;
}
