import { ZodError } from 'zod';
import { issuePath } from '../../../shared/kernel/errors';
import type { UnreadableRow } from '../../../shared/kernel/unreadable';
import { createListeners } from '../listeners';

/** Unreadable rows that are remembered at most; who has more restores a backup all the same. */
const MOST_REMEMBERED = 1_000;

/** Thrown where exactly one row was asked for, and it is there and cannot be read. */
export class UnreadableRowError extends Error {
  readonly row: UnreadableRow;

  constructor(row: UnreadableRow) {
    super(`${row.table} ${row.id} cannot be read: ${row.problem}`);
    this.name = 'UnreadableRowError';
    this.row = row;
  }
}

/** Reads of which rows could not be read. */
export interface UnreadableRowsReader {
  /** Those that were met since the database was opened and have not been found readable since, in the order they were met. */
  all(): readonly UnreadableRow[];
  /** Those that were met since `begin`, each once. */
  metSinceBegin(): readonly UnreadableRow[];
  /** Calls the listener each time that another row is met, or one is readable again. Answers how to stop that. */
  onChange(listener: () => void): () => void;
}

/** Remembers which rows of one open database could not be read. */
export interface UnreadableRows extends UnreadableRowsReader {
  /** Notes that a row cannot be read. */
  note(row: UnreadableRow): void;
  /** Notes that a row is readable, as one is again that was written anew. */
  noteReadable(table: string, id: string): void;
  /** Forgets what `metSinceBegin` answers: a command begins. */
  begin(): void;
}

/** A memory of unreadable rows, empty. */
export function createUnreadableRows(): UnreadableRows {
  const known = new Map<string, UnreadableRow>();
  let met = new Map<string, UnreadableRow>();
  const listeners = createListeners();
  const keyOf = (table: string, id: string) => `${table} ${id}`;
  return {
    all: () => [...known.values()],
    metSinceBegin: () => [...met.values()],
    begin() {
      if (met.size > 0) met = new Map();
    },
    note(row) {
      const key = keyOf(row.table, row.id);
      if (met.size < MOST_REMEMBERED) met.set(key, row);
      if (known.get(key)?.problem === row.problem || known.size >= MOST_REMEMBERED) return;
      known.set(key, row);
      listeners.tell();
    },
    noteReadable(table, id) {
      if (known.size > 0 && known.delete(keyOf(table, id))) listeners.tell();
    },
    onChange: listeners.add,
  };
}

/** What a read answers; undefined also where its row cannot be read, which the store has noted. For lists, and for Pause. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableRowError) return undefined;
    throw error;
  }
}

/** What is wrong with a row whose reading threw this: where, and what was expected; never what stands there. */
export function problemOf(error: unknown): string {
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    const path = issuePath(issue?.path ?? []);
    return `${path === '' ? 'the whole' : path}: ${issue?.message ?? 'is not as expected'}`;
  }
  if (error instanceof SyntaxError) return 'is not JSON';
  if (error instanceof MisplacedRowError) return error.message;
  // Whatever it is that our own code stumbles over, it is this row's, and must not become the others'.
  return 'is not as expected';
}

/** Thrown by the reading of a row that says it is another one than its key does. */
export class MisplacedRowError extends Error {
  constructor() {
    super('says that it is another row than its key does');
    this.name = 'MisplacedRowError';
  }
}

/**
 * Whether SQLite itself stumbled over a document that is no JSON, in a column that is computed from it. Which row it was, it
 * does not say.
 */
export function isMalformedDocument(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 1 && /malformed JSON/i.test(error.message);
}
