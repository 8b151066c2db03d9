// The only file that names the driver. It has node:sqlite's interface, so that the built-in one can take its place.
import { backup, DatabaseSync as Database, type DatabaseSyncInstance } from '@photostructure/sqlite';

/** A statement of SQL, with as much of the driver's as we use. */
export type Statement = Pick<
  ReturnType<DatabaseSyncInstance['prepare']>,
  'all' | 'get' | 'iterate' | 'run' | 'setReturnArrays'
>;

/** A connection to a SQLite database. */
export type DatabaseSync = Omit<DatabaseSyncInstance, 'prepare'> & {
  /** A statement that SQLite reads when it is first asked: a start makes some hundreds for each connection, and needs few. */
  prepare(sql: string): Statement;
};

let mustStop: () => boolean = () => false;

/** Has every question of this thread to a database that answers rows throw from when this is true; a transaction is then undone. */
export function stopReadingWhen(isTrue: () => boolean): void {
  mustStop = isTrue;
}

/** How often statements ran, and how many rows they answered. */
export type StatementCounts = { statements: number; rows: number };

let counts: StatementCounts | undefined;

/** Has every statement of this thread counted there from now on, for whoever measures; undefined ends it. */
export function countStatementsIn(given: StatementCounts | undefined): void {
  counts = given;
}

function count(rows: number): void {
  if (counts === undefined) return;
  counts.statements += 1;
  counts.rows += rows;
}

/** Opens a database file; waits at most `busyTimeoutMs` for another process that holds it. */
export function openDatabase(path: string, busyTimeoutMs: number): DatabaseSync {
  const database = new Database(path, { timeout: busyTimeoutMs });
  const prepare = database.prepare.bind(database);
  // The driver's own methods cannot be assigned to.
  const value: DatabaseSync['prepare'] = (sql) => withAnyInteger(() => prepare(sql));
  Object.defineProperty(database, 'prepare', { value });
  return database;
}

/**
 * The driver throws at an integer beyond 2^53, and with it are lost all rows that were asked for together. None of ours is so
 * large; one that a damaged row has is answered as the nearest number, which no schema takes for an integer.
 */
function withAnyInteger(prepare: () => ReturnType<DatabaseSyncInstance['prepare']>): Statement {
  let prepared: ReturnType<typeof prepare> | undefined;
  const statement = () => (prepared ??= prepare());
  const exactly = <T>(read: () => T): T => {
    statement().setReadBigInts(true);
    try {
      return read();
    } finally {
      statement().setReadBigInts(false);
    }
  };
  const forgiving = <T>(read: () => T, convert: (given: T) => T): T => {
    stopIfAsked();
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Error && /too large to be represented/.test(error.message))) throw error;
      return convert(exactly(read));
    }
  };
  const allRows: Statement['all'] = (...values) => {
    const rows = forgiving(
      () => statement().all(...values),
      (given) => given.map(withNumbers),
    );
    count(rows.length);
    return rows;
  };
  const oneRow: Statement['get'] = (...values) => {
    const row = forgiving(() => statement().get(...values), withNumbers);
    count(row === undefined ? 0 : 1);
    return row;
  };
  const eachRow: Statement['iterate'] = function* eachRow(...values) {
    const rows = exactly(() => statement().iterate(...values));
    count(0);
    for (const row of rows) {
      stopIfAsked();
      if (counts !== undefined) counts.rows += 1;
      yield withNumbers(row);
    }
  };
  const written: Statement['run'] = (...values) => {
    count(0);
    return statement().run(...values);
  };
  const setReturnArrays: Statement['setReturnArrays'] = (isOn) => statement().setReturnArrays(isOn);
  return { all: allRows, get: oneRow, iterate: eachRow, run: written, setReturnArrays };
}

function stopIfAsked(): void {
  if (mustStop()) throw new Error('the thread is to end');
}

/** A row, an array or an object, with numbers in place of its bigints. */
function withNumbers<T>(row: T): T {
  const numberOf = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  if (Array.isArray(row)) return row.map(numberOf) as T;
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, numberOf(value)])) as T;
}

/** A database that is nowhere but in memory, and gone when it is closed. */
export function openMemory(): DatabaseSync {
  return new Database(':memory:');
}

/** Copies a database to a new file, some pages at a time and off this thread. */
export async function copyDatabase(database: DatabaseSync, path: string, pagesAtOnce: number): Promise<void> {
  await backup(database as DatabaseSyncInstance, path, { rate: pagesAtOnce });
}

/** A value that SQLite stores. */
export type SqlValue = string | number | null | Uint8Array;

/** A row as SQLite answers it, before it is made into an entity. */
export type SqlRow = Readonly<Record<string, SqlValue>>;
