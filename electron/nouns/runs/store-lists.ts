import type { z } from 'zod';
import { type ListedRun, listedRunSchema, runSchema } from '../../../shared/contract/run';
import { numberOf, rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import { isUnderWay, runKind } from './store';

/** A run as a list has it, and its place: later runs have a higher row. */
export type PlacedRun = { readonly rowId: number; readonly run: ListedRun };

/** Reads of runs without what they put out, for lists over automations. */
export interface RunLists {
  /** The newest of the automations that an agent owns or takes part in, before a row if one is given. */
  newestOfAgent(agentId: string, limit: number, beforeRowId?: number): readonly PlacedRun[];
  /** Runs of the agent's automations that are queued, running, pausing or awaiting approval. */
  underWayCountOfAgent(agentId: string): number;
  /** Of the runs that were queued on these UTC days (since the epoch) and have begun, those that cost most. */
  dearest(fromDay: number, toDay: number, limit: number): readonly PlacedRun[];
  /** How many of those have no cost, counted no further than `most`. */
  withoutCost(fromDay: number, toDay: number, most: number): number;
}

const historySchema = runSchema.shape.lifecycleHistory;
const partOfRowSchema = listedRunSchema.omit({ hasEstimate: true });

function parseRow(row: SqlRow): ListedRun {
  const history = historySchema.parse(JSON.parse(String(row['history'])));
  const { startedAtMs, finishedAtMs, ...rest } = row;
  return {
    ...partOfRowSchema.parse({
      ...rest,
      ...(startedAtMs !== null && { startedAtMs }),
      ...(finishedAtMs !== null && { finishedAtMs }),
    }),
    hasEstimate: history.some(({ event }) => event === 'run_charged_estimate'),
  };
}

/** In SQL, a field of a run; NULL where its document is no JSON. */
const field = (name: keyof z.infer<typeof partOfRowSchema>) =>
  `iif(json_valid(doc), doc ->> '$.${name}', NULL) AS ${name}`;

/** The lists of runs in this database. */
export function createRunLists(database: DatabaseSync, unreadable = createUnreadableRows()): RunLists {
  const listed = rowsOf(database, unreadable, { ...runKind, isPartial: true, parse: parseRow });
  const find = database.prepare(
    `SELECT run_id, run_id AS runId, ${field('automationId')}, ${field('status')}, ${field('costNanos')},
       ${field('triggerType')}, ${field('createdAtMs')}, ${field('startedAtMs')}, ${field('finishedAtMs')},
       ${field('totalTokens')}, iif(json_valid(doc), doc -> '$.lifecycleHistory', NULL) AS history
     FROM runs WHERE row_id = ?`,
  );
  const automationsOf = database.prepare(
    "SELECT automation_id FROM automation_agents WHERE agent_id = ? AND part IN ('lineage', 'flow')",
  );
  const newestOf = database.prepare(
    `SELECT row_id FROM runs INDEXED BY runs_of_automation
     WHERE automation_id = ? AND row_id < ? ORDER BY row_id DESC LIMIT ?`,
  );
  const dearestOf = database.prepare(
    `SELECT row_id, cost_nanos FROM runs INDEXED BY runs_by_cost
     WHERE queued_day = ? AND is_over = 1 ORDER BY cost_nanos DESC, row_id DESC LIMIT ?`,
  );
  const begunOf = database.prepare(
    `SELECT row_id, cost_nanos FROM runs INDEXED BY runs_begun WHERE queued_day = ? AND is_over = 0 AND status <> 'queued'`,
  );
  const withoutCostOf = numberOf(
    database,
    `SELECT (SELECT count(*) FROM
       (SELECT 1 FROM runs INDEXED BY runs_by_cost WHERE queued_day = ?1 AND cost_nanos = 0 AND is_over = 1 LIMIT ?2))
     + (SELECT count(*) FROM (SELECT 1 FROM runs INDEXED BY runs_begun
       WHERE queued_day = ?1 AND is_over = 0 AND status <> 'queued' AND cost_nanos = 0 LIMIT ?2)) AS value`,
  );
  const placesOf = (rows: readonly (readonly [rowId: number, ...unknown[]])[]): readonly PlacedRun[] =>
    rows.flatMap(([rowId]) => {
      const row = find.get(rowId);
      const run = row === undefined ? undefined : listed.readOrLeaveOut(row as SqlRow);
      return run === undefined ? [] : [{ rowId, run }];
    });
  return {
    newestOfAgent(agentId, limit, beforeRowId = Number.MAX_SAFE_INTEGER) {
      const automationIds = new Set(automationsOf.all(agentId).map((row) => String(row['automation_id'])));
      const rows = [...automationIds].flatMap((automationId) =>
        newestOf.all(automationId, beforeRowId, limit).map((row) => [Number(row['row_id'])] as const),
      );
      return placesOf(rows.sort(([one], [other]) => other - one).slice(0, limit));
    },
    underWayCountOfAgent: numberOf(
      database,
      `SELECT count(*) AS value FROM runs INDEXED BY runs_under_way
       WHERE ${isUnderWay} AND automation_id IN
         (SELECT automation_id FROM automation_agents WHERE agent_id = ? AND part IN ('lineage', 'flow'))`,
    ),
    dearest(fromDay, toDay, limit) {
      const rows: (readonly [rowId: number, costNanos: number])[] = [];
      for (let day = fromDay; day <= toDay; day += 1) {
        for (const row of [...dearestOf.all(day, limit), ...begunOf.all(day)]) {
          rows.push([Number(row['row_id']), Number(row['cost_nanos'])]);
        }
      }
      const byCost = rows.sort(([oneRow, one], [otherRow, other]) => other - one || otherRow - oneRow);
      return placesOf(byCost.slice(0, limit));
    },
    withoutCost(fromDay, toDay, most) {
      let count = 0;
      for (let day = fromDay; day <= toDay && count < most; day += 1) count += withoutCostOf(day, most - count);
      return Math.min(count, most);
    },
  };
}
