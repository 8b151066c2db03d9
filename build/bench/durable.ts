import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askForApprovals, type BenchApp, openApp } from './app';
import { bareDecisions, DECISIONS, decide, decisionsOfMany, decisionsOfOne, rawAppends } from './decisions';
import { interleaved, isWanted, percentile, tellAtLeast, tellAtMost, tellFloor, timed } from './measure';
import { approvalOf, emptyHome, fullSize, type Size, seededHome } from './seed';

const folder = emptyHome();

async function benchOneClient(auditRows: number, size: Size, times: number): Promise<void> {
  const app = openApp(seededHome(size));
  const sides = { raw: rawAppends(DECISIONS), bare: bareDecisions(DECISIONS), app: () => decisionsOfOne(app) };
  const figures = await interleaved(sides, 15);
  const bare = "a decision's statements alone, bare SQLite, against append + fsync";
  tellFloor({ goal: 'D1', what: bare, value: figures.bare, baseline: figures.raw, unit: '/s' });
  const what = `decide + audit, one client, ${auditRows.toLocaleString('en')} audit rows, against append + fsync`;
  tellAtLeast({ goal: 'D1', what, value: figures.app, baseline: figures.raw, unit: '/s' }, times);
  await app.close();
}

async function benchManyClients(): Promise<void> {
  const app = openApp(seededHome({ approvals: 1_000, automations: 0, auditRows: 1_000 }));
  const figures = await interleaved({ raw: rawAppends(DECISIONS), app: () => decisionsOfMany(app) });
  const what = 'decide + audit, 64 clients, against one append + fsync at a time';
  tellAtLeast({ goal: 'D2', what, value: figures.app, baseline: figures.raw, unit: '/s' }, 1.7);
  await app.close();
}

/** The reference keeps its whole state in memory, clones it for each change and writes all of it to one file. */
function referenceMutation(records: number): () => Promise<number> {
  let state = { approvals: Array.from({ length: records }, (_, number) => approvalOf(number, Date.now())) };
  let number = 0;
  return () =>
    timed(() => {
      const next = structuredClone(state);
      const changed = next.approvals[number++ % records];
      if (changed !== undefined) next.approvals[number % records] = { ...changed, status: 'denied', revision: 2 };
      writeFileSync(join(folder, 'state.json'), JSON.stringify(next, null, 2));
      state = next;
    });
}

/** Milliseconds of one decision, the middle of many. */
async function decisionMs(app: BenchApp): Promise<number> {
  const approvalIds = await askForApprovals(app, 100);
  const figures: number[] = [];
  for (const approvalId of approvalIds) figures.push(await timed(() => decide(app, approvalId)));
  return percentile(figures, 0.5);
}

async function benchReference(): Promise<void> {
  const goals = [
    [1_000, 50],
    [10_000, 500],
    [100_000, 4_000],
  ] as const;
  const apps = goals.map(([approvals]) => openApp(seededHome({ approvals, automations: 0, auditRows: approvals })));
  const [small, middle, large] = apps;
  if (small === undefined || middle === undefined || large === undefined) throw new Error('no app');
  const figures = await interleaved({
    small: () => decisionMs(small),
    middle: () => decisionMs(middle),
    large: () => decisionMs(large),
    smallReference: referenceMutation(1_000),
    middleReference: referenceMutation(10_000),
    largeReference: referenceMutation(100_000),
  });
  const sides = [
    [figures.small, figures.smallReference],
    [figures.middle, figures.middleReference],
    [figures.large, figures.largeReference],
  ] as const;
  for (const [index, [own, reference]] of sides.entries()) {
    const [records, times] = goals[index] ?? [0, 0];
    const what = `the reference's mutation takes as many times ours, ${records.toLocaleString('en')} records`;
    tellAtLeast({ goal: 'D3', what, value: reference, baseline: own, unit: 'ms' }, times);
  }
  const what = 'our mutation with 100,000 records against 1,000';
  tellAtMost({ goal: 'D3', what, value: figures.large, baseline: figures.small, unit: 'ms' }, 1.3);
  for (const app of apps) await app.close();
}

if (isWanted('D1')) {
  await benchOneClient(100_000, { approvals: 10_000, automations: 0, auditRows: 100_000 }, 0.65);
  await benchOneClient(1_000_000, fullSize, 0.55);
}
if (isWanted('D2')) await benchManyClients();
if (isWanted('D3')) await benchReference();
