import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  classifyInboundRequest,
  createMcpHandler,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCRequest,
  type Tool as ListedTool,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type RequestId,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Caller } from '../../../shared/kernel/actor';
import type { Clock } from '../../kernel/ports';
import { type CallParts, callTool } from './call';
import { inputSchemaOf } from './input-schema';
import { SessionTransport } from './session-transport';
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
  inputSchema: inputSchemaOf(input),
  annotations: { title, readOnlyHint: isReadOnly === true, destructiveHint: false, openWorldHint: false },
}));

/** What a tool needs to know of the HTTP request that called it; the SDK hands it on with the request. */
type Exchange = { readonly caller: Caller; readonly response: ServerResponse };

/**
 * The tools over both generations of the protocol: clients of 2025 initialize and keep a session, with one server for all its
 * requests; clients of 2026-07-28 send each request by itself.
 */
export function createMcpEndpoint(parts: McpParts): McpEndpoint {
  const sessions = createSessions<SessionTransport>();
  const onerror = (error: Error) => parts.logger.info({ error: error.message }, 'an MCP request was not served');
  const stateless = toNodeHandler(
    // Nothing here ever changes by itself, so there is nothing to subscribe to.
    createMcpHandler(() => newServer(parts), { legacy: 'reject', maxSubscriptions: 0, onerror }),
    { onerror },
  );

  async function openSession(request: McpRequest, message: JSONRPCRequest): Promise<void> {
    const transport = new SessionTransport(randomUUID());
    await newServer(parts).connect(transport);
    const answer = await transport.request(message, { authInfo: authOf(request) });
    if (!('result' in answer)) return sendJson(request.response, 200, answer);
    sessions.open(transport.sessionId, request.owner, transport, parts.clock.now());
    sendJson(request.response, 200, answer, { 'mcp-session-id': transport.sessionId });
  }

  async function postToSession(request: McpRequest): Promise<void> {
    const { raw, response, body, owner } = request;
    const isRequest = isJSONRPCRequest(body);
    if (!isRequest && !isJSONRPCNotification(body) && !isJSONRPCResponse(body)) {
      return sendError(response, 400, -32_600, 'This is no message of JSON-RPC 2.0.');
    }
    const id = headerOf(raw, 'mcp-session-id');
    const isInitialize = isRequest && body.method === 'initialize';
    if (id === undefined) {
      if (isInitialize) return openSession(request, body);
      return sendError(response, 400, -32_000, 'Initialize first, then send the Mcp-Session-Id that was answered.');
    }
    const transport = sessions.use(id, owner, parts.clock.now());
    if (transport === undefined) return sendError(response, 404, -32_001, 'Session not found. Initialize again.');
    if (isInitialize) return sendError(response, 400, -32_600, 'This session is initialized already.');
    if (!transport.speaks(headerOf(raw, 'mcp-protocol-version'))) {
      return sendError(response, 400, -32_000, 'This protocol version is not served.');
    }
    const extra = { authInfo: authOf(request) };
    if (!isRequest) {
      transport.notify(body, extra);
      return void response.writeHead(202).end();
    }
    if (transport.isUnderWay(body.id)) return sendError(response, 400, -32_600, 'This id is that of another request.');
    sendJson(response, 200, await transport.request(body, extra));
  }

  async function post(request: McpRequest): Promise<void> {
    const { raw, response, body } = request;
    // Batches are of no revision that is in use, and a thousand calls in one would count as one request.
    if (Array.isArray(body)) return sendError(response, 400, -32_600, 'Batches are not served.');
    if (eraOf(raw, body) === 'legacy') return postToSession(request);
    Object.assign(raw, { auth: authOf(request) });
    return stateless(raw as IncomingMessage & { method: string; url: string }, response, body);
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
  const underWay = new Map<RequestId, () => void>();
  server.setRequestHandler('tools/list', () => ({ tools: listedTools }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = toolsByName.get(params.name);
    if (tool === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name}.`);
    const { caller, response } = exchangeOf(context);
    const { id, signal } = context.mcpReq;
    // Made when it is asked for: most tools are done at once, and signals are what would cost them most.
    const walk = {
      get signal() {
        const left = new AbortController();
        const leave = () => left.abort();
        underWay.set(id, leave);
        response.once('close', leave);
        signal.addEventListener('abort', leave, { once: true });
        return left.signal;
      },
    };
    try {
      return await callTool(parts, { caller, walk }, tool, params.arguments ?? {});
    } finally {
      underWay.delete(id);
    }
  });
  // In place of the SDK's own, which would leave the HTTP request of a cancelled call without any answer, for ever.
  server.setNotificationHandler('notifications/cancelled', ({ params }) => {
    if (params.requestId !== undefined) underWay.get(params.requestId)?.();
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
  const exchange: Exchange = { caller, response };
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
  sendJson(response, status, { jsonrpc: '2.0', id: null, error: { code, message } });
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers }).end(text);
}
