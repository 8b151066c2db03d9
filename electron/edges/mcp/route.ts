import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '../../../shared/kernel/errors';
import { identityOf } from '../http/guard';
import { sendRefusal } from '../http/refusals';
import type { McpEndpoint, McpParts, McpRequest } from './endpoint';

/**
 * Adds /mcp (spec/api.md section 3): the Model Context Protocol for agents and engines, behind the same guard as everything else.
 * The protocol's library is loaded with the first request, so that the start does not wait for it.
 */
export function addMcp(server: FastifyInstance, parts: McpParts): void {
  let loading: Promise<McpEndpoint> | undefined;
  const endpoint = () => (loading ??= import('./endpoint').then(({ createMcpEndpoint }) => createMcpEndpoint(parts)));

  server.route({
    method: ['POST', 'DELETE'],
    url: '/mcp',
    schema: { hide: true },
    async handler(request, reply) {
      if (identityOf(request).tokenKind === 'operator') {
        const sentence = 'MCP is for agents and engines; an operator token has no business here.';
        return sendRefusal(reply, refusal('FORBIDDEN', { sentence }));
      }
      const mcp = await endpoint();
      const given = requestOf(request, reply);
      if (request.method === 'DELETE') return reply.code(mcp.endSession(given) ? 200 : 404).send();
      reply.hijack();
      await mcp.post(given);
      return reply;
    },
  });
  server.route({
    method: 'GET',
    url: '/mcp',
    schema: { hide: true },
    // Nothing is sent but answers: there is no stream to listen to.
    handler: (_request, reply) =>
      reply.code(405).header('allow', 'POST, DELETE').send({ jsonrpc: '2.0', id: null, error: noStream }),
  });
}

const noStream = { code: -32_000, message: 'There is no stream; send requests with POST.' };

function requestOf(request: FastifyRequest, reply: FastifyReply): McpRequest {
  const { caller, tokenKey, agentId } = identityOf(request);
  return {
    raw: request.raw,
    response: reply.raw,
    body: request.body,
    // What is true, whatever the client says of itself.
    caller: { ...caller, requestSource: 'mcp' },
    owner: { tokenKey, agentId },
  };
}
