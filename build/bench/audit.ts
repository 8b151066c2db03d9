import { createHash } from 'node:crypto';
import { canonicalJson } from '../../electron/store/canonical-json';
import { openApp } from './app';
import { interleaved, tellAtMost, timed } from './measure';
import { fullSize, seededHome } from './seed';

const PAGE_SIZE = 50;
const PAGES = 200;
const VERIFIED_ROWS = 100_000;

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
