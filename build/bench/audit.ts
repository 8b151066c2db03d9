import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '../../electron/kernel/store/canonical-json';
import { openApp, operator, valueOf } from './app';
import { interleaved, median, tellAtMost, tellCount, tellLimit, timed } from './measure';
import { fullSize, seededHome } from './seed';

const PAGE_SIZE = 50;
const PAGES = 200;
const VERIFIED_ROWS = 100_000;

/** A million rows take seconds, so fewer rounds of them. */
const ROUNDS_OF_ALL = 3;

const small = openApp(seededHome({ approvals: 1_000, automations: 1_000, auditRows: 10_000 }));
const large = openApp(seededHome(fullSize));
const middle = openApp(seededHome({ approvals: 10_000, automations: 0, auditRows: VERIFIED_ROWS }));

/** Milliseconds of a page somewhere in the log. */
const pages = (app: typeof small, rows: number) => async () =>
  (await timed(() => {
    for (let page = 0; page < PAGES; page++) app.store.read.audit.after(Math.floor((rows * page) / PAGES), PAGE_SIZE);
  })) / PAGES;

const figures = await interleaved({ small: pages(small, 10_000), large: pages(large, 1_000_000) });
const what = `a page of ${PAGE_SIZE} audit rows of 1,000,000 against one of 10,000`;
tellAtMost({ goal: 'G1', what, value: figures.large, baseline: figures.small, unit: 'ms' }, 1.5);

// As the operator asks for it: in slices, between which the app goes on. Before anything else fills the memory of this process, whose
// clearing would be taken for a stall.
const all = { hashing: [], chain: [], verify: [], stall: [], idle: [] } as Record<
  'hashing' | 'chain' | 'verify' | 'stall' | 'idle',
  number[]
>;
const monitor = monitorEventLoopDelay({ resolution: 1 });
for (let round = 0; round < ROUNDS_OF_ALL; round++) {
  const longestDuring = async (work: () => Promise<unknown>) => {
    monitor.reset();
    monitor.enable();
    await work();
    monitor.disable();
    return monitor.max / 1e6;
  };
  all.idle.push(await longestDuring(() => sleep(1_000)));
  all.stall.push(
    await longestDuring(async () => {
      const { signal } = new AbortController();
      const verifying = async () => valueOf(await large.send(operator, 'audit.verify', {}, { signal }));
      all.verify.push(await timed(verifying));
    }),
  );
}
for (let round = 0; round < ROUNDS_OF_ALL; round++) {
  let hashing = 0;
  for (let seq = 0; seq < fullSize.auditRows; seq += VERIFIED_ROWS) {
    const part = large.store.read.audit.after(seq, VERIFIED_ROWS).map(({ hash: _hash, ...row }) => row);
    hashing += await timed(() => {
      for (const row of part) createHash('sha256').update(canonicalJson(row)).digest('hex');
    });
  }
  all.hashing.push(hashing);
  all.chain.push(await timed(() => large.store.read.audit.verify()));
}
const count = fullSize.auditRows.toLocaleString('en');
const chainOfAll = `verifying ${count} rows against hashing them`;
tellAtMost({ goal: 'G1', what: chainOfAll, value: all.chain, baseline: all.hashing, unit: 'ms' }, 2);
// It reads every other row of the database too, its indexes and its sums: no part of the chain, and as long as there is of them.
const whole = `verifying ${count} rows in slices, and beside them the whole state and the file`;
tellCount({ goal: 'G1', what: whole, value: median(all.verify), unit: 'ms' });
const stall = 'longest stall while they are verified; against idling';
tellLimit({ goal: 'G1', what: stall, value: all.stall, baseline: all.idle, unit: 'ms' }, 50);

const rows = middle.store.read.audit.after(0, VERIFIED_ROWS).map(({ hash: _hash, ...row }) => row);
const verified = await interleaved({
  hashing: () =>
    timed(() => {
      for (const row of rows) createHash('sha256').update(canonicalJson(row)).digest('hex');
    }),
  verify: () => timed(() => middle.store.read.audit.verify()),
});
const chain = `verifying ${VERIFIED_ROWS.toLocaleString('en')} rows against hashing them`;
tellAtMost({ goal: 'G1', what: chain, value: verified.verify, baseline: verified.hashing, unit: 'ms' }, 2);

for (const app of [small, middle, large]) await app.close();
