import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { ask, call } from '../../support/api-client';
import { request } from '../../support/approvals';
import { listen } from '../../support/event-stream';
import { agent, createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, operator } from '../../support/world';

test('what happens is streamed as it is committed: seq, name and row [api-2.events]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const stream = await listen(api.url, ENGINE_TOKEN);
  expect(stream).toMatchObject({ status: 200, contentType: 'text/event-stream' });
  const { approval_id } = await ask(api, 'scout');
  await call(api, 'POST', `/governance/approvals/${approval_id}/deny`, { token: OPERATOR_TOKEN });
  const [requested, denied] = await stream.take(2);
  expect(requested).toMatchObject({
    id: 1,
    event: 'approval.requested',
    data: {
      seq: 1,
      at_ms: world.clock.at,
      event_type: 'automation.governance.approval.requested',
      actor: { kind: 'agent', actor_id: 'scout' },
      payload: { approvalID: approval_id, request: { request_type: 'tool_call' } },
    },
  });
  expect(denied).toMatchObject({
    id: 2,
    event: 'approval.denied',
    data: { actor: { kind: 'human', actor_id: 'olga' } },
  });
  expect(Object.keys(denied?.data ?? {})).not.toContain('hash');
});

test('a stream resumes from its last id without a gap, also over many pages [api-2.events]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  for (let index = 0; index < 30; index++) {
    // Not over the API: one token has no more than 200 requests waiting.
    const asks = Array.from({ length: 40 }, (_, part) =>
      world.execute(agent(`agent ${index}`), 'approval.request', request({ rationale: `${index} ${part}` })),
    );
    await Promise.all(asks);
  }
  const head = world.store.read.audit.headSeq();
  expect(head).toBeGreaterThan(600);
  const stream = await listen(api.url, ENGINE_TOKEN, { 'last-event-id': '7' });
  const replayed = await stream.take(head - 7);
  expect(replayed.map(({ id }) => id)).toEqual(Array.from({ length: head - 7 }, (_, index) => index + 8));
  await expect.poll(async () => (await call(api, 'GET', '/governance/approvals?limit=1')).status).toBe(200);
  await ask(api, 'late');
  expect(await stream.take(1)).toMatchObject([{ id: head + 1 }]);
});

test('an agent hears of what it asked and of what is about it, and nothing else [api-2.sees-only]', async () => {
  const api = await createWorld().startApi();
  const stream = await listen(api.url, ENGINE_TOKEN, { 'x-tandem-agent-id': 'scout', 'last-event-id': '0' });
  await ask(api, 'other', { rationale: 'secret' });
  await ask(api, 'other', { target_resource: { type: 'agent', id: 'scout' } });
  await ask(api, 'scout');
  const events = await stream.take(2);
  expect(events.map(({ id }) => id)).toEqual([2, 3]);
  expect(JSON.stringify(events)).not.toContain('secret');
});

test('streams at one place hear of the same commit, each what it may see', async () => {
  const api = await createWorld().startApi();
  const streams = await Promise.all([
    listen(api.url, ENGINE_TOKEN),
    listen(api.url, ENGINE_TOKEN, { 'x-tandem-agent-id': 'scout' }),
    listen(api.url, ENGINE_TOKEN, { 'x-tandem-agent-id': 'other' }),
    listen(api.url, ENGINE_TOKEN),
  ]);
  let count = 0;
  for (const agentId of ['scout', 'other', 'scout', 'other'])
    await ask(api, agentId, { target_resource: { type: 'tool', id: String(count++) } });
  const heard = await Promise.all(streams.map((stream, index) => stream.take([4, 2, 2, 4][index] ?? 0)));
  expect(heard.map((events) => events.map(({ id }) => id))).toEqual([
    [1, 2, 3, 4],
    [1, 3],
    [2, 4],
    [1, 2, 3, 4],
  ]);
});

test('an id that is none is refused, and so are too many streams of one token', async () => {
  const api = await createWorld().startApi();
  expect(await listen(api.url, ENGINE_TOKEN, { 'last-event-id': 'x' })).toMatchObject({ status: 400 });
  for (let count = 0; count < 32; count++) expect((await listen(api.url, ENGINE_TOKEN)).status).toBe(200);
  expect((await listen(api.url, ENGINE_TOKEN)).status).toBe(429);
});

/** A connection that asks for the events from the first on and reads nothing until it is told to. */
async function openUnread(api: Api, token: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: api.port });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.pause();
  socket.write(
    `GET /governance/events HTTP/1.1\r\nhost: 127.0.0.1:${api.port}\r\nauthorization: Bearer ${token}\r\nlast-event-id: 0\r\n\r\n`,
  );
  return socket;
}

test('streams at one place share what is read for them; nothing is read for one that has unread bytes, until it reads on', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const rows = 120;
  for (let index = 0; index < rows; index++) {
    await ask(api, `agent ${index % 10}`, { rationale: String(index), context: 'x'.repeat(200_000) });
  }
  const readAfter = vi.spyOn(world.store.read.audit, 'after');
  const sockets = await Promise.all(Array.from({ length: 8 }, () => openUnread(api, ENGINE_TOKEN)));
  const served = () => readAfter.mock.calls.map(([seq]) => seq);
  // The system takes some of it; then nothing more is asked for, whatever is committed.
  await expect.poll(() => served().length).toBeGreaterThan(0);
  await ask(api, 'late');
  for (let turn = 0; turn < 5; turn++) await ask(api, 'late', { rationale: String(turn) });
  expect(Math.max(...served())).toBeLessThan(rows);
  expect(served().length).toBeLessThan(rows);
  const [reader] = sockets;
  let text = '';
  reader?.on('data', (part: Buffer) => (text += part.toString()));
  reader?.resume();
  await expect.poll(() => [...text.matchAll(/^id: (\d+)$/gm)].length).toBe(rows + 6);
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids).toEqual(Array.from({ length: rows + 6 }, (_, index) => index + 1));
});

test('all tokens together hold a bounded number of streams', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const statuses: number[] = [];
  for (let number = 0; number < 9; number++) {
    const made = await world.execute(operator, 'token.create', { kind: 'engine', name: `engine ${number}` });
    const authorization = `Bearer ${made.ok ? made.value.secret : ''}`;
    for (let count = 0; count < 32; count++)
      statuses.push((await listen(api.url, ENGINE_TOKEN, { authorization })).status);
  }
  expect(statuses.filter((status) => status === 200).length).toBe(256);
  expect(statuses.slice(256)).toEqual(Array.from({ length: 32 }, () => 429));
});
