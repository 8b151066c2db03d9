import { expect, test } from 'vitest';
import { createAgents } from '../../electron/store/agents';
import { databasePath } from '../../electron/store/database';
import { createGrants } from '../../electron/store/grants';
import { createKept } from '../../electron/store/kept';
import { createRecords } from '../../electron/store/records';
import { createRunLists } from '../../electron/store/run-lists';
import { createRuns } from '../../electron/store/runs';
import { createSpend } from '../../electron/store/spend';
import { createSpendDays } from '../../electron/store/spend-days';
import { type DatabaseSync, openDatabase } from '../../electron/store/sqlite';
import { createTimers } from '../../electron/store/timers';
import { createWorld } from '../support/world';

// Over an index that has only what is wanted: agents that are paused, runs that are under way.
const fullIndexReads = [
  /SCAN agents USING (COVERING )?INDEX agents_(paused|spend_paused|needing_review)$/,
  /SCAN governance_records USING (COVERING )?INDEX records_(active_by_agents|needing_look|by_expiry)$/,
  /SCAN runs USING (COVERING )?INDEX runs_under_way$/,
  // Over what a subquery answered; how it came to that is a line of its own.
  /^SCAN \(subquery-\d+\)$/,
];

test.each([
  ['agents', createAgents],
  ['grants', createGrants],
  ['kept', createKept],
  ['records', createRecords],
  ['runs', createRuns],
  ['run lists', createRunLists],
  ['spend', createSpend],
  ['days of spend', createSpendDays],
  ['timers', createTimers],
])('no read of %s scans a table or sorts', (_name, create) => {
  const world = createWorld();
  const database = openDatabase(databasePath(world.home), 1_000);
  const prepared: string[] = [];
  create({
    prepare(sql: string) {
      prepared.push(sql);
      return database.prepare(sql);
    },
  } as DatabaseSync);
  const reads = prepared.filter((sql) => sql.trimStart().startsWith('SELECT'));
  expect(reads.length).toBeGreaterThan(0);
  for (const sql of reads) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const bad = plan
      .map((row) => String(row['detail']))
      .filter(
        (detail) =>
          /^(SCAN|USE TEMP B-TREE FOR ORDER BY)/.test(detail) && !fullIndexReads.some((fine) => fine.test(detail)),
      );
    expect({ sql, bad }).toEqual({ sql, bad: [] });
  }
  database.close();
});
