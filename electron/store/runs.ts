import { type Run, runSchema } from '../../shared/run';
import { documentsOf, textsOf } from './documents';
import type { DatabaseSync } from './sqlite';

/** Reads of runs. */
export interface RunsReader {
  find(runId: string): Run | undefined;
  /** The newest of an automation. */
  newest(automationId: string, limit: number): readonly Run[];
  /** Those of an automation that are queued, running, pausing or awaiting approval. */
  underWay(automationId: string): readonly Run[];
  /** Automations that have one of those. */
  automationsUnderWay(): readonly string[];
}

/** Reads and writes of runs. */
export interface Runs extends RunsReader {
  insert(run: Run): void;
  update(run: Run): void;
  removeOf(automationId: string): void;
}

/** The runs in this database. */
export function createRuns(database: DatabaseSync): Runs {
  const documents = documentsOf(database, runSchema);
  const insert = database.prepare('INSERT INTO runs (run_id, doc) VALUES (?, ?)');
  const update = database.prepare('UPDATE runs SET doc = ? WHERE run_id = ?');
  const removeOf = database.prepare('DELETE FROM runs WHERE automation_id = ?');
  return {
    find: documents.one('SELECT doc FROM runs WHERE run_id = ?'),
    newest: documents.many('SELECT doc FROM runs WHERE automation_id = ? ORDER BY row_id DESC LIMIT ?'),
    underWay: documents.many(
      `SELECT doc FROM runs INDEXED BY runs_under_way WHERE automation_id = ?
       AND status IN ('queued', 'running', 'pausing', 'awaiting_approval') ORDER BY row_id`,
    ),
    automationsUnderWay: textsOf(
      database,
      `SELECT DISTINCT automation_id AS value FROM runs INDEXED BY runs_under_way
       WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval') ORDER BY automation_id`,
    ),
    insert(run) {
      insert.run(run.runId, JSON.stringify(run));
    },
    update(run) {
      update.run(JSON.stringify(run), run.runId);
    },
    removeOf(automationId) {
      removeOf.run(automationId);
    },
  };
}
