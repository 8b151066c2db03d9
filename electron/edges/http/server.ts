import swagger from '@fastify/swagger';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refusal } from '../../../shared/kernel/errors';
import type { Query } from '../../kernel/door';
import type { Feed } from '../../kernel/feed';
import type { Ids, Logger } from '../../kernel/ports';
import { internalRefusal } from '../../kernel/thrown';
import { addMcp } from '../mcp/route';
import { type AuditExportParts, addAuditExport } from './audit-export';
import { addJsonBodies, MAX_BODY_BYTES } from './body';
import { addConnections, type ConnectionParts } from './connections';
import { addDocument, documentOptions, publishedAnswers } from './document';
import { addReadableRefusals, refuseMalformed } from './early-answers';
import { addEventStream } from './events';
import { createGuard, type GuardParts } from './guard';
import { addOtlp, type OtlpParts } from './otlp';
import { refusalOf, sendRefusal, validatorOf } from './refusals';
import { addRoutes } from './routes';
import { createTurns } from './turns';
import { createUses } from './uses';

/** How long a client may take to send a whole request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** How long answers that are under way may take when the API closes, in milliseconds. */
const LONGEST_GOODBYE_MS = 1_000;

/** What the API needs. */
export type ApiParts = AuditExportParts &
  ConnectionParts &
  OtlpParts &
  Omit<GuardParts, 'port' | 'uses'> & {
    readonly query: Query;
    readonly endWaits: () => void;
    readonly feed: Feed;
    readonly ids: Ids;
    readonly logger: Logger;
    readonly version: string;
  };

/** The listening API. */
export type Api = { readonly url: string; readonly port: number; readonly close: () => Promise<void> };

/**
 * Starts the API on the loopback address. Rejects with the system's error (`EADDRINUSE` for a taken port, which is never
 * replaced silently). 0 takes any free port.
 */
export async function startApi(parts: ApiParts, port: number): Promise<Api> {
  let listeningPort = port;
  const server: FastifyInstance = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    clientErrorHandler: (_error, socket) => refuseMalformed(socket),
  });
  addJsonBodies(server);
  server.setValidatorCompiler(validatorOf);
  // What is sent was shaped by encodeWire with the same schema that the document publishes.
  server.setSerializerCompiler(() => (value) => JSON.stringify(value));
  server.decorateRequest('identity', undefined);
  server.addHook('onRequest', createTurns());
  addReadableRefusals(server);
  const uses = createUses(parts.send);
  server.addHook('onRequest', createGuard({ ...parts, uses, port: () => listeningPort }));
  server.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined || request.body === null) request.body = {};
    done();
  });
  server.setNotFoundHandler((_request, reply) => sendRefusal(reply, refusal('NOT_FOUND')));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const known = refusalOf(error, request.routeOptions.config.invalidNumbers);
    return sendRefusal(reply, known ?? internalRefusal(error, 'a request failed', parts).refusal);
  });

  await server.register(swagger, documentOptions(parts.version));
  const closeStreams = await addEveryRoute(server, parts);
  await server.listen({ host: '127.0.0.1', port });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  listeningPort = address.port;
  return {
    url: `http://127.0.0.1:${listeningPort}`,
    port: listeningPort,
    async close() {
      parts.endWaits();
      closeStreams();
      // Who is being answered gets a moment to hear it; a client that will not leave is cut off.
      const cutOff = setTimeout(() => server.server.closeAllConnections(), LONGEST_GOODBYE_MS);
      await server.close();
      clearTimeout(cutOff);
      await uses.close();
    },
  };
}

/** Routes must be added after the document's plugin has loaded, so that it sees them. */
async function addEveryRoute(server: FastifyInstance, parts: ApiParts): Promise<() => void> {
  let closeStreams = () => {};
  await server.register(async (routes) => {
    routes.route({
      method: 'GET',
      url: '/global/health',
      config: { isPublic: true },
      schema: {
        operationId: 'health',
        summary: 'Whether Gatehouse is ready; needs no token.',
        security: [],
        response: publishedAnswers(z.object({ ready: z.boolean(), healthy: z.boolean(), version: z.string() })),
      },
      handler: () => {
        parts.holder.look();
        const isOpen = parts.holder.state().isOpen;
        return { ready: isOpen, healthy: isOpen && parts.holder.trouble() === undefined, version: parts.version };
      },
    });
    addDocument(routes);
    addRoutes(routes, parts);
    addAuditExport(routes, parts);
    addMcp(routes, parts);
    addConnections(routes, parts);
    addOtlp(routes, parts);
    closeStreams = addEventStream(routes, parts);
  });
  await server.ready();
  return closeStreams;
}
