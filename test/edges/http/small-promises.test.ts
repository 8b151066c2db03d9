import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask, call } from '../../support/api-client';
import { createWorld, ENGINE_TOKEN } from '../../support/world';

test('the server listens at 127.0.0.1 and at no other address of the machine [api-0.loopback]', async () => {
  const api = await createWorld().startApi();
  const reached = (host: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(api.port, host);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      onTestFinished(() => void socket.destroy());
    });
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const others = own.filter(({ family, address }) => family === 'IPv4' && address !== '127.0.0.1');
  // All of 127.0.0.0/8 is this machine to Linux, which has no other address where there is no network.
  const hosts = [
    ...others.map(({ address }) => address),
    '::1',
    ...(process.platform === 'linux' ? ['127.0.0.2'] : []),
  ];
  expect(await reached('127.0.0.1')).toBe(true);
  expect(await Promise.all(hosts.map(reached))).not.toContain(true);
});

test('what a creator says that its request came from is kept in the provenance [api-1.request-source]', async () => {
  const api = await createWorld().startApi();
  const body = { name: 'Nightly', schedule: {}, agents: [], flow: { nodes: [] } };
  const headers = { 'x-tandem-request-source': 'planner_ui' };
  const made = await call(api, 'POST', '/automations/v2', { agent: 'scout', headers, body });
  const path = `/automations/v2/${made.body.automation.automation_id}/governance`;
  const { governance } = (await call(api, 'GET', path)).body;
  expect(governance.provenance).toMatchObject({ creator: { actor_id: 'scout' }, request_source: 'planner_ui' });
});

test('a stream on which nothing happens gets a comment every 15 s [api-2.events-alive]', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const api = await createWorld().startApi();
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const headers = { authorization: `Bearer ${ENGINE_TOKEN}` };
  const { body } = await fetch(`${api.url}/governance/events`, { headers, signal: leaving.signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => (await reader?.read())?.value;
  expect(await read()).toMatch(/^:.*\n\n$/);
  vi.advanceTimersByTime(14_999);
  await ask(api, 'scout');
  expect(await read()).toMatch(/^id: 1\n/);
  vi.advanceTimersByTime(1);
  expect(await read()).toMatch(/^:.*\n\n$/);
});
