import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPush, type PushParts } from '../../electron/desktop/push';
import type { Commit } from '../../electron/kernel/feed';
import type { PushSettings } from '../../shared/contract/notifications';

type Got = { readonly path: string; readonly body: string; readonly headers: IncomingHttpHeaders };

const got: Got[] = [];
let server: Server;
let base = '';

beforeEach(async () => {
  got.length = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push({ path: request.url ?? '', body, headers: request.headers });
      const status = Number(/^\/(\d{3})/.exec(request.url ?? '')?.[1] ?? 200);
      response.writeHead(status, status === 302 ? { location: `${base}/elsewhere` } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function push(settings: Partial<PushSettings>, more: Partial<PushParts> = {}) {
  return createPush({
    settings: () => ({ isOn: true, kind: 'ntfy', url: `${base}/desk`, areActsSent: false, ...settings }),
    waitingCount: () => 2,
    titles: () => ['Run npm test'],
    fetch,
    now: () => Date.now(),
    logger: { info() {}, error() {} } as unknown as PushParts['logger'],
    ...more,
  });
}

const requested = [{ name: 'approval.requested' }] as unknown as Commit;

test('a test is taken by an address that answers, and each kind of answer is told', async () => {
  const outcomes = [];
  for (const path of ['/desk', '/302', '/403', '/500']) {
    outcomes.push((await push({ url: `${base}${path}` }).test()).problem);
  }
  expect(outcomes).toEqual([
    undefined,
    'The address leads to another one, and that is not followed.',
    'The address answered 403.',
    'The address answered 500.',
  ]);
  expect(got.map(({ path }) => path)).toEqual(['/desk', '/302', '/403', '/500']);
});

test('nothing is sent to an address that is not safe, and one that nobody answers at is told', async () => {
  expect((await push({ url: 'http://push.example/desk' }).test()).problem).toMatch(/none that is safe/);
  const closed = push({ url: 'http://127.0.0.1:1/desk' });
  expect((await closed.test()).problem).toMatch(/could not be reached/);
  expect(closed.outcome()).toMatchObject({ problem: expect.any(String) as string });
});

/** What is sent within ten minutes while a request comes every second. */
async function sentIn(settings: Partial<PushSettings>, more: Partial<PushParts> = {}) {
  vi.useFakeTimers({ now: 1_000_000 });
  const sent: { readonly atMs: number; readonly init: RequestInit }[] = [];
  const recording = ((_url: string, init: RequestInit) => {
    sent.push({ atMs: Date.now(), init });
    return Promise.resolve(new Response());
  }) as typeof fetch;
  const pushing = push(settings, { fetch: recording, ...more });
  for (let second = 0; second < 600; second++) {
    pushing.hear(requested);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  pushing.close();
  return sent;
}

test('however much comes, no more than one is sent a minute, and it says only how many wait', async () => {
  const sent = await sentIn({});
  expect(sent.length).toBeGreaterThan(5);
  const gaps = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000);
  expect(new Set(sent.map(({ init }) => init.body))).toEqual(new Set(['2 requests are waiting.']));
});

test('what they are about is sent where that is chosen, in the form that is chosen', async () => {
  const [first] = await sentIn({ areActsSent: true, kind: 'webhook' });
  expect(first?.init.body).toBe(JSON.stringify({ text: '2 requests are waiting.\nRun npm test', waiting: 2 }));
});

test('nothing is sent while it is off, or when all that came is decided', async () => {
  expect(await sentIn({ isOn: false })).toEqual([]);
  expect(await sentIn({}, { waitingCount: () => 0 })).toEqual([]);
});
