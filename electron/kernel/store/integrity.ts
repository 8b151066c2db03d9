import { databasePath } from './home-files';
import { migrate } from './migrate';
import { type DatabaseSync, openDatabase, openMemory, type SqlRow } from './sqlite';

/** A connection that only reads, and sees the database as it was when it began. */
export type DatabaseReading = { readonly database: DatabaseSync; close(): void };

const BUSY_TIMEOUT_MS = 5_000;

/** Opens a second connection to the database of a home folder, to read all of it at one instant. */
export function openReading(home: string): DatabaseReading {
  const database = openDatabase(databasePath(home), BUSY_TIMEOUT_MS);
  database.exec('PRAGMA query_only = ON; BEGIN');
  return {
    database,
    close() {
      if (database.isTransaction) database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** What SQLite says of the file's structure and of references, and where the schema is another one than this version makes. */
export function integrityOf({ database }: DatabaseReading, mostLines: number): readonly string[] {
  const lines = database
    .prepare(`PRAGMA integrity_check(${mostLines})`)
    .all()
    .map((row) => String(row['integrity_check']))
    .filter((line) => line !== 'ok');
  const references = database
    .prepare('PRAGMA foreign_key_check')
    .all()
    .map(
      (row) => `${String(row['table'])}: row ${String(row['rowid'])} refers to what is not in ${String(row['parent'])}`,
    );
  return [...lines, ...references, ...schemaDifferences(database)].slice(0, mostLines);
}

function schemaDifferences(database: DatabaseSync): readonly string[] {
  const found = schemaOf(database);
  const wanted = schemaOfThisVersion();
  return [...new Set([...found.keys(), ...wanted.keys()])]
    .filter((name) => found.get(name) !== wanted.get(name))
    .map((name) => `schema: ${name} is not as this version makes it`);
}

let ownSchema: ReadonlyMap<string, string> | undefined;

/** What all steps make, which is the same as long as the program runs: to take them takes longer than to check most databases. */
function schemaOfThisVersion(): ReadonlyMap<string, string> {
  ownSchema ??= madeSchema();
  return ownSchema;
}

function madeSchema(): ReadonlyMap<string, string> {
  const expected = openMemory();
  try {
    migrate(expected, 0);
    return schemaOf(expected);
  } finally {
    expected.close();
  }
}

function schemaOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('SELECT type, name, tbl_name, sql FROM main.sqlite_schema').all() as SqlRow[];
  return new Map(
    rows.map((row) => [
      `${String(row['type'])} ${String(row['name'])}`,
      `${String(row['tbl_name'])} ${String(row['sql'])}`,
    ]),
  );
}
