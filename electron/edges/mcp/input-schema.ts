import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { JsonObject } from '../../../shared/kernel/fields';

/** The JSON Schema of a tool's input as models are shown it: only what every model provider's dialect of it can say. */
export function inputSchemaOf(input: z.ZodObject): Tool['inputSchema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return portable(schema) as Tool['inputSchema'];
}

/**
 * Without null where something else fits too, and without fields of any form, which there is nothing to say about; both are
 * accepted all the same.
 */
function portable(schema: JsonObject): JsonObject {
  const { anyOf, type, properties, additionalProperties, items, ...rest } = schema;
  const [choice, ...others] = ((anyOf ?? []) as readonly JsonObject[]).filter((one) => one['type'] !== 'null');
  if (choice !== undefined && others.length === 0) return { ...portable(choice), ...rest };
  const [first] = Array.isArray(type) ? type.filter((name) => name !== 'null') : [type];
  const fields = Object.entries((properties ?? {}) as Record<string, JsonObject>).filter(
    ([, field]) => !isAnything(field),
  );
  return {
    ...rest,
    ...(anyOf !== undefined && { anyOf }),
    ...(first !== undefined && { type: first as unknown }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(fields.map(([name, field]) => [name, portable(field)])),
    }),
    ...(additionalProperties !== undefined && { additionalProperties: valuesOf(additionalProperties) }),
    ...(items !== undefined && { items: portable(items as JsonObject) }),
  };
}

function valuesOf(additionalProperties: unknown): unknown {
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return additionalProperties;
  return isAnything(additionalProperties as JsonObject) ? true : portable(additionalProperties as JsonObject);
}

function isAnything(schema: JsonObject): boolean {
  return Object.keys(schema).length === 0;
}
