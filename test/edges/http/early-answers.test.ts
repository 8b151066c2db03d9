import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN } from '../../support/world';

const MIB = 1024 * 1024;

type Early = {
  readonly what: string;
  readonly status: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
};

/** Every kind of answer that is given before the body is read. */
const early: readonly Early[] = [
  { what: 'a body that is too large', status: 413 },
  { what: 'no token', status: 401, headers: { authorization: undefined } },
  { what: 'a wrong token', status: 401, headers: { authorization: 'Bearer nobody' } },
  { what: 'another host', status: 403, headers: { host: 'evil.example' } },
  { what: 'an origin', status: 403, headers: { origin: 'http://evil.example' } },
  { what: 'a page', status: 403, headers: { 'sec-fetch-site': 'cross-site' } },
  { what: 'a name that is too long', status: 400, headers: { 'x-tandem-agent-id': 'x'.repeat(201) } },
  { what: 'no such path', status: 404, path: '/nowhere', headers: { 'content-type': 'text/plain' } },
  { what: 'another kind of body', status: 415, headers: { 'content-type': 'text/plain' } },
  { what: 'a route without a body', status: 200, path: '/global/health' },
];

type Sent = Early & {
  readonly bytes: number;
  readonly isChunked: boolean;
  readonly connection: 'close' | 'keep-alive';
};

function headersOf(api: Api, { headers, bytes, isChunked, connection }: Sent): Record<string, string> {
  const all = {
    host: `127.0.0.1:${api.port}`,
    authorization: `Bearer ${ENGINE_TOKEN}`,
    'content-type': 'application/json',
    connection,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes) }),
    ...headers,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const methodOf = ({ path }: Early) => (path === '/global/health' ? 'GET' : 'POST');
const pathOf = ({ path = '/governance/approvals' }: Early) => path;

/** The status that Node's own client is told. */
function statusByClient(api: Api, sent: Sent): Promise<number | string> {
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port: api.port,
      method: methodOf(sent),
      path: pathOf(sent),
      headers: headersOf(api, sent),
    };
    const asked = request(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    // What breaks after the answer was read no longer matters to it.
    asked.on('error', (error) => resolve(error.message));
    asked.end(Buffer.alloc(sent.bytes, 'x'));
  });
}

/** The status that is read by a program that writes all it has to write, and reads beside. */
function statusBySocket(api: Api, sent: Sent): Promise<number | string> {
  return new Promise((resolve) => {
    const socket = connect(api.port, '127.0.0.1', () => {
      const head = Object.entries(headersOf(api, sent)).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${methodOf(sent)} ${pathOf(sent)} HTTP/1.1\r\n${head.join('')}\r\n`);
      const body = Buffer.alloc(sent.bytes, 'x');
      if (sent.isChunked) socket.write(`${sent.bytes.toString(16)}\r\n`);
      socket.write(body);
      if (sent.isChunked) socket.write('\r\n0\r\n\r\n');
    });
    let text = '';
    socket.on('data', (part: Buffer) => {
      text += part.toString();
      const [, status] = /^HTTP\/1\.1 (\d{3})[\s\S]*\r\n\r\n/.exec(text) ?? [];
      if (status === undefined) return;
      socket.destroy();
      resolve(Number(status));
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve('closed without an answer'));
  });
}

describe.each(early)('$what', (one) => {
  test.each([MIB + 1, 2 * MIB, 7 * MIB, 8 * MIB + 1, 20 * MIB])(
    'is told to whoever sends %i bytes [api-1.readable-refusal]',
    async (bytes) => {
      const api = await createWorld().startApi();
      for (const connection of ['keep-alive', 'close'] as const) {
        for (const isChunked of [false, true]) {
          const sent = { ...one, bytes, isChunked, connection };
          const told = await Promise.all([
            statusByClient(api, sent),
            statusBySocket(api, sent),
            statusByClient(api, sent),
          ]);
          expect({ connection, isChunked, told }).toEqual({ connection, isChunked, told: told.map(() => one.status) });
        }
      }
    },
  );
});

test('too many requests are told to whoever still sends', async () => {
  const api = await createWorld().startApi();
  const one: Sent = {
    what: '',
    status: 429,
    path: '/nowhere',
    headers: { 'content-type': 'text/plain' },
    bytes: 3 * MIB,
    isChunked: false,
    connection: 'close',
  };
  const few = { ...one, bytes: 0 };
  let statuses: (number | string)[] = [];
  while (!statuses.includes(429)) {
    statuses = await Promise.all([
      ...Array.from({ length: 200 }, () => statusByClient(api, few)),
      statusByClient(api, one),
      statusBySocket(api, one),
    ]);
    expect(new Set(statuses)).toEqual(new Set(statuses.includes(429) ? [404, 429] : [404]));
  }
});

test('what is no HTTP is told so while it is still sent, and is cut off in the end', async () => {
  const api = await createWorld().startApi();
  const text = await new Promise<string>((resolve) => {
    let read = '';
    const socket = connect(api.port, '127.0.0.1', () => socket.write(Buffer.alloc(20 * MIB, 'x')));
    socket.on('data', (part: Buffer) => (read += part.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(read));
  });
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
});

test('a connection goes on after an ordinary body that was not read; after a longer one it is closed', async () => {
  const api = await createWorld().startApi();
  const next = `GET /governance/limits HTTP/1.1\r\nhost: 127.0.0.1:${api.port}\r\nauthorization: Bearer ${OPERATOR_TOKEN}\r\n\r\n`;
  const answers = (bytes: number) =>
    new Promise<readonly string[]>((resolve) => {
      let read = '';
      const statuses = () => [...read.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? '');
      const socket = connect(api.port, '127.0.0.1', () => {
        socket.write(`POST /nowhere HTTP/1.1\r\nhost: 127.0.0.1:${api.port}\r\ncontent-length: ${bytes}\r\n\r\n`);
        socket.write(Buffer.alloc(bytes, 'x'));
        socket.write(next);
      });
      socket.on('data', (part: Buffer) => {
        read += part.toString();
        if (statuses().length === 2) socket.destroy();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(statuses()));
    });
  expect(await answers(MIB)).toEqual(['401', '200']);
  expect(await answers(MIB + 1)).toEqual(['401']);
  expect(await answers(12 * MIB)).toEqual(['401']);
});
