import { agentKind } from '../../nouns/agents/store';
import { approvalKind } from '../../nouns/approvals/store-rows';
import { auditKind } from '../../nouns/audit/store';
import { automationKind } from '../../nouns/automations/store';
import { grantKind } from '../../nouns/automations/store-grants';
import { recordKind } from '../../nouns/automations/store-records';
import { unadoptedRecordKind } from '../../nouns/automations/store-unadopted';
import { limitsKind } from '../../nouns/limits/store';
import { runKind } from '../../nouns/runs/store';
import { answerKind, reservationKind, spendDayKind, spendWindowKind } from '../../nouns/spend/store';
import { automationDayKind } from '../../nouns/spend/store-days';
import { tokenKind } from '../../nouns/tokens/store';
import { toolRuleKind } from '../../nouns/tool-rules/store';
import { toolClassKind, untrustedKind } from '../../nouns/trust/store';
import { type DocumentKind, numberOf, parseDocument, type RowKind, rowsOf } from './documents';
import { keptKind } from './kept';
import type { DatabaseSync, SqlRow, SqlValue } from './sqlite';
import { timerKind } from './timers';
import { createUnreadableRows, type UnreadableRows } from './unreadable';

/** A kind whose entity is a document, as one whose rows are parsed. */
function kindOf<T>(kind: DocumentKind<T>): RowKind<T> {
  return { ...kind, parse: (row) => parseDocument(kind, row) };
}

/** Every table whose rows mean something by themselves, but the log: it can be long, and verifying it names its rows. */
const kinds: readonly RowKind<unknown>[] = [
  limitsKind,
  keptKind,
  timerKind,
  tokenKind,
  kindOf(agentKind),
  approvalKind,
  kindOf(toolRuleKind),
  kindOf(toolClassKind),
  kindOf(untrustedKind),
  automationKind,
  kindOf(recordKind),
  kindOf(unadoptedRecordKind),
  kindOf(grantKind),
  kindOf(runKind),
  kindOf(spendWindowKind),
  spendDayKind,
  automationDayKind,
  reservationKind,
  answerKind,
];

/** Looks for rows that cannot be read, before anybody needs them. */
export interface RowSurvey {
  /**
   * Reads every row of every table, some at a time, and notes which cannot be read and which can again. Yields after each page
   * how many rows it had, so that whoever walks can rest in between, or end it. The audit log only where that is wanted.
   */
  walk(pageSize: number, what?: { readonly isLogIncluded: boolean }): Generator<number, void>;
}

/** The survey of this database. */
export function createRowSurvey(database: DatabaseSync, unreadable = createUnreadableRows()): RowSurvey {
  return {
    *walk(pageSize, { isLogIncluded } = { isLogIncluded: false }) {
      const all = isLogIncluded ? [...kinds, auditKind] : kinds;
      for (const kind of all) yield* walkTable(database, unreadable, kind, pageSize);
    },
  };
}

function* walkTable(
  database: DatabaseSync,
  unreadable: UnreadableRows,
  kind: RowKind<unknown>,
  pageSize: number,
): Generator<number, void> {
  const { table, columns, isWithoutRowIds, key } = kind;
  const rows = rowsOf(database, unreadable, kind);
  const order = isWithoutRowIds === true ? key : ['rowid'];
  const after = (places: string) =>
    database.prepare(
      `SELECT ${columns}, ${order.map((column) => `${column} AS place_${column}`).join(', ')} FROM ${table}
       ${places} ORDER BY ${order.join(', ')} LIMIT ?`,
    );
  const [first, next] = [after(''), after(`WHERE (${order.join(', ')}) > (${order.map(() => '?').join(', ')})`)];
  // A damaged key may send the walk back to where it was; it still ends.
  let left = numberOf(database, `SELECT count(*) AS value FROM ${table}`)();
  let page = first.all(pageSize) as SqlRow[];
  for (let last = page.at(-1); last !== undefined && left > 0; last = page.at(-1)) {
    for (const row of page) rows.read(row);
    left -= page.length;
    yield page.length;
    page = next.all(...placeOf(order, last), pageSize) as SqlRow[];
  }
}

function placeOf(order: readonly string[], row: SqlRow): readonly SqlValue[] {
  return order.map((column) => row[`place_${column}`] ?? null);
}
