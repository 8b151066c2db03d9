import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  classifyInboundRequest,
  createMcpHandler,
  type Tool as ListedTool,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type RequestId,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Caller } from '../../../shared/actor';
import type { Clock } from '../../app/ports';
import { type CallParts, callTool } from './call';
import { createSessions, type Owner } from './sessions';
import { tools } from './tools';

/** What the endpoint needs. */
export type McpParts = CallParts & { readonly clock: Clock; readonly version: string };

/** One HTTP request, which the guard has let through and whose body is parsed. */
export type McpRequest = {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: unknown;
  readonly caller: Caller;
  readonly owner: Owner;
};

/** The endpoint behind the route; it keeps nothing open between two requests. */
export interface McpEndpoint {
  post(request: McpRequest): Promise<void>;
  /** Ends the session that the request names; answers whether there was one. */
  endSession(request: McpRequest): boolean;
}

const INSTRUCTIONS = `Gatehouse keeps a human operator in charge of the agents on this machine. Before something risky, costly or hard to undo, call request_approval and then wait_for_approval until it is no longer pending; go on only when it is approved. Expired and cancelled are not refusals; denied is. Report what runs cost. A refusal of any tool says which rule stopped you and which approval would lift it: ask for that, and do not try another way around.`;

const toolsByName = new Map(tools.map((tool) => [tool.name, tool]));

const listedTools: ListedTool[] = tools.map(({ name, title, description, input, isReadOnly }) => ({
  name,
  title,
  description,
  inputSchema: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as ListedTool['inputSchema'],
  annotations: { title, readOnlyHint: isReadOnly === true, destructiveHint: false, openWorldHint: false },
}));

type Session = { readonly transport: NodeStreamableHTTPServerTransport };

/** What a tool needs to know of the HTTP request that called it; the SDK hands it on with the request. */
type Exchange = { readonly caller: Caller; readonly gone: AbortSignal };

/**
 * The tools over both generations of the protocol: clients of 2025 initialize and keep a session, with one server for all its
 * requests; clients of 2026-07-28 send each request by itself.
 */
export function createMcpEndpoint(parts: McpParts): McpEndpoint {
  const sessions = createSessions<Session>();
  const onerror = (error: Error) => parts.logger.info({ error: error.message }, 'an MCP request was not served');
  const stateless = toNodeHandler(
    // Nothing here ever changes by itself, so there is nothing to subscribe to.
    createMcpHandler(() => newServer(parts), { legacy: 'reject', maxSubscriptions: 0, onerror }),
    { onerror },
  );

  async function openSession({ raw, response, body, owner }: McpRequest): Promise<void> {
    const transport: NodeStreamableHTTPServerTransport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      // One JSON body for each request: nothing is sent before the result, and nobody has to listen.
      enableJsonResponse: true,
      onsessioninitialized: (id: string) => sessions.open(id, owner, { transport }, parts.clock.now()),
    });
    transport.onerror = onerror;
    await newServer(parts).connect(transport);
    await transport.handleRequest(raw, response, body);
  }

  async function post(request: McpRequest): Promise<void> {
    const { raw, response, body, owner } = request;
    // Batches are of no revision that is in use, and a thousand calls in one would count as one request.
    if (Array.isArray(body)) return sendError(response, 400, -32_600, 'Batches are not served.');
    Object.assign(raw, { auth: authOf(request) });
    if (eraOf(raw, body) !== 'legacy')
      return stateless(raw as IncomingMessage & { method: string; url: string }, response, body);
    const id = headerOf(raw, 'mcp-session-id');
    if (id === undefined) {
      if ((body as { method?: unknown }).method === 'initialize') return openSession(request);
      return sendError(response, 400, -32_000, 'Initialize first, then send the Mcp-Session-Id that was answered.');
    }
    const session = sessions.use(id, owner, parts.clock.now());
    if (session === undefined) return sendError(response, 404, -32_001, 'Session not found. Initialize again.');
    return session.transport.handleRequest(raw, response, body);
  }

  return {
    async post(request) {
      try {
        await post(request);
      } catch (error) {
        parts.logger.error({ error }, 'an MCP request failed');
        if (!request.response.headersSent)
          sendError(request.response, 500, -32_603, 'Something went wrong inside Gatehouse.');
      }
    },
    endSession({ raw, owner }) {
      const id = headerOf(raw, 'mcp-session-id') ?? '';
      const isTheirs = sessions.use(id, owner, parts.clock.now()) !== undefined;
      if (isTheirs) sessions.end(id);
      return isTheirs;
    },
  };
}

/** A server with every tool; it holds nothing but the calls that are under way. */
function newServer(parts: McpParts): McpServer {
  const mcp = new McpServer(
    { name: 'gatehouse', title: 'Gatehouse', version: parts.version },
    { capabilities: { tools: { listChanged: false } }, instructions: INSTRUCTIONS },
  );
  const { server } = mcp;
  const underWay = new Map<RequestId, AbortController>();
  server.setRequestHandler('tools/list', () => ({ tools: listedTools }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = toolsByName.get(params.name);
    if (tool === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name}.`);
    const { caller, gone } = exchangeOf(context);
    const cancelled = new AbortController();
    underWay.set(context.mcpReq.id, cancelled);
    try {
      const signal = AbortSignal.any([cancelled.signal, gone, context.mcpReq.signal]);
      return await callTool(parts, { caller, signal }, tool, params.arguments ?? {});
    } finally {
      underWay.delete(context.mcpReq.id);
    }
  });
  // In place of the SDK's own, which would leave the HTTP request of a cancelled call without any answer, for ever.
  server.setNotificationHandler('notifications/cancelled', ({ params }) => {
    if (params.requestId !== undefined) underWay.get(params.requestId)?.abort();
  });
  return mcp;
}

function eraOf(raw: IncomingMessage, body: unknown): 'legacy' | 'modern' | 'reject' {
  const protocolVersionHeader = headerOf(raw, 'mcp-protocol-version');
  const mcpMethodHeader = headerOf(raw, 'mcp-method');
  const mcpNameHeader = headerOf(raw, 'mcp-name');
  return classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(protocolVersionHeader !== undefined && { protocolVersionHeader }),
    ...(mcpMethodHeader !== undefined && { mcpMethodHeader }),
    ...(mcpNameHeader !== undefined && { mcpNameHeader }),
  }).kind;
}

function authOf({ response, caller }: McpRequest): AuthInfo {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const exchange: Exchange = { caller, gone: gone.signal };
  return { token: '', clientId: '', scopes: [], extra: { exchange } };
}

function exchangeOf(context: ServerContext): Exchange {
  const exchange = context.http?.authInfo?.extra?.['exchange'];
  if (exchange === undefined) throw new Error('a tool was called by nobody');
  return exchange as Exchange;
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** A refusal that the protocol itself defines; all others are tool results, or refusals of the API before this. */
function sendError(response: ServerResponse, status: number, code: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }));
}
