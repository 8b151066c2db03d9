import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ErrorCode, errorCatalogue } from '../../../shared/kernel/errors';

/** A refusal as every endpoint may answer it (spec/api.md section 1, Errors); some say more about what stood in the way. */
const refusalSchema = z.looseObject({
  error: z.string().min(1),
  code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
  /** There where the same call may succeed later. */
  retryable: z.literal(true).exactOptional(),
  issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).exactOptional(),
  correlation_id: z.string().exactOptional(),
});

const schemaRegistry = z.registry<{ id?: string }>();
schemaRegistry.add(refusalSchema, { id: 'Refusal' });

/** The answers of an endpoint as they are published: what it answers with 200, and that anything else is a refusal. */
export function publishedAnswers<T>(ok: T) {
  return { 200: ok, default: refusalSchema };
}

/** How the OpenAPI document is made from the schemas of the routes. */
export function documentOptions(version: string): FastifyDynamicSwaggerOptions {
  const named = createJsonSchemaTransformObject({ schemaRegistry });
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version,
        description: 'The local API of Gatehouse: agents and engines ask, the operator decides.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: (document) => withOptionalBodies(named(document) as Document),
  };
}

/** Adds GET /openapi.json. The document is made once, when somebody first asks for it, and is the same bytes from then on. */
export function addDocument(server: FastifyInstance): void {
  let bytes: Buffer | undefined;
  server.route({
    method: 'GET',
    url: '/openapi.json',
    config: { isPublic: true },
    schema: { hide: true },
    handler(_request, reply) {
      bytes ??= Buffer.from(JSON.stringify(server.swagger()));
      return reply.header('content-type', 'application/json; charset=utf-8').send(bytes);
    },
  });
}

type Body = {
  content: Record<string, { schema: { properties?: object; required?: readonly string[] } }>;
  required: boolean;
};
type Document = { paths: Record<string, Record<string, { requestBody?: Body }>> };

/** The plugin says that every body must be sent; one in which no field is required may be left out, and an empty one has no use. */
function withOptionalBodies(document: Document): Document {
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    const { requestBody } = operation;
    if (requestBody === undefined) continue;
    const schemas = Object.values(requestBody.content).map(({ schema }) => schema);
    requestBody.required = schemas.some(({ required = [] }) => required.length > 0);
    if (schemas.every(({ properties = {} }) => Object.keys(properties).length === 0)) delete operation.requestBody;
  }
  return document;
}
