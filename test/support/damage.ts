import { readFileSync, writeFileSync } from 'node:fs';
import { databasePath } from '../../electron/kernel/store/home-files';
import { openDatabase, type SqlRow, type SqlValue } from '../../electron/kernel/store/sqlite';

/** One row of a database file, by the values of its key. */
export type Row = { readonly table: string; readonly key: readonly string[]; readonly id: readonly SqlValue[] };

/** Every row of a table, of the database of an app that does not run. */
export function rowsIn(home: string, table: string, key: readonly string[]): readonly Row[] {
  return withDatabase(home, (database) =>
    database
      .prepare(`SELECT ${key.join(', ')} FROM ${table}`)
      .all()
      .map((row) => ({ table, key, id: key.map((name) => (row as SqlRow)[name] ?? null) })),
  );
}

/** A value of a row as it is stored; undefined when the row is gone. */
export function valueOf(home: string, { table, key, id }: Row, column: string): unknown {
  return withDatabase(home, (database) => {
    const statement = database.prepare(`SELECT ${column} AS value FROM ${table} WHERE ${whereOf(key)}`);
    return statement.get(...id)?.['value'];
  });
}

/**
 * Changes the document of a row in the bytes of the file, as a bad disk does: no check is asked, and no index follows. What takes
 * its place is made as long as it was.
 */
export function changeBytes(home: string, row: Row, change: (text: string) => string): void {
  const text = String(valueOf(home, row, 'doc'));
  const changed = change(text).padEnd(text.length);
  if (changed.length !== text.length || changed === text) throw new Error(`cannot stand in its place: ${changed}`);
  const path = databasePath(home);
  const bytes = readFileSync(path);
  // A record has the values of its key before its document.
  const keyText = row.id.join('');
  let count = 0;
  for (let at = bytes.indexOf(keyText + text); at >= 0; at = bytes.indexOf(keyText + text, at + 1)) {
    bytes.write(changed, at + Buffer.byteLength(keyText));
    count += 1;
  }
  if (count === 0) throw new Error(`the document of ${row.table} ${row.id.join(' ')} is not in the file in one piece`);
  writeFileSync(path, bytes);
}

/** Writes a value into a column of a row, as SQLite lets whoever turns its checks off. */
export function changeColumn(home: string, { table, key, id }: Row, column: string, value: SqlValue | bigint): void {
  withDatabase(home, (database) => {
    database.exec('PRAGMA ignore_check_constraints = ON; DROP TRIGGER audit_log_never_changes');
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${whereOf(key)}`).run(value, ...id);
  });
}

function whereOf(key: readonly string[]): string {
  return key.map((name) => `${name} = ?`).join(' AND ');
}

function withDatabase<T>(home: string, look: (database: ReturnType<typeof openDatabase>) => T): T {
  const database = openDatabase(databasePath(home), 1_000);
  try {
    return look(database);
  } finally {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  }
}
