import type { RequestType } from '../../../shared/contract/request-kinds';
import type { OperatorStatus } from '../../../shared/missed';
import { pageOf } from '../../kernel/cursor';
import { preparedOn, rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import { matchOf } from '../../kernel/store/words';
import { isOnAnothersCard, type ListedRecord, listedApprovalKind, listedColumns, wasMissed } from './store-rows';

/** Where a page ended: what the list is ordered by, and the row. */
export type SearchPlace = { readonly key: number; readonly rowId: number };

/** What to look for among the approvals. */
export type ApprovalSearchFilter = {
  /** Pending ones, the oldest deadline first; or all others, the newest settled first, with a text or an agent the newest asked first. */
  readonly scope: 'waiting' | 'past';
  readonly status?: OperatorStatus;
  readonly requestType?: RequestType;
  readonly agentId?: string;
  /** Words, or their beginnings, that all have to be in who asked, in what for, in the act and its folder, or in why. */
  readonly text?: string;
  readonly after?: SearchPlace;
  readonly limit: number;
};

/** One page of what was found, and where the next one begins. */
export type FoundApprovals = { readonly approvals: readonly ListedRecord[]; readonly next?: SearchPlace };

/** The search in approvals. */
export interface ApprovalSearch {
  search(filter: ApprovalSearchFilter): FoundApprovals;
}

/** The search over this database; each combination of conditions is one prepared statement. */
export function createApprovalSearch(database: DatabaseSync, unreadable = createUnreadableRows()): ApprovalSearch {
  const listed = rowsOf(database, unreadable, listedApprovalKind);
  const prepared = preparedOn(database);
  return {
    search(filter) {
      const words = matchOf(filter.text ?? '');
      if (filter.text !== undefined && filter.text.trim() !== '' && words === undefined) return { approvals: [] };
      const { sql, values } = filter.scope === 'waiting' ? waitingSql(filter, words) : pastSql(filter, words);
      const rows = prepared(sql).all(...values, filter.limit + 1) as SqlRow[];
      const { page, last } = pageOf(rows, filter.limit);
      const approvals = page.flatMap((row) => listed.readOrLeaveOut(row) ?? []);
      if (last === undefined) return { approvals };
      return { approvals, next: { key: Number(last['place_key']), rowId: Number(last['place_row']) } };
    },
  };
}

type Sql = { readonly sql: string; readonly values: readonly SqlValue[] };

function narrowed({ requestType, agentId, status }: ApprovalSearchFilter): {
  conditions: string[];
  values: SqlValue[];
} {
  const given = [
    ['a.status = ?', status === 'missed' ? undefined : status],
    ['a.request_type = ?', requestType],
    ["a.requested_by_kind = 'agent' AND a.requested_by_id = ?", agentId],
  ].filter((one): one is [string, string] => one[1] !== undefined);
  const missed = status === 'missed' ? [wasMissed('a')] : [];
  return { conditions: [...given.map(([sql]) => sql), ...missed], values: given.map(([, value]) => value) };
}

function waitingSql(filter: ApprovalSearchFilter, words: string | undefined): Sql {
  const { conditions, values } = narrowed(filter);
  if (words !== undefined) {
    // Only among the rows that may wait: a word of every request would gather all of them that there ever were.
    const bound = (which: 'min' | 'max') =>
      `(SELECT ${which}(row_id) FROM approvals INDEXED BY approvals_by_deadline WHERE status = 'pending')`;
    conditions.push(`a.row_id IN (SELECT rowid FROM approvals_text
      WHERE approvals_text MATCH ? AND rowid >= ${bound('min')} AND rowid <= ${bound('max')})`);
    values.push(words);
  }
  const { key, rowId } = filter.after ?? { key: -1, rowId: -1 };
  return {
    sql: `SELECT ${listedColumns}, a.expires_at_ms AS place_key, a.row_id AS place_row
      FROM approvals AS a INDEXED BY approvals_by_deadline
      WHERE ${["a.status = 'pending'", '(a.expires_at_ms, a.row_id) > (?, ?)', ...conditions, `NOT ${isOnAnothersCard('a')}`].join(' AND ')}
      ORDER BY a.expires_at_ms, a.row_id LIMIT ?`,
    values: [key, rowId, ...values],
  };
}

function pastSql(filter: ApprovalSearchFilter, words: string | undefined): Sql {
  const { conditions, values } = narrowed(filter);
  const { key, rowId } = filter.after ?? { key: Number.MAX_SAFE_INTEGER, rowId: Number.MAX_SAFE_INTEGER };
  const settled = "a.status <> 'pending'";
  // The index of words answers in the order of its rows, so that a word of every request is no slower than a rare one.
  const byRow = (from: string, row: string, ...first: readonly string[]) =>
    `SELECT ${listedColumns}, 0 AS place_key, a.row_id AS place_row FROM ${from}
      WHERE ${[...first, `${row} < ?`, settled, ...conditions].join(' AND ')} ORDER BY ${row} DESC LIMIT ?`;
  if (words !== undefined) {
    const from = 'approvals_text AS t CROSS JOIN approvals AS a ON a.row_id = t.rowid';
    return { sql: byRow(from, 't.rowid', 't.approvals_text MATCH ?'), values: [words, rowId, ...values] };
  }
  if (filter.agentId !== undefined) {
    return { sql: byRow('approvals AS a INDEXED BY approvals_by_agent', 'a.row_id'), values: [rowId, ...values] };
  }
  const index = filter.status === 'missed' ? 'approvals_missed' : 'approvals_settled';
  return {
    sql: `SELECT ${listedColumns}, a.settled_at_ms AS place_key, a.row_id AS place_row
      FROM approvals AS a INDEXED BY ${index}
      WHERE ${[settled, '(a.settled_at_ms, a.row_id) < (?, ?)', ...conditions].join(' AND ')}
      ORDER BY a.settled_at_ms DESC, a.row_id DESC LIMIT ?`,
    values: [key, rowId, ...values],
  };
}
