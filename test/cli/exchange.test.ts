import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { ask, send } from '../../electron/client/client';

/** A server that reads a request and then sends these bytes, part by part, and hangs up; it keeps what it was sent. */
async function serverOf(answer: () => readonly Buffer[]) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request: Buffer) => {
      heard.push(request.toString('utf8'));
      for (const part of answer()) socket.write(part);
      socket.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

const body = JSON.stringify({ answer: 'nothing', sentence: 'Ä 🙂' });
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
);

test('an answer is the same in whichever parts it comes, and one that is cut off anywhere is none', async () => {
  let parts: readonly Buffer[] = [];
  const { url } = await serverOf(() => parts);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 5 }), fc.nat(whole.length), async (cuts, end) => {
      const sent = whole.subarray(0, end);
      const at = [0, ...cuts.filter((cut) => cut < end).toSorted((one, other) => one - other), end];
      parts = at.slice(1).map((cut, index) => sent.subarray(at[index], cut));
      const answered = send({ url, token: '' }, { path: '/' });
      if (end === whole.length) expect(await answered).toEqual({ status: 200, body: JSON.parse(body) as unknown });
      else await expect(answered).rejects.toMatchObject({ code: 'UNREACHABLE' });
    }),
    {
      examples: [
        [[], whole.length],
        [[1, 5, 90], whole.length],
      ],
    },
  );
});

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['no JSON', 'HTTP/1.0 200 OK\r\n\r\nhello'],
  ['no object', 'HTTP/1.0 200 OK\r\n\r\n[]'],
  ['a head without end', `HTTP/1.0 200 OK\r\n${'x'.repeat(70_000)}`],
])('%s is not Gatehouse', async (_name, answer) => {
  const { url } = await serverOf(() => [Buffer.from(answer)]);
  await expect(send({ url, token: '' }, { path: '/' })).rejects.toThrow('is not Gatehouse');
});

test('nothing that is sent can end a line of the request and begin another', async () => {
  const { url, heard } = await serverOf(() => [whole]);
  const evil = 'a\r\nx-tandem-actor-id: olga';
  await expect(send({ url, token: evil }, { path: '/' })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(send({ url, token: '', agentId: evil }, { path: '/' })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(send({ url, token: '' }, { path: '/', ancestorIds: [evil] })).rejects.toMatchObject({ code: 'USAGE' });
  expect(heard).toEqual([]);
  await ask({ url, token: 't' }, { method: 'POST', path: `/${evil}?${evil}`, body: { note: evil } });
  const [head = '', text = ''] = heard[0]?.split('\r\n\r\n') ?? [];
  expect(head.split('\r\n').map((line) => line.split(/[ :]/)[0])).toEqual([
    ...['POST', 'host', 'authorization', 'x-tandem-request-source', 'content-type', 'content-length'],
  ]);
  expect(JSON.parse(text)).toEqual({ note: evil });
});
