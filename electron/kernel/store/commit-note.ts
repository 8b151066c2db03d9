import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a fixed length, so that each write replaces the one before whole, within one sector. */
const LINE = /^(\d{16})\n$/;

/**
 * A small file beside the database that says up to which row the audit log was committed (decision 0003). It is written after the
 * commit is on the disk and not flushed itself: it may be behind, never ahead, and the end of the process alone loses nothing of it.
 */
export interface CommitNote {
  /** Notes the newest committed row. What the disk refuses leaves the note behind, and fails nothing. */
  write(seq: number): void;
  close(): void;
}

function notePath(home: string): string {
  return join(home, 'gatehouse.db.committed');
}

/** The noted row; undefined when there is no note, or none that can be read. */
export function readCommitNote(home: string): number | undefined {
  try {
    const digits = LINE.exec(readFileSync(notePath(home), 'utf8'))?.[1];
    return digits === undefined ? undefined : Number(digits);
  } catch {
    return undefined;
  }
}

/** Opens the note of this home folder for writing, making it when there is none. */
export function openCommitNote(home: string): CommitNote {
  let file: number | undefined;
  try {
    file = openSync(notePath(home), constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch {
    file = undefined;
  }
  let noted = -1;
  return {
    write(seq) {
      if (file === undefined || seq === noted) return;
      try {
        writeSync(file, `${String(seq).padStart(16, '0')}\n`, 0);
        noted = seq;
      } catch {
        // A note that is behind says less, and nothing wrong.
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
