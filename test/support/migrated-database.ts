import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databasePath } from '../../electron/kernel/store/home-files';
import { migrate } from '../../electron/kernel/store/migrate';
import { sumAllRows } from '../../electron/kernel/store/row-sums';
import { openDatabase } from '../../electron/kernel/store/sqlite';
import { removeFolder } from './remove-folder';

let bytes: Buffer | undefined;

/**
 * Puts a database into a new home whose schema is up to date and in which nothing has begun, as a first start leaves it that ends
 * right after the steps of the schema. They are taken once, for all of them take longer than most tests.
 */
export function putMigratedDatabase(home: string, now: number): void {
  bytes ??= migratedDatabase(now);
  writeFileSync(databasePath(home), bytes, { mode: 0o600 });
}

function migratedDatabase(now: number): Buffer {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-schema-'));
  try {
    const database = openDatabase(databasePath(home), 0);
    // Kept in the file, as the app sets it.
    database.exec('PRAGMA journal_mode = WAL');
    migrate(database, now, undefined, sumAllRows);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    return readFileSync(databasePath(home));
  } finally {
    removeFolder(home);
  }
}
