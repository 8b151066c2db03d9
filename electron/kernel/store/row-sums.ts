import { hash } from 'node:crypto';
import type { DatabaseSync, SqlRow } from './sqlite';

/**
 * Every row that the app writes has a sum of its columns in `row_sums_recent` and later in `row_sums`, kept by triggers that exist on
 * the app's connections alone. So a bit that flipped and a row that somebody else wrote, changed or took away are named. A sum is no seal: who knows how
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
  'row_sums_recent',
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

/**
 * The sum of what a row of the log says it is about, which its hash says nothing of; it is kept in the row, because the row never changes.
 */
export function sumOfSubjects(seq: number, subjects: string | null): number {
  return rowSum('audit_log', BigInt(seq), subjects);
}

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
    const noteOf = (key: string, sum: string, where = '') =>
      `INSERT INTO row_sums_recent (table_name, row_key, sum) SELECT '${name}', ${key}, ${sum} ${where};`;
    // An insert can be one that replaces, of which no trigger for what was there tells.
    const noted = noteOf(keyOf(table, 'NEW.'), sumOf(table, 'NEW.'));
    const forgotten = (where?: string) => noteOf(keyOf(table, 'OLD.'), 'NULL', where);
    const isMoved = `${keyOf(table, 'OLD.')} IS NOT ${keyOf(table, 'NEW.')}`;
    const [added, changed, gone] =
      name === SUBJECTS
        ? [
            addToTotal(table, 'NEW.', '+'),
            addToTotal(table, 'OLD.', '-') + addToTotal(table, 'NEW.', '+'),
            addToTotal(table, 'OLD.', '-'),
          ]
        : [noted, forgotten(`WHERE ${isMoved}`) + noted, forgotten()];
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
  database.exec('DELETE FROM row_sums; DELETE FROM row_sums_recent');
  for (const table of summedTables(database)) {
    database.exec(
      table.name === SUBJECTS
        ? `INSERT INTO row_sums SELECT '${SUBJECTS}', coalesce(max(seq), 0), 0 FROM audit_subjects
             WHERE subject_type = 'indexed' AND subject_id = ''`
        : `INSERT INTO row_sums SELECT '${table.name}', ${keyOf(table)}, ${sumOf(table)} FROM ${table.name}`,
    );
  }
}

/** Sums that are moved at once, so that it is over in a few milliseconds. */
const MOVED_AT_ONCE = 500;

/** Whether there are sums that came lately. */
export interface RowSumsReader {
  isBehind(): boolean;
}

/** The sums that came lately, on their way to the others. */
export interface RowSums extends RowSumsReader {
  /** Moves the next of them, and answers how many those were. */
  settle(): number;
}

/** The sums of this database. */
export function createRowSums(database: DatabaseSync): RowSums {
  const first = database.prepare('SELECT min(place) AS place FROM row_sums_recent');
  // With max(), the other columns are those of the row that has it: of several sums of a row the last one counts.
  const last = `(SELECT table_name, row_key, sum, max(place) FROM row_sums_recent WHERE place < ? GROUP BY table_name, row_key)`;
  const keep = database.prepare(
    `INSERT INTO row_sums (table_name, row_key, sum) SELECT table_name, row_key, sum FROM ${last} WHERE sum IS NOT NULL
     ON CONFLICT (table_name, row_key) DO UPDATE SET sum = excluded.sum`,
  );
  const forget = database.prepare(
    `DELETE FROM row_sums WHERE (table_name, row_key) IN (SELECT table_name, row_key FROM ${last} WHERE sum IS NULL)`,
  );
  const empty = database.prepare('DELETE FROM row_sums_recent WHERE place < ?');
  return {
    isBehind: () => typeof first.get()?.['place'] === 'number',
    settle() {
      const place = first.get()?.['place'];
      if (typeof place !== 'number') return 0;
      const end = place + MOVED_AT_ONCE;
      keep.run(end);
      forget.run(end);
      return empty.run(end).changes;
    },
  };
}

/** Every row that is not as the app wrote it. Reads the whole database; it must not change meanwhile. */
export function* rowDifferences(database: DatabaseSync): Generator<RowDifference> {
  defineSum(database);
  for (const table of summedTables(database)) {
    if (table.name === SUBJECTS) {
      if (!isTotalRight(database, table)) yield { table: SUBJECTS, kind: 'changed' };
      yield* differencesInLog(database);
    } else yield* differencesIn(database, table);
  }
}

/** Rows of the log that say they are about something else than when they were written. Those of before they said it have no sum. */
function* differencesInLog(database: DatabaseSync): Generator<RowDifference> {
  const rows = database.prepare(
    `SELECT seq FROM audit_log WHERE subjects_sum IS NOT row_sum('audit_log', seq, subjects)
       AND NOT (subjects_sum IS NULL AND subjects IS NULL
         AND seq <= (SELECT coalesce(min(seq), 0) FROM audit_subjects WHERE subject_type = 'indexed' AND subject_id = ''))`,
  );
  for (const row of rows.iterate()) yield { table: 'audit_log', id: String(row['seq']), kind: 'changed' };
}

function* differencesIn(database: DatabaseSync, table: Summed): Generator<RowDifference> {
  const { name } = table;
  const recent = recentSumsOf(database, name);
  // The rows that have their sum need no look, unless one that came later counts.
  const written = database.prepare(
    `SELECT ${keyOf(table)} AS id, sum, ${sumOf(table)} AS actual FROM ${name} LEFT JOIN row_sums
       ON table_name = '${name}' AND row_key = ${keyOf(table)}
     ${recent.size === 0 ? 'WHERE sum IS NOT actual' : ''}`,
  );
  const seen = new Set<string>();
  for (const row of written.iterate()) {
    const id = String(row['id']);
    const isRecent = recent.has(id);
    if (isRecent) seen.add(id);
    const sum = isRecent ? recent.get(id) : row['sum'];
    if (sum !== row['actual']) yield { table: name, id, kind: sum === null ? 'added' : 'changed' };
  }
  const removed = database.prepare(
    `SELECT row_key AS id FROM row_sums WHERE table_name = '${name}' EXCEPT SELECT ${keyOf(table)} FROM ${name}`,
  );
  for (const row of removed.iterate()) {
    const id = String(row['id']);
    if (!recent.has(id)) yield { table: name, id, kind: 'removed' };
  }
  for (const [id, sum] of recent) if (sum !== null && !seen.has(id)) yield { table: name, id, kind: 'removed' };
}

/** The last sum of each row of a table that was written lately; null for one that was removed. */
function recentSumsOf(database: DatabaseSync, name: string): ReadonlyMap<string, number | null> {
  const rows = database
    .prepare('SELECT row_key, sum FROM row_sums_recent WHERE table_name = ? ORDER BY place')
    .all(name);
  return new Map(rows.map((row) => [String(row['row_key']), row['sum'] === null ? null : Number(row['sum'])]));
}

function isTotalRight(database: DatabaseSync, table: Summed): boolean {
  const kept = database.prepare(`SELECT row_key, sum FROM row_sums WHERE table_name = '${SUBJECTS}'`).get();
  if (kept === undefined) return false;
  const rows = database.prepare(`SELECT ${sumOf(table)} AS sum FROM ${SUBJECTS} WHERE seq > ?`);
  let total = 0;
  for (const row of rows.iterate(Number(kept['row_key']))) total = (total + Number(row['sum'])) % (MASK + 1);
  return total === kept['sum'];
}
