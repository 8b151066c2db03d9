import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';

/** Reads of the files that agents changed in their sessions. */
export interface SessionChangesReader {
  has(runId: string, path: string): boolean;
}

/** Reads and writes of the files that agents changed in their sessions. */
export interface SessionChanges extends SessionChangesReader {
  /** Notes that a file, given from the root and without links, was changed; of a session with very many, no more are kept. */
  note(runId: string, path: string, atMs: number): void;
  forgetBefore(atMs: number): void;
}

/** Files that are kept for one session. */
const MOST_OF_SESSION = 5_000;

/** The files that agents changed in their sessions, in this database. */
export function createSessionChanges(database: DatabaseSync): SessionChanges {
  const has = database.prepare('SELECT 1 FROM session_changes WHERE run_id = ? AND path = ?');
  const count = database.prepare('SELECT count(*) AS files FROM session_changes WHERE run_id = ?');
  const save = database.prepare(
    'INSERT INTO session_changes VALUES (?, ?, ?) ON CONFLICT (run_id, path) DO UPDATE SET at_ms = excluded.at_ms',
  );
  const forget = database.prepare('DELETE FROM session_changes WHERE at_ms < ?');
  return {
    has: (runId, path) => has.get(runId, path) !== undefined,
    note(runId, path, atMs) {
      if (Number((count.get(runId) as SqlRow)['files']) < MOST_OF_SESSION) save.run(runId, path, atMs);
    },
    forgetBefore(atMs) {
      forget.run(atMs);
    },
  };
}
