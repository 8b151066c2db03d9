import type { z } from 'zod';
import type { DatabaseSync, SqlRow, SqlValue } from './sqlite';

/** Prepared reads of entities that are kept as one JSON document in the column `doc`. */
export interface Documents<T> {
  one(sql: string): (...values: SqlValue[]) => T | undefined;
  many(sql: string): (...values: SqlValue[]) => readonly T[];
}

/** Reads of documents of this schema; a document that does not fit it is a bug, and throws. */
export function documentsOf<T>(database: DatabaseSync, schema: z.ZodType<T>): Documents<T> {
  const parse = (row: SqlRow) => schema.parse(JSON.parse(String(row['doc'])));
  return {
    one(sql) {
      const statement = database.prepare(sql);
      return (...values) => {
        const row = statement.get(...values);
        return row === undefined ? undefined : parse(row as SqlRow);
      };
    },
    many(sql) {
      const statement = database.prepare(sql);
      return (...values) => statement.all(...values).map((row) => parse(row as SqlRow));
    },
  };
}

/** A prepared read of one number in the column `value`; 0 when there is none. */
export function numberOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => number {
  const statement = database.prepare(sql);
  return (...values) => Number(statement.get(...values)?.['value'] ?? 0);
}

/** A prepared read of one instant in the column `value`; undefined when there is none. */
export function instantOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => number | undefined {
  const statement = database.prepare(sql);
  return (...values) => {
    const value = statement.get(...values)?.['value'];
    return value === null || value === undefined ? undefined : Number(value);
  };
}

/** A prepared read of the texts in the column `value`. */
export function textsOf(database: DatabaseSync, sql: string): (...values: SqlValue[]) => readonly string[] {
  const statement = database.prepare(sql);
  return (...values) => statement.all(...values).map((row) => String(row['value']));
}
