import { v7 as uuidv7 } from 'uuid';
import { agentCaller, type BenchApp, openApp, operator, valueOf } from './app';
import { ACTS, type Acts, prepareActs } from './counted-acts';
import { checkout, startElectron } from './electron';
import { interleaved, ROUNDS, tellAtMost, timed } from './measure';
import { memoryOf } from './memory';
import { agentIdOf, fullSize, type Size, seededHome } from './seed';

// What ten times the data costs (goal G2): one act or one page as much as before, a walk over everything ten times as much.
const tenth: Size = {
  approvals: fullSize.approvals / 10,
  automations: fullSize.automations / 10,
  auditRows: fullSize.auditRows / 10,
};
const CALLS = { small: 5_000, large: 50_000 } as const;
const CALLS_OF_SESSION = 200;

/** Agents that calls are told of: one begins only so many sessions in an hour. */
const TOLD_AGENTS = 10;

/** How often one act may cost more, and how often a walk: what is in no cache any more costs a little besides. */
const MOST_OF_AN_ACT = 1.5;
const MOST_OF_A_WALK = 12;

/** A walk is a million rows long, so it is timed once, after one that warms up. */
const ROUNDS_OF_A_WALK = 1;

/** Acts of a kind in a round; with the first round, which only warms up, all that are prepared. */
const ACTS_OF_A_ROUND = Math.floor(ACTS / (ROUNDS + 1));

const PAGES = 50;

type Grown = {
  readonly home: string;
  readonly app: BenchApp;
  readonly acts: Acts;
  /** How often each act was done so far. */
  readonly done: Record<keyof Acts | 'told' | 'page', number>;
};

const sessionOf = (number: number) =>
  ({ engine: 'claude', sessionId: `growth-${number}`, workspace: '/home/olga/shop' }) as const;

/** Tells of one call, as the hook before it does. */
async function tellCall({ send }: BenchApp, number: number): Promise<void> {
  const nth = Math.floor(number / CALLS_OF_SESSION);
  const session = sessionOf(nth);
  const action = { file_path: `/home/olga/shop/src/cart/store-${number}.ts` };
  const call = { toolName: 'Read', action, toolUseId: `toolu_${uuidv7()}`, engineAsks: 'never' } as const;
  const { answer } = valueOf(
    await send(agentCaller(agentIdOf(nth % TOLD_AGENTS)), 'session.decide', { session, call }),
  );
  if (answer === 'deny') throw new Error('a call was denied');
}

async function grown(size: Size, calls: number): Promise<Grown> {
  const home = seededHome(size);
  const app = openApp(home);
  for (let from = 0; from < calls; from += CALLS_OF_SESSION) {
    await Promise.all(Array.from({ length: CALLS_OF_SESSION }, (_, index) => tellCall(app, from + index)));
  }
  const done = { request: 0, decision: 0, charge: 0, creation: 0, told: calls, page: 0 };
  return { home, app, acts: await prepareActs(app), done };
}

/** Milliseconds of one act, by so many of them one after the other. */
const act = (grownApp: Grown, name: keyof Acts) => async () => {
  const ms = await timed(async () => {
    for (let count = 0; count < ACTS_OF_A_ROUND; count++) await grownApp.acts[name](grownApp.done[name]++);
  });
  return ms / ACTS_OF_A_ROUND;
};

const told =
  ({ app, done }: Grown) =>
  async () =>
    (await timed(async () => {
      for (let count = 0; count < PAGES; count++) await tellCall(app, done.told++);
    })) / PAGES;

/** Milliseconds of one page of a list, further back with each. */
const page =
  ({ app }: Grown, name: 'approvals.list' | 'automations.list') =>
  async () =>
    (await timed(() => {
      let cursor: string | undefined;
      for (let count = 0; count < PAGES; count++) {
        const answered = valueOf(app.query(operator, name, { limit: 20, ...(cursor !== undefined && { cursor }) }));
        cursor = answered.nextCursor;
      }
    })) / PAGES;

const small = await grown(tenth, CALLS.small);
const large = await grown(fullSize, CALLS.large);

async function compare(
  what: string,
  figure: (of: Grown) => () => number | Promise<number>,
  { most = MOST_OF_AN_ACT, rounds = ROUNDS, unit = 'ms' } = {},
): Promise<void> {
  const figures = await interleaved({ small: figure(small), large: figure(large) }, rounds);
  tellAtMost(
    { goal: 'G2', what: `${what}, of ten times the data`, value: figures.large, baseline: figures.small, unit },
    most,
  );
}

for (const name of ['request', 'decision', 'charge', 'creation'] as const)
  await compare(`a ${name}`, (of) => act(of, name));
await compare('a told call', told);
await compare('a page of approvals', (of) => page(of, 'approvals.list'));
await compare('a page of automations', (of) => page(of, 'automations.list'));
const walk = { most: MOST_OF_A_WALK, rounds: ROUNDS_OF_A_WALK };
const ask = (name: 'audit.verify' | 'health.check') => (of: Grown) => () =>
  timed(async () => valueOf(await of.app.send(operator, name, {}, { signal: new AbortController().signal })));
await compare('verifying the audit log', ask('audit.verify'), walk);
await compare('a health check', ask('health.check'), walk);
for (const { app } of [small, large]) await app.close();

/** What the real app says of itself once it shows its window, or is ready in the tray. */
const started =
  (args: readonly string[], beginning: string, figure: (ms: number, pid: number) => number) =>
  (of: Grown) =>
  async () => {
    const app = startElectron(checkout, of.home, args);
    const ms = await app.said(beginning);
    const value = figure(ms, app.pid);
    await app.quit();
    return value;
  };
await compare(
  'start to ready in the tray',
  started(['--hidden'], 'Gatehouse is ready', (ms) => ms),
);
await compare(
  'start to the first frame of the window',
  started([], 'bench: frame', (ms) => ms),
);
await compare(
  'memory with the window',
  started([], 'bench: frame', (_ms, pid) => memoryOf(pid)),
  { unit: 'MB' },
);
