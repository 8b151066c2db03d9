import { type Run, type RunSummary, reportedCost, runSchema, runSummarySchema } from '../../../shared/contract/run';
import type { JsonObject } from '../../../shared/kernel/fields';
import { DAY_MS } from '../../../shared/kernel/time';
import { pageOf } from '../../kernel/cursor';
import {
  type DocumentKind,
  documentsOf,
  listOf,
  numberOf,
  pageThatFits,
  preparedOn,
  type Rows,
  rowsOf,
  textsOf,
  writeOf,
} from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows, type UnreadableRows } from '../../kernel/store/unreadable';

/** A run by the order in which runs came. */
export type RunPlace = { readonly rowId: number };

/** One page of an automation's runs, and the last that was looked at where there are more. */
export type RunPage<T> = { readonly runs: readonly T[]; readonly next?: RunPlace };

/** In SQL, whether a run is under way: neither paused nor over. */
export const isUnderWay = "status IN ('queued', 'running', 'pausing', 'awaiting_approval')";

/** A run under way whose row cannot be read, with what is known all the same. */
export type UnreadableRun = Pick<Run, 'runId' | 'activeSessionIds' | 'activeInstanceIds'>;

/** Reads of runs. Lists leave out those that cannot be read. */
export interface RunsReader {
  find(runId: string): Run | undefined;
  /** The newest of an automation. */
  newest(automationId: string, limit: number): readonly Run[];
  /** At most `limit` of an automation, the newest first; with `before`, those that come after a page that ended there. */
  page(automationId: string, limit: number, before?: RunPlace): RunPage<Run>;
  /** As `page`, without outputs and histories, so that a page is small whatever the runs have put out. */
  summaries(automationId: string, limit: number, before?: RunPlace): RunPage<RunSummary>;
  underWayCount(automationId: string): number;
  /** Those of an automation that are queued, running, pausing or awaiting approval. */
  underWay(automationId: string): readonly Run[];
  /** Those of them whose rows cannot be read: each counts as running, whatever its row says. */
  unreadableUnderWay(automationId: string): readonly UnreadableRun[];
  /** Whether every run of an automation can be read; reads them all. */
  areAllReadable(automationId: string): boolean;
  /** Automations that have one of those that are under way. */
  automationsUnderWay(): readonly string[];
  /** How many of them each agent has that is in the lineage or the flow of one. */
  underWayByAgent(): ReadonlyMap<string, number>;
}

/** Reads and writes of runs. */
export interface Runs extends RunsReader {
  insert(run: Run): void;
  update(run: Run): void;
  /** Removes those of an automation with what is set aside for them and the answers of their usage reports. */
  removeOf(automationId: string): void;
}

/** How runs are stored. */
export const runKind: DocumentKind<Run> = {
  table: 'runs',
  key: ['run_id'],
  columns: 'run_id, doc',
  schema: runSchema,
  named: ({ runId }) => [runId],
};

const newestFirst: RunPlace = { rowId: Number.MAX_SAFE_INTEGER };

function summaryOf(row: SqlRow): RunSummary {
  const run = JSON.parse(String(row['doc'])) as Run;
  return runSummarySchema.parse({ ...run, costNanos: reportedCost(run) });
}

/** The texts of a list in a document of any form; none where the document is no JSON. */
function textsIn(doc: string, name: 'activeSessionIds' | 'activeInstanceIds'): string[] {
  try {
    const list = (JSON.parse(doc) as JsonObject | null)?.[name];
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** The runs in this database. */
export function createRuns(database: DatabaseSync, unreadable = createUnreadableRows()): Runs {
  const documents = documentsOf(database, unreadable, runKind);
  const everyOf = listOf<SqlRow>(database, 'SELECT run_id, doc FROM runs WHERE automation_id = ?');
  const removals = [
    'usage_reports WHERE run_id IN (SELECT run_id FROM runs WHERE automation_id = ?)',
    'reservations WHERE run_id IN (SELECT run_id FROM runs WHERE automation_id = ?)',
    'runs WHERE automation_id = ?',
  ].map((from) => writeOf(database, `DELETE FROM ${from}`));
  return {
    ...underWayIn(database, documents),
    ...pagesOf(database, unreadable, documents),
    find: documents.find,
    areAllReadable: (automationId) => everyOf(automationId).every((row) => documents.read(row).isReadable),
    newest: documents.many('SELECT run_id, doc FROM runs WHERE automation_id = ? ORDER BY row_id DESC LIMIT ?'),
    ...writesOf(database),
    removeOf(automationId) {
      for (const remove of removals) remove(automationId);
    },
  };
}

/** The columns that runs are found by, as the table holds them against the document. */
function placeOf({ automationId, status, createdAtMs, finishedAtMs, costNanos, session }: Run): Values {
  return {
    automation_id: automationId,
    status,
    queued_day: Math.floor(createdAtMs / DAY_MS),
    cost_nanos: costNanos,
    session_run_id: session === undefined ? null : `${session.engine}-${session.sessionId}`,
    session_engine: session?.engine ?? null,
    session_workspace: session?.workspace ?? null,
    is_over: finishedAtMs === undefined ? 0 : 1,
  };
}

type Values = Readonly<Record<string, SqlValue>>;

function writesOf(database: DatabaseSync): Pick<Runs, 'insert' | 'update'> {
  const prepared = preparedOn(database);
  const placeNow = database.prepare(
    `SELECT automation_id, status, queued_day, cost_nanos, session_run_id, session_engine, session_workspace, is_over
     FROM runs WHERE run_id = ?`,
  );
  return {
    insert(run) {
      const values = { run_id: run.runId, doc: JSON.stringify(run), ...placeOf(run) };
      const columns = Object.keys(values);
      prepared(`INSERT INTO runs (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(
        ...Object.values(values),
      );
    },
    update(run) {
      const before = (placeNow.get(run.runId) ?? {}) as Values;
      // What is written anew moves in every index that it is in, also where it is the same.
      const moved = Object.entries(placeOf(run)).filter(([column, value]) => value !== before[column]);
      prepared(`UPDATE runs SET ${['doc', ...moved.map(([column]) => column)].map((column) => `${column} = ?`).join(', ')}
        WHERE run_id = ?`).run(JSON.stringify(run), ...moved.map(([, value]) => value), run.runId);
    },
  };
}

/** The runs that are under way. */
function underWayIn(
  database: DatabaseSync,
  documents: Rows<Run>,
): Pick<Runs, 'underWay' | 'unreadableUnderWay' | 'underWayCount' | 'automationsUnderWay' | 'underWayByAgent'> {
  // Their places come from the index alone: the row itself may be damaged in what it says of its automation or its status.
  const placesUnderWay = listOf<RunPlace>(
    database,
    `SELECT row_id AS rowId FROM runs INDEXED BY runs_under_way WHERE automation_id = ? AND ${isUnderWay} ORDER BY row_id`,
  );
  const rowAt = listOf<SqlRow>(database, 'SELECT run_id, doc FROM runs WHERE row_id = ?');
  const underWay = (automationId: string) => placesUnderWay(automationId).flatMap(({ rowId }) => rowAt(rowId));
  const ofAgents = listOf<{ agentId: string; rowId: number }>(
    database,
    `SELECT automation_agents.agent_id AS agentId, runs.row_id AS rowId
     FROM runs INDEXED BY runs_under_way
     CROSS JOIN automation_agents INDEXED BY agents_of_automation ON automation_agents.automation_id = runs.automation_id
     WHERE ${isUnderWay}`,
  );
  return {
    underWay: (automationId) => underWay(automationId).flatMap((row) => documents.readOrLeaveOut(row) ?? []),
    unreadableUnderWay: (automationId) =>
      underWay(automationId)
        .filter((row) => !documents.read(row).isReadable)
        .map((row) => ({
          runId: String(row['run_id']),
          activeSessionIds: textsIn(String(row['doc']), 'activeSessionIds'),
          activeInstanceIds: textsIn(String(row['doc']), 'activeInstanceIds'),
        })),
    underWayCount: numberOf(
      database,
      `SELECT count(*) AS value FROM runs INDEXED BY runs_under_way WHERE automation_id = ? AND ${isUnderWay}`,
    ),
    automationsUnderWay: textsOf(
      database,
      `SELECT DISTINCT automation_id AS value FROM runs INDEXED BY runs_under_way WHERE ${isUnderWay}
       ORDER BY automation_id`,
    ),
    underWayByAgent() {
      const runs = new Map<string, Set<number>>();
      // Who is in the lineage and in the flow has a row for each.
      for (const { agentId, rowId } of ofAgents()) runs.set(agentId, (runs.get(agentId) ?? new Set()).add(rowId));
      return new Map([...runs].map(([agentId, { size }]) => [agentId, size]));
    },
  };
}

/** The pages of an automation's runs. */
function pagesOf(
  database: DatabaseSync,
  unreadable: UnreadableRows,
  documents: Rows<Run>,
): Pick<Runs, 'page' | 'summaries'> {
  const summaryRows = rowsOf(database, unreadable, { ...runKind, isPartial: true, parse: summaryOf });
  const newestBefore = `FROM runs INDEXED BY runs_of_automation
     WHERE automation_id = ? AND row_id < ? ORDER BY row_id DESC LIMIT ?`;
  // octet_length looks at a row's header only, so that a large run is not read before it is known to fit.
  const places = listOf<RunPlace & { readonly bytes: number }>(
    database,
    `SELECT row_id AS rowId, octet_length(doc) AS bytes ${newestBefore}`,
  );
  const summaries = listOf<SqlRow>(
    database,
    `SELECT row_id, run_id, iif(json_valid(doc), json_remove(doc, '$.checkpoint', '$.lifecycleHistory'), '') AS doc
     ${newestBefore}`,
  );
  const findByRow = documents.one('SELECT run_id, doc FROM runs WHERE row_id = ?');
  return {
    page(automationId, limit, before = newestFirst) {
      const found = places(automationId, before.rowId, limit + 1);
      const { page: runs, last } = pageThatFits(found, limit, ({ rowId }) => findByRow(rowId));
      return last === undefined ? { runs } : { runs, next: last };
    },
    summaries(automationId, limit, before = newestFirst) {
      const { page, last } = pageOf(summaries(automationId, before.rowId, limit + 1), limit);
      const runs = page.flatMap((row) => summaryRows.readOrLeaveOut(row) ?? []);
      return last === undefined ? { runs } : { runs, next: { rowId: Number(last['row_id']) } };
    },
  };
}
