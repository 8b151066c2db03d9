import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { interleaved, tellAtLeast, timed } from './measure';

const CONNECTIONS = 10;
const REQUESTS = 2_000;

const server = fork(fileURLToPath(new URL('./mcp-server.js', import.meta.url)), { execArgv: [] });
const [started] = (await once(server, 'message')) as [{ apiUrl: string; bareUrl: string; tokens: readonly string[] }];
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** A client: where its server is, its token and its session. */
type Client = { readonly url: string; readonly token: string; readonly sessionId?: string };

let lastId = 0;

/** Sends one message, and resolves to the session that the server named. */
function send({ url, token, sessionId }: Client, message: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(sessionId !== undefined && { 'mcp-session-id': sessionId, 'mcp-protocol-version': '2025-11-25' }),
    };
    const sent = request(`${url}/mcp`, { method: 'POST', agent, headers }, (response) => {
      const { statusCode = 0 } = response;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        if (statusCode < 300 && !text.includes('"error":')) resolve(String(response.headers['mcp-session-id']));
        else reject(new Error(`${url}: ${statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ jsonrpc: '2.0', ...message }));
  });
}

async function connect(url: string, token: string): Promise<Client> {
  const clientInfo = { name: 'bench', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const client = { url, token };
  const sessionId = await send(client, { id: ++lastId, method: 'initialize', params });
  await send({ ...client, sessionId }, { method: 'notifications/initialized' });
  return { ...client, sessionId };
}

/** Tool calls a second over all connections, each client in its turn. */
async function rate(clients: readonly Client[]): Promise<number> {
  let next = 0;
  const connection = async () => {
    while (next < REQUESTS) {
      const client = clients[next++ % clients.length] as Client;
      await send(client, { id: ++lastId, method: 'tools/call', params: { name: 'my_allowance', arguments: {} } });
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: CONNECTIONS }, connection)));
  return (REQUESTS / ms) * 1_000;
}

const ours = await Promise.all(started.tokens.map((token) => connect(started.apiUrl, token)));
const bare = await Promise.all(started.tokens.map((token) => connect(started.bareUrl, token)));
const figures = await interleaved({ ours: () => rate(ours), bare: () => rate(bare) });
tellAtLeast(
  {
    goal: 'M1',
    what: 'an MCP tool call, 10 connections, against the bare SDK’s stateful server',
    value: figures.ours,
    baseline: figures.bare,
    unit: '/s',
  },
  0.9,
);
agent.destroy();
server.disconnect();
