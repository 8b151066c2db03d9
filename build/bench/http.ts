import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { rawAppends } from './decisions';
import { interleaved, tellAtLeast, tellFloor, timed } from './measure';
import { agentIdOf } from './seed';

const CONNECTIONS = 10;
const REQUESTS = 2_000;

const server = fork(fileURLToPath(new URL('./http-server.js', import.meta.url)), { execArgv: [] });
const [started] = (await once(server, 'message')) as [{ apiUrl: string; bareUrl: string; tokens: readonly string[] }];
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

let sentCount = 0;

function call(url: string, method: string, body?: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${started.tokens[sentCount++ % started.tokens.length]}`,
      ...(text !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = request(url, { method, agent, headers }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      response.on('end', () => (statusCode < 300 ? resolve() : reject(new Error(`${method} ${url}: ${statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** Requests a second over all connections. */
async function rate(count: number, send: (number: number) => Promise<void>): Promise<number> {
  let next = 0;
  const client = async () => {
    while (next < count) await send(next++);
  };
  const ms = await timed(() => Promise.all(Array.from({ length: CONNECTIONS }, client)));
  return (count / ms) * 1_000;
}

const allowance = (url: string) => () =>
  rate(REQUESTS, (number) => call(`${url}/governance/agents/${agentIdOf(number)}/allowance`, 'GET'));
let made = 0;
const figures = await interleaved({
  api: allowance(started.apiUrl),
  bare: allowance(started.bareUrl),
  decided: allowance(`${started.bareUrl}/decided`),
  raw: rawAppends(200),
  create: () =>
    rate(500, () =>
      call(`${started.apiUrl}/automations/v2`, 'POST', {
        name: `Made ${made++}`,
        schedule: { type: 'manual' },
        agents: [],
        flow: { nodes: [] },
      }),
    ),
});
tellFloor({
  goal: 'H1',
  what: 'bare fastify with the same decision behind it, against bare fastify',
  value: figures.decided,
  baseline: figures.bare,
  unit: '/s',
});
tellAtLeast(
  {
    goal: 'H1',
    what: 'the creation check over HTTP, against bare fastify',
    value: figures.api,
    baseline: figures.bare,
    unit: '/s',
  },
  0.85,
);
tellAtLeast(
  {
    goal: 'H1',
    what: 'a durable creation over HTTP, 10 connections, against append + fsync',
    value: figures.create,
    baseline: figures.raw,
    unit: '/s',
  },
  0.55,
);
agent.destroy();
server.disconnect();
