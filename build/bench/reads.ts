import type { QueryName } from '../../shared/contract/contract';
import { askForApprovals, type BenchApp, engine, openApp, operator, valueOf } from './app';
import { decide } from './decisions';
import { interleaved, percentile, tellAtMost } from './measure';
import { agentIdOf, approvalIdOf, automationIdOf, fullSize, type Size, seededHome, smallSize } from './seed';

const CALLS = 400;

type Read = readonly [name: QueryName, input: (number: number, size: Size) => object, what?: string];

/** Every read that answers one record or one page; the number picks another one each time. */
const reads: readonly Read[] = [
  ['approvals.get', (number, size) => ({ approvalId: approvalIdOf((number * 7_919) % size.approvals) })],
  ['approvals.list', () => ({ limit: 50 })],
  ['approvals.list', () => ({ limit: 50, status: 'pending' }), 'pending'],
  ['queue.snapshot', () => ({})],
  ['automations.get', (number, size) => ({ automationId: automationIdOf((number * 7_919) % size.automations) })],
  ['automations.list', () => ({ limit: 50 })],
  ['automation.governance', (number, size) => ({ automationId: automationIdOf((number * 7_919) % size.automations) })],
  ['agents.list', () => ({ limit: 50 })],
  ['agent.allowance', (number) => ({ agentId: agentIdOf(number) })],
  ['audit.list', (number, size) => ({ afterSeq: (number * 7_919) % (size.auditRows - 100), limit: 50 })],
  ['runs.get', (number, size) => ({ runId: `run-${(number * 7_919) % size.automations}-1` })],
  ['runs.list', (number, size) => ({ automationId: automationIdOf((number * 7_919) % size.automations) })],
  ['reviews.list', () => ({})],
  ['spend.list', () => ({})],
];

const small = openApp(seededHome(smallSize));
const large = openApp(seededHome(fullSize));

/** Microseconds that 99 of 100 calls stay below. */
function p99OfRead({ query }: BenchApp, [name, input]: Read, size: Size): number {
  const figures = Array.from({ length: CALLS }, (_, number) => {
    const given = input(number, size);
    const startedAt = performance.now();
    valueOf(query(operator, name, given as never));
    return (performance.now() - startedAt) * 1_000;
  });
  return percentile(figures, 0.99);
}

async function p99Of(run: (number: number) => Promise<void>): Promise<number> {
  const figures: number[] = [];
  for (let number = 0; number < CALLS; number++) {
    const startedAt = performance.now();
    await run(number);
    figures.push((performance.now() - startedAt) * 1_000);
  }
  return percentile(figures, 0.99);
}

async function p99OfDecision(app: BenchApp): Promise<number> {
  const approvalIds = await askForApprovals(app, CALLS);
  return p99Of((number) => decide(app, approvalIds[number]));
}

const p99OfCreation = ({ send }: BenchApp) =>
  p99Of(async (number) => {
    const definition = { name: `Made ${number}`, schedule: { type: 'manual' }, agents: [], flow: { nodes: [] } };
    valueOf(await send(engine, 'automation.create', definition));
  });

async function compare(what: string, figure: (app: BenchApp, size: Size) => number | Promise<number>): Promise<void> {
  const figures = await interleaved({ small: () => figure(small, smallSize), large: () => figure(large, fullSize) }, 9);
  tellAtMost({ goal: 'S2', what, value: figures.large, baseline: figures.small, unit: 'us' }, 1.5);
}

for (const read of reads) {
  const [name, , what] = read;
  await compare(`p99 of ${name}${what === undefined ? '' : ` (${what})`}`, (app, size) => p99OfRead(app, read, size));
}
await compare('p99 of a decision, with its flush', p99OfDecision);
await compare('p99 of a creation, with its flush', p99OfCreation);
for (const app of [small, large]) await app.close();
