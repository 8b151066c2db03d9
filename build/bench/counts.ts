import { openApp } from './app';
import { countActs } from './counting';
import { tellCount } from './measure';
import { seededHome } from './seed';

// What acts take, counted and not timed: the same on any machine.

/** Pages that one act of a kind may write ahead. */
const MOST_PAGES = { request: 9, decision: 8, charge: 8, creation: 14 } as const;

for (const rows of [1_000, 100_000]) {
  const home = seededHome({ approvals: rows, automations: rows / 5, auditRows: rows });
  const app = openApp(home);
  const counted = await countActs(app, home);
  for (const [name, limit] of Object.entries(MOST_PAGES)) {
    const { pages, pagesOf, statements, rows: read, parsedBytes, writtenBytes } = counted[name as keyof typeof counted];
    const at = `one ${name}, ${rows.toLocaleString('en')} records`;
    tellCount({ goal: 'N1', what: `pages that are written for ${at}`, value: pages, unit: 'pages' }, limit);
    tellCount({ goal: 'N2', what: `statements of ${at}`, value: statements, unit: 'statements' });
    tellCount({ goal: 'N2', what: `rows that are read for ${at}`, value: read, unit: 'rows' });
    tellCount({ goal: 'N2', what: `JSON that is read for ${at}`, value: parsedBytes, unit: 'bytes' });
    tellCount({ goal: 'N2', what: `JSON that is written for ${at}`, value: writtenBytes, unit: 'bytes' });
    console.log(`    ${pagesOf.map(([owner, count]) => `${owner} ${count.toFixed(2)}`).join(', ')}`);
  }
  await app.close();
}
