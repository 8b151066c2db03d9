import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { heavyActs } from '../../test/support/app/heavy-acts';
import { ROUNDS, tellLimit } from './measure';

// What no request of an agent, or of anybody else, may do: keep everybody else waiting (goal R1).
const LONGEST_MS = 100;

/** How long the loop is watched when nothing but health checks come, in milliseconds. */
const IDLE_MS = 300;

const server = fork(fileURLToPath(new URL('./entrance-server.js', import.meta.url)), { execArgv: [] });
type Started = { readonly port: number; readonly barePort: number; readonly tokens: readonly string[] };
const [{ port, barePort, tokens }] = (await once(server, 'message')) as [Started];

/** How long the server's event loop stood still at most since this was asked last, in milliseconds. */
async function longestStall(): Promise<number> {
  const told = once(server, 'message') as Promise<[{ longest: number }]>;
  server.send('longest');
  return (await told)[0].longest;
}

type Body = {
  readonly method?: string;
  readonly path: string;
  readonly text: string;
  readonly headers?: object;
  /** What it is answered: what is refused where it should be carried out would cost nothing. */
  readonly status: number;
  /** As the engine, which no quota of an agent's keeps from creating. */
  readonly isOfEngine?: true;
};

let count = 0;

type Answer = { readonly status: number; readonly text: string };

/** Sends a request, each in the name of an agent of its own, so that none has too many pending; `to` is the API's port or the bare server's. */
function answerOf(
  { method = 'POST', path, text, headers, isOfEngine }: Omit<Body, 'status'>,
  to = port,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const number = count++;
    const all = {
      authorization: `Bearer ${tokens[number % tokens.length]}`,
      'content-type': 'application/json',
      ...(isOfEngine !== true && { 'x-tandem-agent-id': `eve-${number}` }),
      ...headers,
    };
    const sent = request({ host: '127.0.0.1', port: to, method, path, headers: all }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: answer }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

const send = async (body: Omit<Body, 'status'>, to?: number): Promise<number> => (await answerOf(body, to)).status;

async function askHealth(): Promise<void> {
  await send({ method: 'GET', path: '/global/health', text: '' });
}

const approvals = '/governance/approvals';
const automations = '/automations/v2';
const ask = (action: string, name = 'action') =>
  `{"request_type":"tool_call","target_resource":{"type":"tool","id":"Bash ${count++}"},"rationale":"r","${name}":${action}}`;
const askedOf = (tool: string, action: object) => (): Body => ({
  path: approvals,
  text: JSON.stringify({
    ...{ request_type: 'tool_call', target_resource: { type: 'tool', id: tool } },
    ...{ rationale: `r${count++}`, action },
  }),
  status: 200,
});
const asked = (text: () => string) => (): Body => ({ path: approvals, text: text(), status: 200 });
const created = (text: string) => (): Body => ({ path: automations, text, isOfEngine: true, status: 200 });
const refused = (path: string, text: string, headers?: object) => (): Body => ({
  ...{ path, text, status: 400 },
  ...(headers !== undefined && { headers }),
});
const list = (length: number, item: string) => `[${Array.from({ length }, () => item).join(',')}]`;
const keys = (length: number, name: (index: number) => string) =>
  `{${Array.from({ length }, (_, index) => `"${name(index)}":1`).join(',')}}`;
const mcpHeaders = { accept: 'application/json, text/event-stream' };
const mcp = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"resources/list","params":${params}}`;

/** Bodies of each kind, as large as the entrance takes them, or larger. */
const bodies: Readonly<Record<string, () => Body>> = {
  '600 kB of wrong items': refused(automations, `{"name":"n","agents":${list(300_000, '1')}}`),
  '19,900 wrong items': refused(
    automations,
    `{"name":"n","agents":[{"agent_id":"a","mcp_policy":{"allowed_servers":${list(19_900, '1')}}}]}`,
  ),
  '19,900 unknown fields of a request': refused(
    approvals,
    keys(19_900, (index) => `aB${index}`),
  ),
  'an act of 85,000 keys': refused(approvals, ask(keys(85_000, (index) => `k${index}`))),
  'an act of 500,000 zeros': refused(approvals, ask(list(500_000, '0'))),
  '500,000 levels': refused(approvals, ask('['.repeat(500_000))),
  'a name of 1 MB': refused(automations, `{"name":"${'x'.repeat(1_000_000)}"}`),
  '70,000 unknown keys in camelCase': refused(
    automations,
    `{"name":"n","metadata":{},${keys(70_000, (index) => `aB${index}`).slice(1)}`,
  ),
  'MCP with 1 MB of params': refused('/mcp', mcp(`{"a":${list(19_900, `"${'p'.repeat(45)}"`)}}`), mcpHeaders),
  'MCP with params 3,900 deep': refused('/mcp', mcp('['.repeat(3_900) + ']'.repeat(3_900)), mcpHeaders),
  'an act of 19,900 keys': asked(() => ask(keys(19_900, (index) => `k${index}`))),
  'an act of 19,900 long keys': asked(() => ask(keys(19_900, (index) => `${index}${'k'.repeat(40)}`))),
  'a context of 19,900 keys': asked(() =>
    ask(
      keys(19_900, (index) => `k${index}`),
      'context',
    ),
  ),
  'an act of 19,900 texts': asked(() => ask(list(19_900, `"${'rm -rf /a '.repeat(4)}"`))),
  'an act of 19,900 empty lists': asked(() => ask(list(19_900, '[]'))),
  'a text of 1 MB': asked(() => ask(`"${'x'.repeat(1_000_000)}"`)),
  'a text of 1 MB of escapes': asked(() => ask(`"${'\\n'.repeat(500_000)}"`)),
  '19,900 unknown keys in camelCase': created(`{"name":"n",${keys(19_900, (index) => `aB${index}`).slice(1)}`),
  '19,800 unknown keys beside what is renamed': created(
    `{"name":"n","approvalId":"apr_a","workspaceRoot":"/a",${keys(19_800, (index) => `aB${index}`).slice(1)}`,
  ),
  '500 agents, 1,000 nodes': created(
    `{"name":"n","agents":${list(500, '{"agentId":"a","toolPolicy":{}}')},"flow":{"nodes":${list(1_000, '{"nodeId":"n","agentId":"a","dependsOn":["x","y"]}')}}}`,
  ),
};

/** Acts of known tools besides. */
const acts = Object.fromEntries(heavyActs.map(([what, tool, action]) => [`an act: ${what}`, askedOf(tool, action)]));

/** Others; each sends what it is named for. */
const attacks: Readonly<Record<string, () => Promise<unknown>>> = {
  '1,000 pipelined requests for the document': () =>
    neverRead([`GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(1_000)]),
  '100 pipelined requests for large pages': () =>
    neverRead([
      `GET ${approvals}?limit=500 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${tokens[1]}\r\n\r\n`.repeat(
        100,
      ),
    ]),
  '20 acts of 19,900 keys at once': () =>
    Promise.all(
      Array.from({ length: 20 }, () => send({ path: approvals, text: ask(keys(19_900, (index) => `k${index}`)) })),
    ),
  'a run of as many outputs as it may have, changed and read': async () => {
    const made = await answerOf({ path: automations, isOfEngine: true, text: '{"name":"n","status":"active"}' });
    const { automation_id: id } = JSON.parse(made.text).automation as { automation_id: string };
    const begun = await answerOf({ path: `${automations}/${id}/run_now`, isOfEngine: true, text: '{}' });
    const { run_id: runId } = JSON.parse(begun.text).run as { run_id: string };
    const toRun = (method: string, text: string) =>
      send({ method, path: `${automations}/runs/${runId}`, isOfEngine: true, text });
    const output = keys(19_900, (index) => `${index}${'k'.repeat(35)}`);
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      await toRun('PATCH', `{"node_outputs":{"${name}":${output}}}`);
    }
    const statuses = [await toRun('PATCH', '{"detail":"n"}'), await toRun('GET', '')];
    if (statuses.some((status) => status !== 200))
      throw new Error(`a run of many outputs: answered ${statuses.join(', ')}`);
  },
  '64 event streams that never read': async () => {
    const open = (number: number) =>
      `GET /governance/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${tokens[2 + (number % 2)]}\r\nLast-Event-ID: 0\r\n\r\n`;
    const writes = Array.from({ length: 10 }, () => send({ path: approvals, text: ask(`"${'x'.repeat(40_000)}"`) }));
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

/** The longest stalls by each side, in turn. The first round warms up, and counts: an agent's first request is one as well. */
async function stalls(attack: () => Promise<unknown>, other: () => Promise<unknown>) {
  const value: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    baseline.push(await stallDuring(other));
    value.push(await stallDuring(attack));
  }
  return { value, baseline };
}

for (const [what, bodyOf] of Object.entries({ ...bodies, ...acts })) {
  const attack = async () => {
    const body = bodyOf();
    const status = await send(body);
    if (status !== body.status) throw new Error(`${what}: answered ${status}`);
  };
  const figures = await stalls(attack, () => send(bodyOf(), barePort));
  tellLimit(
    {
      goal: 'R1',
      what: `longest stall by ${what}; against a bare server that parses and answers it`,
      ...figures,
      unit: 'ms',
    },
    LONGEST_MS,
  );
}
for (const [what, attack] of Object.entries(attacks)) {
  const figures = await stalls(attack, () => sleep(IDLE_MS));
  tellLimit(
    { goal: 'R1', what: `longest stall by ${what}; against health checks alone`, ...figures, unit: 'ms' },
    LONGEST_MS,
  );
}
server.disconnect();
