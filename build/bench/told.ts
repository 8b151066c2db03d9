import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { v7 as uuidv7 } from 'uuid';
import { agentCaller, type BenchApp, openApp, operator, valueOf } from './app';
import { percentile, tellLimit, timed } from './measure';
import { emptyHome } from './seed';

// A day of very many sessions, told call by call as the hook of Claude Code does: before each call, and after it (goal S4).
const SESSIONS = 1_000;
const CALLS_OF_SESSION = 200;

/** Sessions that are told of at once while the day is filled in. */
const AT_ONCE = 100;

/** Calls that are told one at a time when the day is full, some of them in a second. */
const WATCHED_CALLS = 400;
const BETWEEN_MS = 10;

const timelines = 200;

const kinds = [
  (number: number) => ({ toolName: 'Bash', action: { command: `git log --oneline src/cart/store-${number}.ts` } }),
  (number: number) => ({ toolName: 'Read', action: { file_path: `/home/olga/shop/src/cart/store-${number}.ts` } }),
  (number: number) => ({ toolName: 'Grep', action: { pattern: `total\\(${number}\\)`, path: 'src' } }),
  (number: number) => ({
    toolName: 'Edit',
    action: {
      file_path: `/home/olga/shop/src/cart/store-${number % 40}.ts`,
      old_string: `  const total = ${number};\n`,
      new_string: `  const total = ${number + 1};\n`,
    },
  }),
] as const;

const home = emptyHome();
const app = openApp(home);
const sessions = Array.from({ length: SESSIONS }, (_, number) => ({
  caller: agentCaller(`claude-code-${number % 4}`),
  session: { engine: 'claude', sessionId: uuidv7(), workspace: '/home/olga/shop', branch: `cart-${number}` } as const,
}));

/** Tells of one call of a session: that it begins, and that it came to its end. */
async function tellCall({ send }: BenchApp, number: number, of: (typeof sessions)[number]): Promise<void> {
  const toolUseId = `toolu_${uuidv7().replaceAll('-', '').slice(8)}`;
  const { toolName, action } = (kinds[number % kinds.length] ?? kinds[0])(number);
  const call = { toolName, action, toolUseId, engineAsks: 'never' } as const;
  valueOf(await send(of.caller, 'session.decide', { session: of.session, call }));
  valueOf(await send(of.caller, 'session.tell', { session: of.session, event: 'called', call }));
}

async function tellCalls(of: (typeof sessions)[number]): Promise<void> {
  for (let number = 0; number < CALLS_OF_SESSION; number++) await tellCall(app, number, of);
}

const database = new DatabaseSync(join(home, 'gatehouse.db'), { readOnly: true });

/** What is in use of the database, in bytes. */
function bytesOfDatabase(): number {
  const number = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return (number('page_count') - number('freelist_count')) * number('page_size');
}

// Their records are there before any of their calls is.
for (const each of sessions) {
  valueOf(await app.send(each.caller, 'session.tell', { session: each.session, event: 'started' }));
}
const before = bytesOfDatabase();
for (let from = 0; from < SESSIONS; from += AT_ONCE) {
  await Promise.all(sessions.slice(from, from + AT_ONCE).map(tellCalls));
}
const perCall = (bytesOfDatabase() - before) / (SESSIONS * CALLS_OF_SESSION);
tellLimit(
  {
    goal: 'S4',
    what: `growth of the database per told call, of ${(SESSIONS * CALLS_OF_SESSION).toLocaleString('en')}`,
    value: [perCall],
    baseline: [perCall],
    unit: 'bytes',
  },
  300,
);

/** The longest that the main thread was held up meanwhile, in milliseconds. */
async function longestStall(run: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await run();
  delay.disable();
  return delay.max / 1e6;
}

const idle = await longestStall(() => sleep(WATCHED_CALLS * BETWEEN_MS));
const told = await longestStall(async () => {
  for (let number = 0; number < WATCHED_CALLS; number++) {
    await tellCall(app, number, sessions[(number * 7) % SESSIONS] as (typeof sessions)[number]);
    await sleep(BETWEEN_MS);
  }
});
tellLimit(
  {
    goal: 'S4',
    what: 'longest stall while calls are told; against idling',
    value: [told],
    baseline: [idle],
    unit: 'ms',
  },
  20,
);

const opened: number[] = [];
for (let number = 0; number < timelines; number++) {
  const { engine, sessionId } = (sessions[(number * 7) % SESSIONS] as (typeof sessions)[number]).session;
  const runId = `${engine}-${sessionId}`;
  opened.push(await timed(() => valueOf(app.query(operator, 'sessions.calls', { runId, limit: 100 }))));
}
const first = [percentile(opened, 0.5)];
tellLimit(
  {
    goal: 'S4',
    what: 'the timeline of one session is read, p99',
    value: [percentile(opened, 0.99)],
    baseline: first,
    unit: 'ms',
  },
  100,
);
database.close();
await app.close();
