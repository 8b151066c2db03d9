import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { agentCaller, openApp, operator, valueOf } from './app';
import { agentIdOf, seededHome } from './seed';

// The process of the two servers that are compared: the app's /mcp, and the SDK's stateful server as its readme has it, with a
// tool that answers the same and looks nothing up.
const app = openApp(seededHome({ approvals: 1_000, automations: 1_000, auditRows: 1_000 }));
const api = await app.startApi();
// Each token may send 200 requests a second; together they may send more than one process can answer.
const tokens: string[] = [];
for (let number = 0; number < 64; number++) {
  const agentId = agentIdOf(number);
  const made = await app.send(operator, 'token.create', { kind: 'agent', name: `agent ${number}`, agentId });
  tokens.push(valueOf(made).secret);
}

const agentId = agentIdOf(0);
const allowance = valueOf(app.query(agentCaller(agentId), 'agent.allowance', { agentId }));
const transports = new Map<string, NodeStreamableHTTPServerTransport>();

async function openSession(): Promise<NodeStreamableHTTPServerTransport> {
  const transport: NodeStreamableHTTPServerTransport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: true,
    onsessioninitialized: (id: string) => void transports.set(id, transport),
  });
  const server = new McpServer({ name: 'bare', version: '1.0.0' });
  server.registerTool('my_allowance', { description: 'What may I do', inputSchema: z.object({}) }, () => ({
    content: [{ type: 'text', text: JSON.stringify(allowance) }],
    structuredContent: { ...allowance },
  }));
  await server.connect(transport);
  return transport;
}

const bare = createServer((request, response) => {
  const id = request.headers['mcp-session-id'];
  const transport = typeof id === 'string' ? Promise.resolve(transports.get(id)) : openSession();
  void transport.then((found) => found?.handleRequest(request, response));
});
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));

process.once('disconnect', () => process.exit(0));
process.send?.({ apiUrl: api.url, bareUrl: `http://127.0.0.1:${(bare.address() as AddressInfo).port}`, tokens });
