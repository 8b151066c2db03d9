import { hash } from 'node:crypto';
import type { DatabaseSync, SqlRow } from './sqlite';

/**
 * Every row that the app writes has a sum of its columns in `row_sums`, kept by triggers that exist on the app's connections
 * alone. So a bit that flipped and a row that somebody else wrote, changed or took away are named. A sum is no seal: who knows how
 * can write it anew; what was decided is held against the log as well (nouns/audit/state-check.ts).
 */

/**
 * Tables with a proof of their own: the log has its chain, checkpoints their signatures; and the sums themselves. What engines tell of
 * their sessions decides nothing, and nobody vouches for it.
 */
const unsummed: readonly string[] = [
  'audit_log',
  'audit_checkpoints',
  'row_sums',
  'session_calls',
  'session_counts',
  'session_marks',
  'session_sources',
  'session_charges',
  'session_transcripts',
  'session_quotas',
  'session_changes',
];

/** The index of the log has one sum over all its rows: it has several for each event, and they say nothing that the log does not. */
const SUBJECTS = 'audit_subjects';

/** A table whose rows have sums. */
type Summed = {
  readonly name: string;
  /** The stored columns, in their order; computed ones follow from these. */
  readonly columns: readonly string[];
  /** What names a row to people, and is different for each. */
  readonly keys: readonly string[];
};

/** What is wrong with a row: it is not as it was written, it was written by somebody else, or it was taken away. */
export type RowDifference = {
  readonly table: string;
  /** Its id; a JSON list where it has several parts. Absent where the table as a whole is not as it was. */
  readonly id?: string;
  readonly kind: 'changed' | 'added' | 'removed';
};

/** 48 bits of SHA-256, as SQLite keeps an integer and JavaScript knows it exactly. */
function rowSum(...values: readonly unknown[]): number {
  // A damaged number may be larger than JavaScript has them.
  const text = JSON.stringify(values, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16);
}

const MASK = 2 ** 48 - 1;

function summedTables(database: DatabaseSync): readonly Summed[] {
  const virtual = namesOf(database, "type = 'table' AND sql LIKE 'CREATE VIRTUAL%'");
  const isShadow = (name: string) => virtual.some((one) => name === one || name.startsWith(`${one}_`));
  return namesOf(database, "type = 'table' AND name NOT LIKE 'sqlite_%'")
    .filter((name) => !unsummed.includes(name) && !isShadow(name))
    .map((name) => {
      const columns = database.prepare(`PRAGMA main.table_info(${name})`).all() as SqlRow[];
      const primary = columns
        .filter(({ pk }) => Number(pk) > 0)
        .sort((one, other) => Number(one['pk']) - Number(other['pk']))
        .map((column) => String(column['name']));
      const names = columns.map((column) => String(column['name']));
      // A row number says nothing to people; such tables name their rows by the column after it.
      const keys = primary[0] === 'row_id' ? names.slice(1, 2) : primary;
      return { name, columns: names, keys };
    });
}

function namesOf(database: DatabaseSync, where: string): readonly string[] {
  const rows = database.prepare(`SELECT name FROM main.sqlite_schema WHERE ${where} ORDER BY name`).all();
  return rows.map((row) => String(row['name']));
}

/** A row's key and sum in SQL; `of` is what stands before its columns. Several parts make a JSON list, so that no two keys are one. */
const keyOf = ({ keys }: Summed, of = '') =>
  keys.length === 1 ? `${of}${keys.join('')} || ''` : `json_array(${keys.map((key) => of + key).join(', ')})`;
const sumOf = ({ name, columns }: Summed, of = '') =>
  `row_sum('${name}', ${columns.map((column) => of + column).join(', ')})`;

/** Makes this connection able to compute sums. */
function defineSum(database: DatabaseSync): void {
  database.function('row_sum', { deterministic: true, varargs: true, useBigIntArguments: true }, rowSum);
}

/** Makes this connection keep the sum of whatever it writes; to be called once, with the schema up to date. */
export function keepRowSums(database: DatabaseSync): void {
  defineSum(database);
  for (const table of summedTables(database)) {
    const { name } = table;
    // An insert can be one that replaces, of which no trigger for what was there tells.
    const noted = `INSERT INTO row_sums VALUES ('${name}', ${keyOf(table, 'NEW.')}, ${sumOf(table, 'NEW.')})
      ON CONFLICT (table_name, row_key) DO UPDATE SET sum = excluded.sum;`;
    const forgotten = `DELETE FROM row_sums WHERE table_name = '${name}' AND row_key = ${keyOf(table, 'OLD.')}`;
    const isMoved = `${keyOf(table, 'OLD.')} IS NOT ${keyOf(table, 'NEW.')}`;
    const [added, changed, gone] =
      name === SUBJECTS
        ? [
            addToTotal(table, 'NEW.', '+'),
            addToTotal(table, 'OLD.', '-') + addToTotal(table, 'NEW.', '+'),
            addToTotal(table, 'OLD.', '-'),
          ]
        : [noted, `${forgotten} AND ${isMoved}; ${noted}`, `${forgotten};`];
    database.exec(
      `CREATE TEMP TRIGGER sum_of_new_${name} AFTER INSERT ON main.${name} BEGIN ${added} END;
       CREATE TEMP TRIGGER sum_of_changed_${name} AFTER UPDATE ON main.${name} BEGIN ${changed} END;
       CREATE TEMP TRIGGER sum_of_gone_${name} AFTER DELETE ON main.${name} BEGIN ${gone} END;`,
    );
  }
}

function addToTotal(table: Summed, of: string, sign: '+' | '-'): string {
  return `UPDATE row_sums SET sum = (sum ${sign} ${sumOf(table, of)}) & ${MASK} WHERE table_name = '${SUBJECTS}';`;
}

/**
 * Computes every sum anew: what a step of the schema has written has none. In a transaction of the caller's. Of the log's index
 * only what comes from now on counts: an old one may have millions of rows, and this is waited for.
 */
export function sumAllRows(database: DatabaseSync): void {
  defineSum(database);
  database.exec('DELETE FROM row_sums');
  for (const table of summedTables(database)) {
    database.exec(
      table.name === SUBJECTS
        ? `INSERT INTO row_sums SELECT '${SUBJECTS}', coalesce(max(seq), 0), 0 FROM audit_log`
        : `INSERT INTO row_sums SELECT '${table.name}', ${keyOf(table)}, ${sumOf(table)} FROM ${table.name}`,
    );
  }
}

/** Every row that is not as the app wrote it. Reads the whole database; it must not change meanwhile. */
export function* rowDifferences(database: DatabaseSync): Generator<RowDifference> {
  defineSum(database);
  for (const table of summedTables(database)) {
    if (table.name === SUBJECTS) {
      if (!isTotalRight(database, table)) yield { table: SUBJECTS, kind: 'changed' };
      continue;
    }
    const { name } = table;
    const written = database.prepare(
      `SELECT ${keyOf(table)} AS id, sum FROM ${name} LEFT JOIN row_sums
         ON table_name = '${name}' AND row_key = ${keyOf(table)}
       WHERE sum IS NOT ${sumOf(table)}`,
    );
    for (const row of written.iterate()) {
      yield { table: name, id: String(row['id']), kind: row['sum'] === null ? 'added' : 'changed' };
    }
    const removed = database.prepare(
      `SELECT row_key AS id FROM row_sums WHERE table_name = '${name}' EXCEPT SELECT ${keyOf(table)} FROM ${name}`,
    );
    for (const row of removed.iterate()) yield { table: name, id: String(row['id']), kind: 'removed' };
  }
}

function isTotalRight(database: DatabaseSync, table: Summed): boolean {
  const kept = database.prepare(`SELECT row_key, sum FROM row_sums WHERE table_name = '${SUBJECTS}'`).get();
  if (kept === undefined) return false;
  const rows = database.prepare(`SELECT ${sumOf(table)} AS sum FROM ${SUBJECTS} WHERE seq > ?`);
  let total = 0;
  for (const row of rows.iterate(Number(kept['row_key']))) total = (total + Number(row['sum'])) % (MASK + 1);
  return total === kept['sum'];
}
