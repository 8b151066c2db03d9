// The only file that names the driver. It has node:sqlite's interface, so that the built-in one can take its place.
import { backup, DatabaseSync as Database, type DatabaseSyncInstance } from '@photostructure/sqlite';

/** A connection to a SQLite database. */
export type DatabaseSync = DatabaseSyncInstance;

/** Opens a database file; waits at most `busyTimeoutMs` for another process that holds it. */
export function openDatabase(path: string, busyTimeoutMs: number): DatabaseSync {
  return new Database(path, { timeout: busyTimeoutMs });
}

/** A database that is nowhere but in memory, and gone when it is closed. */
export function openMemory(): DatabaseSync {
  return new Database(':memory:');
}

/** Copies a database to a new file, some pages at a time and off this thread. */
export async function copyDatabase(database: DatabaseSync, path: string, pagesAtOnce: number): Promise<void> {
  await backup(database, path, { rate: pagesAtOnce });
}

/** A value that SQLite stores. */
export type SqlValue = string | number | null | Uint8Array;

/** A row as SQLite answers it, before it is made into an entity. */
export type SqlRow = Readonly<Record<string, SqlValue>>;
