import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStore, type ReadStore } from '../../../electron/kernel/store/database';
import { databasePath } from '../../../electron/kernel/store/home-files';
import { openDatabase } from '../../../electron/kernel/store/sqlite';
import { removeFolder } from '../remove-folder';

/** Makes the database of a first start in a home folder. */
export function makeDatabase(home: string): void {
  openStore(home, Date.now()).close();
}

/** Makes the database one of a newer version, as far as the app can tell. */
export function makeNewer(home: string): void {
  const database = openDatabase(databasePath(home), 250);
  database.exec(
    "INSERT INTO migrations (id, name, sha256, applied_at_ms) VALUES (999, 'from the future', 'x', 0); PRAGMA wal_checkpoint(TRUNCATE)",
  );
  database.close();
}

/** The bytes of the database file, as one word; says so when there is none. */
export function fingerprint(home: string): string {
  const path = databasePath(home);
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file';
}

/**
 * Looks into a copy of the database of an app that does not run: whatever state it is in, the app itself has to cope with
 * it afterwards. And SQLite would follow the links of `/proc` out of a small disk.
 */
export function readDatabaseCopy(home: string, look: (read: ReadStore) => void): void {
  const copy = mkdtempSync(join(tmpdir(), 'gatehouse-copy-'));
  try {
    for (const name of ['gatehouse.db', 'gatehouse.db-wal', 'gatehouse.db.exists']) {
      if (existsSync(join(home, name))) cpSync(join(home, name), join(copy, name));
    }
    const store = openStore(copy, Date.now());
    try {
      look(store.read);
    } finally {
      store.close();
    }
  } finally {
    removeFolder(copy);
  }
}

/** Another process that holds the database's write lock until it is told to let go. */
export async function lockFromOutside(home: string): Promise<{ readonly release: () => Promise<void> }> {
  const script = [
    `const { DatabaseSync } = require('@photostructure/sqlite');`,
    `const database = new DatabaseSync(process.argv[1]);`,
    `database.exec('BEGIN EXCLUSIVE');`,
    `console.log('locked');`,
    `process.stdin.on('end', () => { database.exec('ROLLBACK'); database.close(); }).resume();`,
  ].join('\n');
  const holder: ChildProcess = spawn(process.execPath, ['-e', script, databasePath(home)], {
    cwd: resolve(import.meta.dirname, '..', '..', '..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => {
    holder.once('exit', () => done());
  });
  await new Promise<void>((done, fail) => {
    holder.stdout?.once('data', () => done());
    holder.once('exit', () => fail(new Error('the process that should hold the lock ended')));
  });
  return {
    release: async () => {
      holder.stdin?.end();
      await ended;
    },
  };
}
