import { databasePath } from '../../electron/kernel/store/home-files';
import { migrate } from '../../electron/kernel/store/migrate';
import { migrations } from '../../electron/kernel/store/migrations/index';
import { type DatabaseSync, openDatabase } from '../../electron/kernel/store/sqlite';
import { START, type World } from './world';

/** One row of a table; a JSON document in it is parsed, so that the order of its fields says nothing. */
export type TableRow = Readonly<Record<string, unknown>>;

/** The audit log and what follows from it. */
export const auditTables: readonly string[] = ['audit_log', 'audit_subjects'];

const documentColumns = ['doc', 'answer', 'limits', 'context', 'action', 'deleted_by', 'reviewed_by', 'ancestor_ids'];

/** An empty database as it was before the step of this name; `migrate` brings it up to today. */
export function databaseBefore(step: string): DatabaseSync {
  const database = openDatabase(':memory:', 0);
  const index = migrations.findIndex(({ name }) => name === step);
  if (index === -1) throw new Error(`no step ${step}`);
  migrate(database, START, migrations.slice(0, index));
  return database;
}

/** Every row of every table but these, by table, in the order in which they were written or of their keys. */
export function dumpOf(world: World, leftOut: readonly string[]): ReadonlyMap<string, readonly TableRow[]> {
  const database = openDatabase(databasePath(world.home), 1_000);
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
      .map(({ name }) => String(name))
      // The indexes of words and the sums of rows follow from the rows; what engines tell of their sessions is no state.
      .filter(
        (name) => !leftOut.includes(name) && !/^(approvals_text|audit_text|sessions_text|row_sums|session_)/.test(name),
      );
    return new Map(
      tables.map((table) => [
        table,
        database
          .prepare(`SELECT * FROM ${table}`)
          .all()
          .map((row) => parsed({ ...row })),
      ]),
    );
  } finally {
    database.close();
  }
}

function parsed(row: TableRow): TableRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      documentColumns.includes(column) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
