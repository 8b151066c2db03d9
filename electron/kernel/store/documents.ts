import type { z } from 'zod';
import type { UnreadableRow } from '../../../shared/kernel/unreadable';
import type { DatabaseSync, SqlRow, SqlValue } from './sqlite';
import { ifReadable, MisplacedRowError, problemOf, UnreadableRowError, type UnreadableRows } from './unreadable';

/** How the rows of one table are read. */
export type RowKind<T> = {
  readonly table: string;
  /** The columns that name a row; each read has to select them. */
  readonly key: readonly string[];
  /** What a read of the whole row selects: never a column that is computed from the document, which may be no JSON. */
  readonly columns: string;
  /** Set for a table that has no row ids, and is walked along its key. */
  readonly isWithoutRowIds?: true;
  /** Set where only a part of a row is read, which says nothing of the rest. */
  readonly isPartial?: true;
  /** Makes the entity of a row, or throws what is wrong with it: a ZodError, a SyntaxError or a MisplacedRowError. */
  readonly parse: (row: SqlRow) => T;
};

/** A row that was read, or what is wrong with it. */
export type ReadRow<T> =
  | { readonly isReadable: true; readonly value: T }
  | { readonly isReadable: false; readonly unreadable: UnreadableRow };

/**
 * Prepared reads of the entities of one table. No read fails because of another row than the one that it was asked for:
 * lists leave out what cannot be read, and note it.
 */
export interface Rows<T> {
  /** Exactly one row; undefined when there is none. Throws UnreadableRowError where it is there and cannot be read. */
  one(sql: string): (...values: SqlValue[]) => T | undefined;
  /** Those that can be read. */
  many(sql: string): (...values: SqlValue[]) => readonly T[];
  /** One row as it was selected; one that cannot be read is noted. */
  read(row: SqlRow): ReadRow<T>;
  /** As `read`, but undefined for a row that cannot be read. */
  readOrLeaveOut(row: SqlRow): T | undefined;
}

/** Reads of rows of this kind. */
export function rowsOf<T>(database: DatabaseSync, unreadable: UnreadableRows, kind: RowKind<T>): Rows<T> {
  const read = (row: SqlRow): ReadRow<T> => {
    const id = kind.key.map((column) => String(row[column])).join(' ');
    try {
      const value = kind.parse(row);
      if (kind.isPartial !== true) unreadable.noteReadable(kind.table, id);
      return { isReadable: true, value };
    } catch (error) {
      const found = { table: kind.table, id, problem: problemOf(error) };
      unreadable.note(found);
      return { isReadable: false, unreadable: found };
    }
  };
  const readOrLeaveOut = (row: SqlRow): T | undefined => {
    const found = read(row);
    return found.isReadable ? found.value : undefined;
  };
  return {
    read,
    readOrLeaveOut,
    one(sql) {
      const statement = database.prepare(sql);
      return (...values) => {
        const row = statement.get(...values);
        if (row === undefined) return undefined;
        const found = read(row as SqlRow);
        if (!found.isReadable) throw new UnreadableRowError(found.unreadable);
        return found.value;
      };
    },
    many(sql) {
      const statement = database.prepare(sql);
      return (...values) =>
        statement.all(...values).flatMap((row) => {
          const found = read(row as SqlRow);
          return found.isReadable ? [found.value] : [];
        });
    },
  };
}

/** How entities are read that are kept as one JSON document in the column `doc`. */
export type DocumentKind<T> = Omit<RowKind<T>, 'parse'> & {
  readonly schema: z.ZodType<T>;
  /** What the document itself says of each column of the key, in their order; undefined where it does not say. */
  readonly named: (document: T) => readonly (string | undefined)[];
};

/** Reads and writes of the documents of one table; each read has to select the key and `doc`. */
export interface Documents<T> extends Rows<T> {
  /** As `one`, by the key. */
  find(...key: SqlValue[]): T | undefined;
  /** Writes one in the place of what has its key, which is given where the document does not say it. */
  save(document: T, ...key: string[]): void;
  remove(...key: SqlValue[]): void;
}

/** The documents of this kind. */
export function documentsOf<T>(
  database: DatabaseSync,
  unreadable: UnreadableRows,
  kind: DocumentKind<T>,
): Documents<T> {
  const { table, key, named } = kind;
  const rows = rowsOf(database, unreadable, { ...kind, parse: (row) => parseDocument(kind, row) });
  const keys = key.join(', ');
  const isOfKey = key.map((column) => `${column} = ?`).join(' AND ');
  const save = writeOf(
    database,
    `INSERT INTO ${table} (${keys}, doc) VALUES (${key.map(() => '?').join(', ')}, ?)
     ON CONFLICT (${keys}) DO UPDATE SET doc = excluded.doc`,
  );
  return {
    ...rows,
    find: rows.one(`SELECT ${keys}, doc FROM ${table} WHERE ${isOfKey}`),
    save(document, ...given) {
      const ids = given.length > 0 ? given : named(document).map((id) => id ?? null);
      save(...ids, JSON.stringify(document));
    },
    remove: writeOf(database, `DELETE FROM ${table} WHERE ${isOfKey}`),
  };
}

/** The document of a row. Throws as RowKind says. */
export function parseDocument<T>({ schema, key, named }: DocumentKind<T>, row: SqlRow): T {
  const document = schema.parse(JSON.parse(String(row['doc'])));
  const names = named(document);
  // A row that was found by one id and speaks of another must not be taken for either.
  if (key.some((column, index) => names[index] !== undefined && names[index] !== row[column])) {
    throw new MisplacedRowError();
  }
  return document;
}

/** A prepared read of one number in the column `value`; 0 when there is none. */
export function numberOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => number {
  const statement = database.prepare(sql);
  return (...values) => Number(statement.get(...values)?.['value'] ?? 0);
}

/** A prepared read of one instant in the column `value`; undefined when there is none, or what stands there is none. */
export function instantOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => number | undefined {
  const statement = database.prepare(sql);
  return (...values) => {
    const value = statement.get(...values)?.['value'];
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  };
}

/** A prepared read of the texts in the column `value`. */
export function textsOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => readonly string[] {
  const statement = database.prepare(sql);
  return (...values) => statement.all(...values).map((row) => String(row['value']));
}

/** A prepared read of rows that are taken as they are selected. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what its rows are, the text of the query says
export function listOf<T>(database: DatabaseSync, sql: string): (...values: SqlValue[]) => readonly T[] {
  const statement = database.prepare(sql);
  return (...values) => statement.all(...values) as T[];
}

/** A prepared write. */
export function writeOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => void {
  const statement = database.prepare(sql);
  return (...values) => void statement.run(...values);
}

/** The prepared statement of a text that is put together when it is asked for; each is prepared once. */
export function preparedOn(database: DatabaseSync): (sql: string) => ReturnType<DatabaseSync['prepare']> {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return (sql) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}

/** A page ends once what is read for it is this many bytes together, so that no page keeps others waiting. */
const LARGEST_PAGE_BYTES = 1024 * 1024;

/**
 * What is read at these places, of which one more than fits was looked for: as many as were asked for and as are small enough, and
 * the last place of them where there are more. What cannot be read is left out.
 */
export function pageThatFits<P extends { readonly bytes: number }, T>(
  places: readonly P[],
  limit: number,
  read: (place: P) => T | undefined,
): { readonly page: readonly T[]; readonly last?: P } {
  const page: T[] = [];
  let last: P | undefined;
  let bytes = 0;
  for (const place of places.slice(0, limit)) {
    bytes += place.bytes;
    if (page.length > 0 && bytes > LARGEST_PAGE_BYTES) break;
    const found = ifReadable(() => read(place));
    if (found !== undefined) page.push(found);
    last = place;
  }
  return last === undefined || last === places.at(-1) ? { page } : { page, last };
}
