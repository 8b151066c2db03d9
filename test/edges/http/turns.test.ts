import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { createWorld, ENGINE_TOKEN } from '../../support/world';

async function connected(api: Api): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: api.port });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const get = (api: Api, path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${api.port}\r\nauthorization: Bearer ${ENGINE_TOKEN}\r\n\r\n`;

test('requests that are sent ahead are answered one after the other, in their order', async () => {
  const api = await createWorld().startApi();
  const socket = await connected(api);
  const paths = ['/global/health', '/nowhere', '/governance/limits', '/governance/audit'];
  const many = Array.from({ length: 100 }, (_, index) => paths[index % paths.length] ?? '');
  socket.write(many.map((path) => get(api, path)).join(''));
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
  await expect.poll(() => statuses().length).toBe(100);
  expect(statuses()).toEqual(many.map((path) => ({ '/nowhere': '404', '/governance/audit': '403' })[path] ?? '200'));
});

test('a connection that does not read has one answer made for it, and one that sends far too much ahead is cut off', async () => {
  const world = createWorld();
  const api = await world.startApi();
  for (let index = 0; index < 40; index++) {
    await world.execute(
      { role: 'agent', actor: { kind: 'agent', actorId: `a${index}` }, ancestorIds: [] },
      'approval.request',
      {
        requestType: 'tool_call',
        targetResource: { type: 'tool', id: 'Bash' },
        rationale: 'r',
        context: 'x'.repeat(300_000),
      },
    );
  }
  let madeCount = 0;
  const list = world.store.read.approvals.list;
  Object.assign(world.store.read.approvals, {
    list(filter: Parameters<typeof list>[0]) {
      madeCount += 1;
      return list(filter);
    },
  });
  const unread = await connected(api);
  unread.pause();
  unread.write(get(api, '/governance/approvals?limit=500').repeat(50));
  const other = await connected(api);
  // The system takes a few answers off our hands; whatever others do meanwhile, no more are made than it took.
  for (let asked = 0; asked < 60; asked++) {
    other.write(get(api, '/global/health'));
    await once(other, 'data');
  }
  expect(madeCount).toBeGreaterThan(0);
  expect(madeCount).toBeLessThan(20);

  const greedy = await connected(api);
  greedy.resume();
  const closed = once(greedy, 'close');
  greedy.write(get(api, '/global/health').repeat(400));
  await closed;
  other.write(get(api, '/global/health'));
  const [answer] = (await once(other, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
});
