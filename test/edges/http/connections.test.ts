import { expect, onTestFinished, test, vi } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { PAIRING_MS } from '../../../electron/nouns/tokens/pairings';
import { eventNameOf } from '../../../shared/events';
import { answered } from '../../support/answers';
import { call, sendRaw } from '../../support/api-client';
import { createWorld, type World } from '../../support/world';

const CONNECTIONS = '/governance/connections';

type Asked = { readonly connection_id: string; readonly secret: string; readonly code: string };

const post = (api: Api, agentId = 'claude-code', engine = 'claude') =>
  call(api, 'POST', CONNECTIONS, { token: undefined, body: { engine, agent_id: agentId } });

async function ask(world: World, api: Api, agentId?: string): Promise<Asked> {
  const answer = await post(api, agentId);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  // The next one may come.
  world.clock.at += 2_000;
  return answer.body.connection as Asked;
}

const hear = (api: Api, asked: Asked, waitMs = 0, secret = asked.secret) =>
  call(api, 'GET', `${CONNECTIONS}/${asked.connection_id}?wait_ms=${waitMs}`, { token: secret });

const eventsOf = (world: World) => world.store.read.audit.after(0, 100).map(({ eventType }) => eventNameOf(eventType));
const tokensOf = (world: World) => world.store.read.tokens.list();

async function start() {
  const world = createWorld();
  return { world, api: await world.startApi() };
}

test('the operator sees the code, agrees, and the program that waits is told its token once', async () => {
  const { world, api } = await start();
  const asked = await ask(world, api);
  expect(asked.code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  expect(world.pairings.waiting()).toMatchObject([{ engine: 'claude', agentId: 'claude-code', code: asked.code }]);
  // Nothing is written down before the operator answers.
  expect({ events: eventsOf(world), tokens: tokensOf(world) }).toEqual({ events: [], tokens: [] });
  const waiting = hear(api, asked, 60_000);
  expect(await world.pairings.answer(asked.connection_id, true)).toMatchObject({ ok: true });
  const { body } = await waiting;
  expect(body.connection).toMatchObject({ status: 'accepted', agent_id: 'claude-code' });
  const limits = await call(api, 'GET', '/governance/limits', { token: body.connection.token });
  expect(limits.status).toBe(200);
  const named = await call(api, 'GET', '/governance/limits', { token: body.connection.token, agent: 'other' });
  expect(named.body.code).toBe('AGENT_IDENTITY_MISMATCH');
  expect(await hear(api, asked)).toMatchObject({ status: 404, body: { code: 'CONNECTION_NOT_FOUND' } });
  expect(eventsOf(world)).toEqual(['agent.enrolled', 'connection.accepted']);
  expect(world.pairings.waiting()).toEqual([]);
});

test('other users of the machine never take the last place, nor the time, of the operator’s own programs', () => {
  const { pairings, clock } = createWorld();
  const ask = (isOfOtherUser: boolean) => pairings.ask({ engine: 'claude', agentId: 'claude-code' }, isOfOtherUser).ok;
  for (let second = 0; second < 30; second++) {
    ask(true);
    clock.at += 1_000;
  }
  expect(pairings.waiting()).toHaveLength(2);
  expect(ask(true)).toBe(false);
  expect(ask(false)).toBe(true);
  clock.at += 2_000;
  expect([ask(false), ask(true)]).toEqual([false, false]);
  clock.at += PAIRING_MS;
  expect([ask(true), ask(false)]).toEqual([true, true]);
});

test('a refusal is told, is an event, makes no token, and cannot be answered again', async () => {
  const { world, api } = await start();
  const asked = await ask(world, api);
  await world.pairings.answer(asked.connection_id, false);
  expect(await world.pairings.answer(asked.connection_id, true)).toMatchObject({ ok: false });
  const { body } = await hear(api, asked);
  expect(body.connection).toMatchObject({ status: 'refused' });
  expect(body.connection).not.toHaveProperty('token');
  expect({ events: eventsOf(world), tokens: tokensOf(world) }).toEqual({ events: ['connection.refused'], tokens: [] });
});

test('two answers at once make one token', async () => {
  const { world, api } = await start();
  const asked = await ask(world, api);
  const answers = await Promise.all([1, 2, 3].map(() => world.pairings.answer(asked.connection_id, true)));
  expect(answers.map(({ ok }) => ok)).toEqual([true, false, false]);
  expect(tokensOf(world)).toHaveLength(1);
});

test('a flood of those who ask is refused, leaves nothing in the audit log, and room again after five minutes', async () => {
  const { world, api } = await start();
  await ask(world, api, 'one');
  const burst = await Promise.all(Array.from({ length: 20 }, () => post(api, 'flood')));
  expect(burst.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(burst.find(({ status }) => status !== 200)).toMatchObject({
    status: 429,
    body: { code: 'CONNECTION_BACKLOG' },
  });
  world.clock.at += 2_000;
  await ask(world, api, 'three');
  expect((await post(api, 'four')).headers.get('retry-after')).toBe('2');
  expect(world.pairings.waiting().map(({ agentId }) => agentId)).toEqual(['one', 'flood', 'three']);
  expect(eventsOf(world)).toEqual([]);
  world.clock.at += PAIRING_MS;
  expect(world.pairings.waiting()).toEqual([]);
  expect((await post(api, 'five')).status).toBe(200);
});

test('a wrong secret, an unknown id and the code itself are all told the same nothing', async () => {
  const { world, api } = await start();
  const asked = await ask(world, api);
  const other = await ask(world, api, 'other');
  await world.pairings.answer(asked.connection_id, true);
  const guesses = [asked.code, `${asked.secret}x`, asked.secret.slice(0, -1), other.secret, asked.connection_id];
  for (const secret of guesses) {
    expect(await hear(api, asked, 0, secret)).toMatchObject({ status: 404, body: { code: 'CONNECTION_NOT_FOUND' } });
  }
  expect((await call(api, 'GET', `${CONNECTIONS}/con_0`, { token: asked.secret })).status).toBe(404);
  expect((await call(api, 'GET', `${CONNECTIONS}/${asked.connection_id}`, { token: undefined })).status).toBe(401);
  // No guess has used it up, and the secret of it is no token.
  expect((await call(api, 'GET', '/governance/limits', { token: asked.secret })).status).toBe(401);
  expect((await hear(api, asked)).body.connection.token).toMatch(/^gth_/);
});

test('a token that nobody fetches in time is revoked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const world = createWorld();
  const asked = answered(world.pairings.ask({ engine: 'gemini', agentId: 'gemini-cli' }));
  await world.pairings.answer(asked.connectionId, true);
  expect(tokensOf(world)[0]).not.toHaveProperty('revokedAtMs');
  vi.advanceTimersByTime(PAIRING_MS);
  vi.useRealTimers();
  await vi.waitFor(() => expect(tokensOf(world)[0]).toHaveProperty('revokedAtMs'));
  const heard = await world.pairings.wait(asked.connectionId, asked.secret, 0, new AbortController().signal);
  expect(heard).toMatchObject({ ok: false });
});

test('who waits is told when the time is over, and after a new start that nobody waits for them', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const world = createWorld();
  const asked = answered(world.pairings.ask({ engine: 'codex', agentId: 'codex' }));
  const { connectionId, secret } = asked;
  const waiting = world.pairings.wait(connectionId, secret, PAIRING_MS * 2, new AbortController().signal);
  vi.advanceTimersByTime(PAIRING_MS);
  expect(await waiting).toMatchObject({ ok: true, value: { status: 'expired' } });
  vi.useRealTimers();
  await world.closeDoor();
  const again = createWorld({ home: world.home });
  const heard = await again.pairings.wait(connectionId, secret, 0, new AbortController().signal);
  expect(heard).toMatchObject({ ok: false, refusal: { code: 'CONNECTION_NOT_FOUND' } });
});

test('who leaves before the answer does not use up the token', async () => {
  const { world, api } = await start();
  const asked = await ask(world, api);
  const leaving = new AbortController();
  const left = world.pairings.wait(asked.connection_id, asked.secret, 60_000, leaving.signal);
  leaving.abort();
  expect(await left).toMatchObject({ ok: true, value: { status: 'pending' } });
  await world.pairings.answer(asked.connection_id, true);
  expect((await hear(api, asked)).body.connection).toMatchObject({ status: 'accepted' });
});

test('a web page can neither ask nor hear, and what is asked has the form it must have', async () => {
  const { world, api } = await start();
  const headers = { host: `127.0.0.1:${api.port}`, origin: 'https://evil.example', 'content-type': 'application/json' };
  const body = JSON.stringify({ engine: 'claude', agent_id: 'a' });
  const page = await sendRaw({ host: '127.0.0.1', port: api.port, path: CONNECTIONS, method: 'POST', headers }, body);
  expect(page).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' } });
  for (const wrong of [{}, { engine: 'other', agent_id: 'a' }, { engine: 'claude', agent_id: 'x'.repeat(201) }]) {
    expect((await call(api, 'POST', CONNECTIONS, { token: undefined, body: wrong })).status).toBe(400);
  }
  expect(world.pairings.waiting()).toEqual([]);
});
