import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCommitNote } from './commit-note';
import type { DatabaseSync } from './sqlite';
import { type StoreTrouble, StoreTroubleError } from './trouble';

// The files of the database in a home folder, and whether what is there is what was left there.

/** The database file in a home folder. */
export function databasePath(home: string): string {
  return join(home, 'gatehouse.db');
}

// Beside the database stands a file that says that there is one, so that a lost or emptied database is noticed and never
// taken for a first start.
function markerPath(home: string): string {
  return join(home, 'gatehouse.db.exists');
}

/** Whether there was a database in this home folder: an empty or missing one is a loss then, and no first start. */
export function hadDatabase(home: string): boolean {
  return existsSync(markerPath(home));
}

/**
 * Whether the file is shorter than its header says. SQLite itself would notice only when it came to a missing page. While
 * there is a write-ahead log the header may be ahead of the file, and says nothing.
 */
export function isCutOff(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const logSize = statSync(walPath(path), { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || logSize > 0) return false;
  const header = Buffer.alloc(32);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, header.length, 0) < header.length) return true;
  } finally {
    closeSync(file);
  }
  const storedPageSize = header.readUInt16BE(16);
  const pageSize = storedPageSize === 1 ? 65_536 : storedPageSize;
  return size < pageSize * header.readUInt32BE(28);
}

/** Throws where another database is in the place of the one that was here. The marker holds its id; one that power loss left empty says nothing, and is filled again. */
export function checkIdentity(database: DatabaseSync, home: string): void {
  const expected = readMarker(home);
  const found = database.prepare('SELECT database_id FROM identity').get()?.['database_id'];
  if (expected !== '' && found !== undefined && found !== expected) {
    throw new StoreTroubleError({
      kind: 'missing',
      detail: 'another database is in the place of the one that was here',
    });
  }
}

/** Its write-ahead log. */
export function walPath(path: string): string {
  return `${path}-wal`;
}

/**
 * What is missing from a database that ends before the row that was noted: a write-ahead log that was deleted after a crash, or an
 * older copy in its place. What was committed after the note is missing too, so it is a least number. One that is not even begun,
 * although its marker was written after its first commit, had all that it had in the log.
 */
export function lossOf(database: DatabaseSync, home: string, isBegun: boolean): LossTrouble | undefined {
  const noted = readCommitNote(home) ?? 0;
  if (!isBegun) {
    return { kind: 'changes_lost', detail: 'the database is empty', loss: { atLeast: Math.max(noted, 1) } };
  }
  const head = database.prepare('SELECT seq, at_ms FROM audit_log ORDER BY seq DESC LIMIT 1').get();
  const last = Number(head?.['seq'] ?? 0);
  if (last >= noted) return undefined;
  const loss = { atLeast: noted - last, ...(head !== undefined && { afterMs: Number(head['at_ms']) }) };
  const detail = `the audit log ends with row ${last}, and row ${noted} was committed`;
  return { kind: 'changes_lost', detail, loss };
}

/** Changes that the disk has lost. */
export type LossTrouble = StoreTrouble & { readonly loss: NonNullable<StoreTrouble['loss']> };

/** The id of the database that was here, with its line end; nothing where power loss left none. */
export function readMarker(home: string): string {
  return readFileSync(markerPath(home), 'utf8').trim();
}

/** Notes for good that there is a database here, and which. */
export function writeMarker(home: string, databaseId: string): void {
  const path = markerPath(home);
  writeFileSync(path, `${databaseId}\n`, { mode: 0o600, flush: true });
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
