import type { DatabaseSync } from './sqlite';

/** Reads of what the desk remembers by name. */
export interface KeptReader {
  /** The JSON value of this name; undefined when there is none. */
  find(name: string): unknown;
  /** All whose name begins with this, by name. */
  startingWith(prefix: string): readonly { readonly name: string; readonly value: unknown }[];
}

/** Reads and writes of what the desk remembers by name. */
export interface Kept extends KeptReader {
  keep(name: string, value: unknown): void;
  drop(name: string): void;
}

/** What the desk remembers in this database. */
export function createKept(database: DatabaseSync): Kept {
  const find = database.prepare('SELECT doc FROM kept WHERE name = ?');
  const startingWith = database.prepare('SELECT name, doc FROM kept WHERE name >= ? AND name < ? ORDER BY name');
  const upsert = database.prepare(
    'INSERT INTO kept (name, doc) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET doc = excluded.doc',
  );
  const remove = database.prepare('DELETE FROM kept WHERE name = ?');
  return {
    find(name) {
      const row = find.get(name);
      return row === undefined ? undefined : (JSON.parse(String(row['doc'])) as unknown);
    },
    startingWith: (prefix) =>
      startingWith.all(prefix, `${prefix}\u{10FFFF}`).map((row) => ({
        name: String(row['name']),
        value: JSON.parse(String(row['doc'])) as unknown,
      })),
    keep(name, value) {
      upsert.run(name, JSON.stringify(value));
    },
    drop(name) {
      remove.run(name);
    },
  };
}
