import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { engineSchema } from '../../../shared/contract/connection';
import { agentIdSchema } from '../../../shared/kernel/actor';
import { refusal } from '../../../shared/kernel/errors';
import { instantSchema } from '../../../shared/kernel/instant';
import { decodeWire, encodeWire, toWireSchema } from '../../../shared/kernel/wire';
import type { StoreHolder } from '../../kernel/store-holder';
import type { PairingAnswer, Pairings } from '../../nouns/tokens/pairings';
import { publishedAnswers } from './document';
import { peerUserOf } from './peer-user';
import { sendRefusal } from './refusals';
import { walkOf } from './routes';

/** What the routes need. */
export type ConnectionParts = { readonly pairings: Pairings; readonly holder: StoreHolder };

const askSchema = z.strictObject({ engine: engineSchema, agentId: agentIdSchema });
const askedSchema = z.object({
  connection: z.object({
    connectionId: z.string(),
    /** The bearer of it, and nobody else, is told the answer. */
    secret: z.string(),
    code: z.string(),
    expiresAtMs: instantSchema,
  }),
});
const waitSchema = z.strictObject({
  connectionId: z.string().max(100),
  waitMs: z.coerce.number().int().min(0).max(60_000).exactOptional(),
});
const answeredSchema = z.object({
  connection: z.object({
    connectionId: z.string(),
    status: z.enum(['pending', 'accepted', 'refused', 'expired'] satisfies PairingAnswer['status'][]),
    agentId: z.string(),
    token: z.string().exactOptional(),
    expiresAtMs: instantSchema,
  }),
});

/**
 * Adds the way of `gatehouse connect` to a token (decision 0020): a program asks, the operator answers at the desk. They need no
 * token, so they are no rows of the contract, and nothing they do is written down before the operator answers.
 */
export function addConnections(server: FastifyInstance, { pairings, holder }: ConnectionParts): void {
  server.route({
    method: 'POST',
    url: '/governance/connections',
    config: { isPublic: true },
    schema: {
      operationId: 'connections.ask',
      summary: 'Asks the operator to connect an engine; needs no token. Show the code, and wait for the answer.',
      security: [],
      body: toWireSchema(askSchema),
      response: publishedAnswers(toWireSchema(askedSchema)),
    },
    handler(request, reply) {
      if (!holder.state().isOpen) return sendRefusal(reply, refusal('STORE_UNAVAILABLE'));
      const asked = pairings.ask(
        decodeWire(askSchema, request.body as Record<string, unknown>) as z.infer<typeof askSchema>,
        peerUserOf(request.socket) === 'other',
      );
      if (asked.ok) {
        const { connectionId, secret, code, expiresAtMs } = asked.value;
        return reply.send(encodeWire(askedSchema, { connection: { connectionId, secret, code, expiresAtMs } }));
      }
      void reply.header('retry-after', 2);
      return sendRefusal(reply, asked.refusal);
    },
  });
  server.route({
    method: 'GET',
    url: '/governance/connections/:connection_id',
    config: { isPublic: true },
    schema: {
      operationId: 'connections.wait',
      summary:
        'The operator’s answer, for the bearer of the secret: with wait_ms as soon as it is there. The token is in it once.',
      params: toWireSchema(waitSchema.pick({ connectionId: true })),
      querystring: toWireSchema(waitSchema.pick({ waitMs: true })),
      response: publishedAnswers(toWireSchema(answeredSchema)),
    },
    async handler(request, reply) {
      const secret = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (secret === undefined) return sendRefusal(reply, refusal('AUTH_REQUIRED'));
      const { connectionId, waitMs = 0 } = decodeWire(waitSchema, {
        ...(request.query as object),
        ...(request.params as object),
      }) as z.infer<typeof waitSchema>;
      const result = await pairings.wait(connectionId, secret, waitMs, walkOf(reply).signal);
      if (!result.ok) return sendRefusal(reply, result.refusal);
      const { status, agentId, token, expiresAtMs } = result.value;
      const connection = { connectionId, status, agentId, expiresAtMs, ...(token !== undefined && { token }) };
      return reply.header('cache-control', 'no-store').send(encodeWire(answeredSchema, { connection }));
    },
  });
}
