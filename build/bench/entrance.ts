import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROUNDS, tellLimit } from './measure';

// What no request of an agent, or of anybody else, may do: keep everybody else waiting (goal R1).
const LONGEST_MS = 100;

/** How long the loop is watched when nothing but health checks come, in milliseconds. */
const IDLE_MS = 300;

const server = fork(fileURLToPath(new URL('./entrance-server.js', import.meta.url)), { execArgv: [] });
const [{ port, tokens }] = (await once(server, 'message')) as [{ port: number; tokens: readonly string[] }];

/** How long the server's event loop stood still at most since this was asked last, in milliseconds. */
async function longestStall(): Promise<number> {
  const told = once(server, 'message') as Promise<[{ longest: number }]>;
  server.send('longest');
  return (await told)[0].longest;
}

type Body = { readonly method?: string; readonly path: string; readonly text: string; readonly headers?: object };

function send({ method = 'POST', path, text, headers }: Body, token = tokens[0]): Promise<number> {
  return new Promise((resolve, reject) => {
    const all = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-tandem-agent-id': 'eve',
      ...headers,
    };
    const sent = request({ host: '127.0.0.1', port, method, path, headers: all }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

async function askHealth(): Promise<void> {
  await send({ method: 'GET', path: '/global/health', text: '' });
}

let count = 0;
const ask = (action: string) =>
  `{"request_type":"tool_call","target_resource":{"type":"tool","id":"Bash ${count++}"},"rationale":"r","action":${action}}`;
const approvals = '/governance/approvals';
const automations = '/automations/v2';
const list = (length: number, item: string) => `[${Array.from({ length }, () => item).join(',')}]`;
const keys = (length: number, name: (index: number) => string) =>
  `{${Array.from({ length }, (_, index) => `"${name(index)}":1`).join(',')}}`;
const mcpHeaders = { accept: 'application/json, text/event-stream' };
const mcp = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"resources/list","params":${params}}`;

/** Each sends what it is named for. */
const attacks: Readonly<Record<string, () => Promise<unknown>>> = {
  '600 kB of wrong items': () => send({ path: automations, text: `{"name":"n","agents":${list(300_000, '1')}}` }),
  '19,900 wrong items': () =>
    send({
      path: automations,
      text: `{"name":"n","agents":[{"agent_id":"a","mcp_policy":{"allowed_servers":${list(19_900, '1')}}}]}`,
    }),
  'an act of 85,000 keys': () => send({ path: approvals, text: ask(keys(85_000, (index) => `k${index}`)) }),
  'an act of 19,900 keys': () => send({ path: approvals, text: ask(keys(19_900, (index) => `k${index}`)) }),
  'an act of 19,900 long keys': () =>
    send({ path: approvals, text: ask(keys(19_900, (index) => `${index}${'k'.repeat(40)}`)) }),
  'an act of 500,000 zeros': () => send({ path: approvals, text: ask(list(500_000, '0')) }),
  'an act of 19,900 texts': () => send({ path: approvals, text: ask(list(19_900, `"${'rm -rf /a '.repeat(4)}"`)) }),
  '70,000 unknown keys in camelCase': () =>
    send({ path: automations, text: `{"name":"n","metadata":{},${keys(70_000, (index) => `aB${index}`).slice(1)}` }),
  '19,900 unknown keys in camelCase': () =>
    send({ path: automations, text: `{"name":"n",${keys(19_900, (index) => `aB${index}`).slice(1)}` }),
  '500 agents, 1,000 nodes': () =>
    send({
      path: automations,
      text: `{"name":"n","agents":${list(500, '{"agentId":"a","toolPolicy":{}}')},"flow":{"nodes":${list(1_000, '{"nodeId":"n","agentId":"a","dependsOn":["x","y"]}')}}}`,
    }),
  'a text of 1 MB': () => send({ path: approvals, text: ask(`"${'x'.repeat(1_000_000)}"`) }),
  'a text of 1 MB of escapes': () => send({ path: approvals, text: ask(`"${'\\n'.repeat(500_000)}"`) }),
  'a name of 1 MB': () => send({ path: automations, text: `{"name":"${'x'.repeat(1_000_000)}"}` }),
  '500,000 levels': () => send({ path: approvals, text: ask('['.repeat(500_000)) }),
  'MCP with 1 MB of params': () =>
    send({ path: '/mcp', headers: mcpHeaders, text: mcp(`{"a":${list(19_900, `"${'p'.repeat(45)}"`)}}`) }),
  'MCP with params 3,900 deep': () =>
    send({ path: '/mcp', headers: mcpHeaders, text: mcp('['.repeat(3_900) + ']'.repeat(3_900)) }),
  '1,000 pipelined requests for the document': () =>
    neverRead([`GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(1_000)]),
  '100 pipelined requests for large pages': () =>
    neverRead([
      `GET ${approvals}?limit=500 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${tokens[1]}\r\n\r\n`.repeat(
        100,
      ),
    ]),
  '64 event streams that never read': async () => {
    const open = (number: number) =>
      `GET /governance/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${tokens[2 + (number % 2)]}\r\nLast-Event-ID: 0\r\n\r\n`;
    const writes = Array.from({ length: 10 }, () =>
      send({ path: approvals, text: ask(`"${'x'.repeat(40_000)}"`) }, tokens[1]),
    );
    await Promise.all([neverRead(Array.from({ length: 64 }, (_, number) => open(number))), ...writes]);
  },
};

/** Opens a connection for each text, sends it, and reads nothing. */
async function neverRead(texts: readonly string[]): Promise<void> {
  const sockets = await Promise.all(
    texts.map(async (text): Promise<Socket> => {
      const socket = connect({ host: '127.0.0.1', port });
      // The app may cut it off.
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.pause();
      socket.write(text);
      return socket;
    }),
  );
  await sleep(IDLE_MS);
  for (const socket of sockets) socket.destroy();
}

/** The longest stall while this is done, a health check asked all the while. */
async function stallDuring(attack: () => Promise<unknown>): Promise<number> {
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      await askHealth();
      await sleep(5);
    }
  })();
  await sleep(50);
  await longestStall();
  await attack();
  await sleep(50);
  const longest = await longestStall();
  over.abort();
  await asking;
  return longest;
}

for (const [what, attack] of Object.entries(attacks)) {
  const value: number[] = [];
  const baseline: number[] = [];
  // The first round warms up, and counts: an agent's first request is one as well.
  for (let round = 0; round < ROUNDS; round++) {
    baseline.push(await stallDuring(() => sleep(IDLE_MS)));
    value.push(await stallDuring(attack));
  }
  tellLimit(
    { goal: 'R1', what: `longest stall by ${what}; against health checks alone`, value, baseline, unit: 'ms' },
    LONGEST_MS,
  );
}
server.disconnect();
