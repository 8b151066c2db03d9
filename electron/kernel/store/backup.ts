import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { databasePath } from './home-files';
import { copyDatabase, openDatabase } from './sqlite';

/** Pages that are copied at a time. */
const PAGES_AT_ONCE = 500;

/**
 * Writes a copy of the whole database, as it is at this instant, to a file; others write on meanwhile. A file that was there is
 * replaced only by a whole copy. Rejects with what the disk says, and then leaves no part of a copy.
 */
export async function backUpDatabase(home: string, path: string): Promise<void> {
  const source = databasePath(home);
  if (isSameFile(source, path)) throw new Error('this file is the database itself');
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  const database = openDatabase(source, 1_000);
  try {
    rmSync(unfinished, { force: true });
    // A read that stays open, so that what others write in the meantime neither shows in the copy nor begins it anew.
    database.exec('BEGIN; SELECT count(*) FROM identity');
    await copyDatabase(database, unfinished, PAGES_AT_ONCE);
    flush(unfinished);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    database.close();
  }
}

function isSameFile(one: string, other: string): boolean {
  if (!existsSync(other)) return false;
  const [first, second] = [statSync(one), statSync(other)];
  return first.ino === second.ino && first.dev === second.dev;
}

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
