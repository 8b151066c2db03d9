import { expect, onTestFinished, test } from 'vitest';
import type { Api } from '../../electron/api/server';
import { ask, call } from '../support/api-client';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN } from '../support/world';

type StreamedEvent = { readonly id: number; readonly event: string; readonly data: Record<string, unknown> };

/** Reads a stream until `count` events have come. */
async function listen(api: Api, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(`${api.url}/governance/events`, {
    headers: { authorization: `Bearer ${ENGINE_TOKEN}`, ...headers },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const events: StreamedEvent[] = [];
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    async take(count: number): Promise<StreamedEvent[]> {
      while (events.length < count) {
        const part = await reader?.read();
        if (part === undefined || part.done) throw new Error('the stream ended');
        text += part.value;
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames.filter((lines) => lines.startsWith('id: '))) {
          const [id, event, data] = frame.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
          events.push({ id: Number(id), event: event ?? '', data: JSON.parse(data ?? '') as Record<string, unknown> });
        }
      }
      return events.splice(0, count);
    },
  };
}

test('what happens is streamed as it is committed: seq, name and row', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const stream = await listen(api);
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
      payload: { approvalID: approval_id, requestType: 'tool_call' },
    },
  });
  expect(denied).toMatchObject({
    id: 2,
    event: 'approval.denied',
    data: { actor: { kind: 'human', actor_id: 'olga' } },
  });
  expect(Object.keys(denied?.data ?? {})).not.toContain('hash');
});

test('a stream resumes from its last id without a gap, also over many pages', async () => {
  const world = createWorld();
  const api = await world.startApi();
  for (let index = 0; index < 30; index++) {
    const asks = Array.from({ length: 40 }, (_, part) => ask(api, `agent ${index}`, { rationale: `${index} ${part}` }));
    await Promise.all(asks.map((asked) => asked.catch(() => undefined)));
  }
  const head = world.store.read.audit.headSeq();
  expect(head).toBeGreaterThan(600);
  const stream = await listen(api, { 'last-event-id': '7' });
  const replayed = await stream.take(head - 7);
  expect(replayed.map(({ id }) => id)).toEqual(Array.from({ length: head - 7 }, (_, index) => index + 8));
  await expect.poll(async () => (await call(api, 'GET', '/governance/approvals?limit=1')).status).toBe(200);
  await ask(api, 'late');
  expect(await stream.take(1)).toMatchObject([{ id: head + 1 }]);
});

test('an agent hears of what it asked and of what is about it, and nothing else', async () => {
  const api = await createWorld().startApi();
  const stream = await listen(api, { 'x-tandem-agent-id': 'scout', 'last-event-id': '0' });
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
    listen(api),
    listen(api, { 'x-tandem-agent-id': 'scout' }),
    listen(api, { 'x-tandem-agent-id': 'other' }),
    listen(api),
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
  expect(await listen(api, { 'last-event-id': 'x' })).toMatchObject({ status: 400 });
  for (let count = 0; count < 32; count++) expect((await listen(api)).status).toBe(200);
  expect((await listen(api)).status).toBe(429);
});
