import { type Run, type RunSummary, reportedCost, runSchema, runSummarySchema } from '../../../shared/contract/run';
import { type DocumentKind, documentsOf, numberOf, rowsOf, textsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows, ifReadable } from '../../kernel/store/unreadable';

/** A page ends once its runs are this many bytes together, so that nobody can ask for a gigabyte of outputs. */
const LARGEST_PAGE_BYTES = 1024 * 1024;

/** One page of an automation's runs, and the row after which the next one begins. */
export type RunPage = { readonly runs: readonly Run[]; readonly nextRowId?: number };

/** One page of an automation's runs without their outputs, and the row after which the next one begins. */
export type RunSummaryPage = { readonly runs: readonly RunSummary[]; readonly nextRowId?: number };

/** A run under way whose row cannot be read, with what is known all the same. */
export type UnreadableRun = Pick<Run, 'runId' | 'activeSessionIds' | 'activeInstanceIds'>;

/** Reads of runs. Lists leave out those that cannot be read. */
export interface RunsReader {
  find(runId: string): Run | undefined;
  /** The newest of an automation. */
  newest(automationId: string, limit: number): readonly Run[];
  /** At most `limit` of an automation, the newest first; with `beforeRowId`, those that come after a page that ended there. */
  page(automationId: string, limit: number, beforeRowId?: number): RunPage;
  /** As `page`, without outputs and histories, so that a page is small whatever the runs have put out. */
  summaries(automationId: string, limit: number, beforeRowId?: number): RunSummaryPage;
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

function summaryOf(row: SqlRow): RunSummary {
  const run = JSON.parse(String(row['doc'])) as Run;
  return runSummarySchema.parse({ ...run, costNanos: reportedCost(run) });
}

/** The texts of a list in a document of any form; none where the document is no JSON. */
function textsIn(doc: string, name: 'activeSessionIds' | 'activeInstanceIds'): string[] {
  try {
    const list = (JSON.parse(doc) as Readonly<Record<string, unknown>> | null)?.[name];
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** The runs in this database. */
export function createRuns(database: DatabaseSync, unreadable = createUnreadableRows()): Runs {
  const documents = documentsOf(database, unreadable, runKind);
  const summaryRows = rowsOf(database, unreadable, { ...runKind, isPartial: true, parse: summaryOf });
  // octet_length looks at a row's header only, so that a large run is not read before it is known to fit.
  const places = database.prepare(
    `SELECT row_id AS rowId, octet_length(doc) AS bytes FROM runs INDEXED BY runs_of_automation
     WHERE automation_id = ? AND row_id < ? ORDER BY row_id DESC LIMIT ?`,
  );
  const summaries = database.prepare(
    `SELECT row_id, run_id, iif(json_valid(doc), json_remove(doc, '$.checkpoint', '$.lifecycleHistory'), '') AS doc
     FROM runs INDEXED BY runs_of_automation
     WHERE automation_id = ? AND row_id < ? ORDER BY row_id DESC LIMIT ?`,
  );
  const findByRow = documents.one('SELECT run_id, doc FROM runs WHERE row_id = ?');
  // Their places come from the index alone: the row itself may be damaged in what it says of its automation or its status.
  const placesUnderWay = database.prepare(
    `SELECT row_id FROM runs INDEXED BY runs_under_way
     WHERE automation_id = ? AND status IN ('queued', 'running', 'pausing', 'awaiting_approval') ORDER BY row_id`,
  );
  const rowAt = database.prepare('SELECT run_id, doc FROM runs WHERE row_id = ?');
  const underWay = (automationId: string): readonly SqlRow[] =>
    (placesUnderWay.all(automationId) as SqlRow[]).flatMap(({ row_id: rowId }) => {
      const row = rowAt.get(rowId ?? null);
      return row === undefined ? [] : [row as SqlRow];
    });
  const everyOf = database.prepare('SELECT run_id, doc FROM runs WHERE automation_id = ?');
  const underWayOfAgents = database.prepare(
    `SELECT automation_agents.agent_id AS agentId, runs.row_id AS rowId
     FROM runs INDEXED BY runs_under_way
     CROSS JOIN automation_agents INDEXED BY agents_of_automation ON automation_agents.automation_id = runs.automation_id
     WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval')`,
  );
  const insert = database.prepare('INSERT INTO runs (run_id, doc) VALUES (?, ?)');
  const update = database.prepare('UPDATE runs SET doc = ? WHERE run_id = ?');
  const removeAnswersOf = database.prepare(
    'DELETE FROM usage_reports WHERE run_id IN (SELECT run_id FROM runs WHERE automation_id = ?)',
  );
  const removeReservationsOf = database.prepare(
    'DELETE FROM reservations WHERE run_id IN (SELECT run_id FROM runs WHERE automation_id = ?)',
  );
  const removeOf = database.prepare('DELETE FROM runs WHERE automation_id = ?');
  return {
    find: documents.one('SELECT run_id, doc FROM runs WHERE run_id = ?'),
    underWay: (automationId) => underWay(automationId).flatMap((row) => documents.readOrLeaveOut(row) ?? []),
    unreadableUnderWay: (automationId) =>
      underWay(automationId)
        .filter((row) => !documents.read(row).isReadable)
        .map((row) => ({
          runId: String(row['run_id']),
          activeSessionIds: textsIn(String(row['doc']), 'activeSessionIds'),
          activeInstanceIds: textsIn(String(row['doc']), 'activeInstanceIds'),
        })),
    areAllReadable: (automationId) =>
      everyOf.all(automationId).every((row) => documents.read(row as SqlRow).isReadable),
    newest: documents.many('SELECT run_id, doc FROM runs WHERE automation_id = ? ORDER BY row_id DESC LIMIT ?'),
    page(automationId, limit, beforeRowId = Number.MAX_SAFE_INTEGER) {
      const found = places.all(automationId, beforeRowId, limit + 1) as { rowId: number; bytes: number }[];
      const runs: Run[] = [];
      let lastRowId: number | undefined;
      let bytes = 0;
      for (const place of found.slice(0, limit)) {
        bytes += place.bytes;
        if (runs.length > 0 && bytes > LARGEST_PAGE_BYTES) break;
        const run = ifReadable(() => findByRow(place.rowId));
        if (run !== undefined) runs.push(run);
        lastRowId = place.rowId;
      }
      const isWhole = lastRowId === undefined || lastRowId === found.at(-1)?.rowId;
      return isWhole || lastRowId === undefined ? { runs } : { runs, nextRowId: lastRowId };
    },
    summaries(automationId, limit, beforeRowId = Number.MAX_SAFE_INTEGER) {
      const found = summaries.all(automationId, beforeRowId, limit + 1) as SqlRow[];
      const shown = found.slice(0, limit);
      const nextRowId = found.length > limit ? Number(shown.at(-1)?.['row_id']) : undefined;
      const runs = shown.flatMap((row) => summaryRows.readOrLeaveOut(row) ?? []);
      return { runs, ...(nextRowId !== undefined && { nextRowId }) };
    },
    underWayCount: numberOf(
      database,
      `SELECT count(*) AS value FROM runs INDEXED BY runs_under_way WHERE automation_id = ?
       AND status IN ('queued', 'running', 'pausing', 'awaiting_approval')`,
    ),
    automationsUnderWay: textsOf(
      database,
      `SELECT DISTINCT automation_id AS value FROM runs INDEXED BY runs_under_way
       WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval') ORDER BY automation_id`,
    ),
    underWayByAgent() {
      const runs = new Map<string, Set<number>>();
      // Who is in the lineage and in the flow has a row for each.
      for (const { agentId, rowId } of underWayOfAgents.all() as { agentId: string; rowId: number }[]) {
        runs.set(agentId, (runs.get(agentId) ?? new Set()).add(rowId));
      }
      return new Map([...runs].map(([agentId, { size }]) => [agentId, size]));
    },
    insert(run) {
      insert.run(run.runId, JSON.stringify(run));
    },
    update(run) {
      update.run(JSON.stringify(run), run.runId);
    },
    removeOf(automationId) {
      removeAnswersOf.run(automationId);
      removeReservationsOf.run(automationId);
      removeOf.run(automationId);
    },
  };
}
