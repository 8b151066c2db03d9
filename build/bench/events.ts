import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { askForApprovals, openApp, operator, valueOf } from './app';
import { interleaved, median, tellAtMost, tellFloor } from './measure';
import { seededHome } from './seed';

const COMMITS = 100;

const app = openApp(seededHome({ approvals: 1_000, automations: 0, auditRows: 1_000 }));
let committedAt = 0;
// Before the event stream, so that its writing counts.
app.feed.subscribe(() => {
  committedAt = performance.now();
});
const api = await app.startApi();

// A token may hold 32 streams open.
const tokens: string[] = [];
for (let number = 0; number < 50; number++) {
  const made = await app.send(operator, 'token.create', { kind: 'engine', name: `engine ${number}` });
  tokens.push(valueOf(made).secret);
}

/** Opens connections; those that send a greeting have been answered. */
async function connected(
  count: number,
  port: number,
  greetingOf?: (number: number) => string,
): Promise<{ sockets: Socket[]; close: () => void }> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      await once(socket, 'connect');
      if (greetingOf !== undefined) {
        socket.write(greetingOf(number));
        await once(socket, 'data');
      }
      return socket;
    }),
  );
  return { sockets, close: () => sockets.forEach((socket) => socket.destroy()) };
}

/** Microseconds until the last of these has got what is sent. */
async function untilAllHave(sockets: readonly Socket[], send: () => Promise<number> | number): Promise<number> {
  const heard = Promise.all(
    sockets.map(async (socket) => {
      await once(socket, 'data');
      return performance.now();
    }),
  );
  const sentAt = await send();
  return (Math.max(...(await heard)) - sentAt) * 1_000;
}

/** Of many commits, each from when the feed tells of it until the last of these has got what is sent. */
async function atCommits(sockets: readonly Socket[]): Promise<readonly number[]> {
  const figures: number[] = [];
  for (let index = 0; index < COMMITS; index++) {
    figures.push(
      await untilAllHave(sockets, async () => {
        await askForApprovals(app, 1);
        return committedAt;
      }),
    );
  }
  return figures;
}

/** From the commit, when the feed tells of it, to the last client. */
const streamed = (clients: number) => async () => {
  const greeting = (number: number) =>
    `GET /governance/events HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nAuthorization: Bearer ${tokens[number]}\r\n\r\n`;
  const { sockets, close } = await connected(clients, api.port, greeting);
  const figures = await atCommits(sockets);
  close();
  return median(figures);
};

const server = createServer();
const accepted: Socket[] = [];
server.on('connection', (socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  accepted.push(socket);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const rawPort = typeof address === 'object' && address !== null ? address.port : 0;
const frame = Buffer.alloc(900, 'x');

const sendToAll = () => accepted.forEach((socket) => void socket.write(frame));

/** The same bytes on plain sockets, written where the stream writes: when the feed tells of a commit. */
const raw = (clients: number) => async () => {
  accepted.length = 0;
  const { sockets, close } = await connected(clients, rawPort);
  while (accepted.length < clients) await new Promise((resolve) => setImmediate(resolve));
  const unsubscribe = app.feed.subscribe(sendToAll);
  const figures = await atCommits(sockets);
  unsubscribe();
  close();
  return median(figures);
};

/** The same without a commit: what a warm loop on one machine can do at best. */
const rawAlone = async () => {
  accepted.length = 0;
  const { sockets, close } = await connected(1, rawPort);
  while (accepted.length < 1) await new Promise((resolve) => setImmediate(resolve));
  const figures: number[] = [];
  for (let index = 0; index < COMMITS; index++) {
    figures.push(
      await untilAllHave(sockets, () => {
        const sentAt = performance.now();
        sendToAll();
        return sentAt;
      }),
    );
  }
  close();
  return median(figures);
};

const sides = { one: streamed(1), rawOne: raw(1), fifty: streamed(50), rawFifty: raw(50), rawAlone };
const figures = await interleaved(sides);
tellFloor({
  goal: 'E1',
  what: 'raw TCP to one client at a commit, against raw TCP alone',
  value: figures.rawOne,
  baseline: figures.rawAlone,
  unit: 'us',
});
tellAtMost(
  {
    goal: 'E1',
    what: 'commit to the one client of the event stream, against raw TCP written at the same commit',
    value: figures.one,
    baseline: figures.rawOne,
    unit: 'us',
  },
  2,
);
tellAtMost(
  {
    goal: 'E1',
    what: 'commit to the last of 50 clients, against raw TCP written at the same commit',
    value: figures.fifty,
    baseline: figures.rawFifty,
    unit: 'us',
  },
  1.6,
);
server.close();
await api.close();
await app.close();
