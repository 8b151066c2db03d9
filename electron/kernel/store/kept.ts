import { type RowKind, rowsOf } from './documents';
import type { DatabaseSync } from './sqlite';
import { createUnreadableRows } from './unreadable';

/** Reads of what the desk remembers by name. */
export interface KeptReader {
  /** The JSON value of this name; undefined when there is none. Throws UnreadableRowError where it is there and is no JSON. */
  find(name: string): unknown;
  /** Whether there is something of this name, readable or not. */
  has(name: string): boolean;
  /** Those whose name begins with this, by name. */
  startingWith(prefix: string): readonly { readonly name: string; readonly value: unknown }[];
}

/** Reads and writes of what the desk remembers by name. */
export interface Kept extends KeptReader {
  keep(name: string, value: unknown): void;
  drop(name: string): void;
}

/** How what the desk remembers is stored. */
export const keptKind: RowKind<{ readonly name: string; readonly value: unknown }> = {
  table: 'kept',
  key: ['name'],
  columns: 'name, doc',
  parse: (row) => ({ name: String(row['name']), value: JSON.parse(String(row['doc'])) as unknown }),
};

/** What the desk remembers in this database. */
export function createKept(database: DatabaseSync, unreadable = createUnreadableRows()): Kept {
  const rows = rowsOf(database, unreadable, keptKind);
  const find = rows.one('SELECT name, doc FROM kept WHERE name = ?');
  const has = database.prepare('SELECT 1 FROM kept WHERE name = ?');
  const startingWith = rows.many('SELECT name, doc FROM kept WHERE name >= ? AND name < ? ORDER BY name');
  const upsert = database.prepare(
    'INSERT INTO kept (name, doc) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET doc = excluded.doc',
  );
  const remove = database.prepare('DELETE FROM kept WHERE name = ?');
  return {
    find: (name) => find(name)?.value,
    has: (name) => has.get(name) !== undefined,
    startingWith: (prefix) => startingWith(prefix, `${prefix}\u{10FFFF}`),
    keep(name, value) {
      upsert.run(name, JSON.stringify(value));
    },
    drop(name) {
      remove.run(name);
    },
  };
}
