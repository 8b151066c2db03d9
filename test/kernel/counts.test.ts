import { expect, test } from 'vitest';
import { agentCaller, openApp, valueOf } from '../../build/bench/app';
import { countActs } from '../../build/bench/counting';
import { agentIdOf, emptyHome, fillHome } from '../../build/bench/seed';
import { countStatementsIn } from '../../electron/kernel/store/sqlite';

// On a database with a history of this many rows. Counts are the same on every machine, so they can be a law.
const history = { approvals: 1_000, automations: 200, auditRows: 1_000 };

/** Pages of 4 kB that one act writes ahead at most, on average. */
const mostPages = { request: 9, decision: 6.5, charge: 8.5, creation: 16 } as const;

test('a request, a decision, a charge and a creation each write few pages and run few statements', async () => {
  const home = emptyHome();
  fillHome(home, history);
  const app = openApp(home);
  const counted = await countActs(app, home);
  await app.close();
  for (const [name, { pages, statements, rows, pagesOf }] of Object.entries(counted)) {
    console.log(`${name}: ${pages.toFixed(1)} pages, ${statements.toFixed(1)} statements, ${rows.toFixed(1)} rows`);
    console.log(`  ${pagesOf.map(([owner, count]) => `${owner} ${count.toFixed(2)}`).join(', ')}`);
  }
  const tooMany = Object.entries(mostPages).filter(
    ([name, most]) => counted[name as keyof typeof counted].pages > most,
  );
  expect(tooMany).toEqual([]);
});

test('a creation decision reads the agent once, however many rules ask about it', async () => {
  const home = emptyHome();
  fillHome(home, history);
  const app = openApp(home);
  const agentId = agentIdOf(1);
  const counted = { statements: 0, rows: 0 };
  countStatementsIn(counted);
  valueOf(app.query(agentCaller(agentId), 'agent.allowance', { agentId }));
  countStatementsIn(undefined);
  await app.close();
  // Limits, the agent, its week, its approvals, its automations of the day, and the active ones of all.
  expect(counted.statements).toBe(6);
});
