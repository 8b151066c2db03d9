import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { databasePath, walPath } from '../../electron/kernel/store/home-files';
import { openDatabase } from '../../electron/kernel/store/sqlite';

// What SQLite writes ahead: a header, then each page of a commit behind a header of its own.
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_BYTES = 4_096;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;

/** Pages that commits wrote ahead: how many, and of which table or index how many. */
export type WrittenPages = { readonly pages: number; readonly of: ReadonlyMap<string, number> };

/** Counts the pages that this writes ahead. Fewer than a thousand: then SQLite begins anew, and nobody can count. */
export async function writtenPages(home: string, write: () => Promise<unknown>): Promise<WrittenPages> {
  const beside = openDatabase(databasePath(home), 1_000);
  try {
    beside.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    await write();
    const numbers = pageNumbers(walPath(databasePath(home)));
    const owners = ownersOf(beside, new Set(numbers));
    const of = new Map<string, number>();
    for (const number of numbers) {
      const owner = owners.get(number) ?? 'free';
      of.set(owner, (of.get(owner) ?? 0) + 1);
    }
    return { pages: numbers.length, of };
  } finally {
    beside.close();
  }
}

/** The page of each frame, in their order. */
function pageNumbers(path: string): readonly number[] {
  const frames = Math.floor((statSync(path).size - HEADER_BYTES) / FRAME_BYTES);
  const file = openSync(path, 'r');
  const number = Buffer.alloc(4);
  try {
    return Array.from({ length: Math.max(0, frames) }, (_, frame) => {
      readSync(file, number, 0, 4, HEADER_BYTES + frame * FRAME_BYTES);
      return number.readUInt32BE();
    });
  } finally {
    closeSync(file);
  }
}

function ownersOf(database: ReturnType<typeof openDatabase>, numbers: ReadonlySet<number>): Map<number, string> {
  const owners = new Map<number, string>();
  for (const row of database.prepare('SELECT name, pageno FROM dbstat').iterate()) {
    const number = Number(row['pageno']);
    if (numbers.has(number)) owners.set(number, String(row['name']));
  }
  return owners;
}
