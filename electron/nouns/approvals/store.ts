import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Digest } from '../../../shared/contract/approval-rows';
import type { ApprovalStatus, RequestType } from '../../../shared/contract/request-kinds';
import type { Actor } from '../../../shared/kernel/actor';
import {
  instantOf,
  listOf,
  numberOf,
  pageThatFits,
  preparedOn,
  type Rows,
  rowsOf,
  writeOf,
} from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows, type UnreadableRows } from '../../kernel/store/unreadable';
import {
  approvalKind,
  approvalValues,
  isOnAnothersCard,
  type ListedRecord,
  listedApprovalKind,
  listedColumns,
  outcomeValues,
  textBytes,
  wasMissed,
} from './store-rows';
import { type ApprovalSearch, createApprovalSearch } from './store-search';

// Left to itself, SQLite takes the index over every status, and would have to sort.
const pendingByDeadline = "approvals INDEXED BY approvals_by_deadline WHERE status = 'pending'";

/** A place in the list, newest updated first. */
export type ApprovalCursor = { readonly updatedAtMs: number; readonly rowId: number };

/** What to list. */
export type ApprovalFilter = {
  /** Of any of these types; of all, if absent. */
  readonly requestTypes?: readonly RequestType[];
  readonly status?: ApprovalStatus;
  /** Only what this agent may see. */
  readonly visibleTo?: string;
  readonly after?: ApprovalCursor;
  readonly limit: number;
};

/** One page of a list, and where the next one begins. */
export type ApprovalPage = { readonly approvals: readonly ApprovalRecord[]; readonly next?: ApprovalCursor };

/** Reads of approvals. */
export interface ApprovalsReader extends ApprovalSearch {
  find(approvalId: string): ApprovalRecord | undefined;
  list(filter: ApprovalFilter): ApprovalPage;
  /** In the order in which they were asked, those after a row, and the last row of them. */
  inOrder(
    afterRowId: number,
    limit: number,
  ): { readonly approvals: readonly ApprovalRecord[]; readonly lastRowId: number };
  findListed(approvalId: string): ListedRecord | undefined;
  /** What became of those of these that there are and can be read, by id. */
  outcomes(approvalIds: readonly string[]): ReadonlyMap<string, ListedRecord>;
  /** Pending ones that have a card of their own, the oldest deadline first. */
  waiting(limit: number): readonly ListedRecord[];
  /** As `waiting`, those that come after this one by deadline, whether or not it is pending still. */
  waitingAfter(approval: Pick<ApprovalRecord, 'approvalId' | 'expiresAtMs'>, limit: number): readonly ListedRecord[];
  /** How many `waiting` would answer without a limit. */
  waitingCount(): number;
  /** Whether a pending one is seen on the card of another, and so is none of `waiting`. */
  isOnAnothersCard(approvalId: string): boolean;
  /** The newest ones that are no longer pending. */
  recentlySettled(limit: number): readonly ListedRecord[];
  /** How many were asked since an instant, and what became of those that were settled since. */
  digestSince(sinceMs: number): Digest;
  /** Pending ones whose time is over, at most `limit`. */
  due(now: number, limit: number): readonly ApprovalRecord[];
  /** When the next pending one expires. */
  nextDeadline(): number | undefined;
  /** Pending ones that an agent asked for, or one whose id begins with its own and `/`: its sub-agents. */
  pendingCountOfAgent(agentId: string): number;
  /** Pending ones that were asked with this token, under whatever names. */
  pendingCountOfToken(tokenKey: string): number;
  /** Pending ones that an agent asked for or that are about it. */
  waitingCountOfAgent(agentId: string): number;
  /** Those of this type and status about one thing, the newest first. */
  about(
    targetType: string,
    targetId: string,
    requestType: RequestType,
    status: ApprovalStatus,
  ): readonly ApprovalRecord[];
  /** The pending one with this key that the same agent, or the same engine without an agent, asked for; humans have none. */
  findPendingDuplicate(asker: Actor, duplicateKey: string): ApprovalRecord | undefined;
}

/** Reads and writes of approvals. */
export interface Approvals extends ApprovalsReader {
  /** With the token that it was asked with, where it was asked with one: it counts against that token while it is pending. */
  insert(approval: ApprovalRecord, duplicateKey: string, tokenKey?: string): void;
  /** Writes what can change; the request itself never does. */
  update(approval: ApprovalRecord): void;
  /** Removes one; only an import that replaces it does. */
  remove(approvalId: string): void;
}

/** The approvals in this database. */
export function createApprovals(database: DatabaseSync, unreadable = createUnreadableRows()): Approvals {
  const whole = rowsOf(database, unreadable, approvalKind);
  const inOrder = listOf<SqlRow>(database, 'SELECT * FROM approvals WHERE row_id > ? ORDER BY row_id LIMIT ?');
  return {
    ...createApprovalSearch(database, unreadable),
    ...queueOf(database, unreadable),
    ...countsOf(database),
    digestSince: digestOf(database),
    ...writesOf(database),
    find: whole.one('SELECT * FROM approvals WHERE approval_id = ?'),
    list: listsOf(database, whole),
    findPendingDuplicate: duplicatesOf(whole),
    inOrder(afterRowId, limit) {
      const rows = inOrder(afterRowId, limit);
      const approvals = rows.flatMap((row) => whole.readOrLeaveOut(row) ?? []);
      return { approvals, lastRowId: Number(rows.at(-1)?.['row_id'] ?? afterRowId) };
    },
    due: whole.many(`SELECT * FROM ${pendingByDeadline} AND expires_at_ms <= ? ORDER BY expires_at_ms, row_id LIMIT ?`),
    nextDeadline: instantOf(database, `SELECT min(expires_at_ms) AS value FROM ${pendingByDeadline}`),
    about: whole.many(
      `SELECT * FROM approvals INDEXED BY approvals_about_target
       WHERE target_type = ? AND target_id = ? AND request_type = ? AND status = ? ORDER BY row_id DESC`,
    ),
  };
}

/** What the operator's queue shows. */
function queueOf(
  database: DatabaseSync,
  unreadable: UnreadableRows,
): Pick<Approvals, 'findListed' | 'outcomes' | 'waiting' | 'waitingAfter' | 'recentlySettled' | 'isOnAnothersCard'> {
  const listed = rowsOf(database, unreadable, listedApprovalKind);
  const waitingAfter = listed.many(
    `SELECT ${listedColumns} FROM ${pendingByDeadline}
     AND (expires_at_ms, row_id) > (?, (SELECT row_id FROM approvals WHERE approval_id = ?))
     AND NOT ${isOnAnothersCard('approvals')}
     ORDER BY expires_at_ms, row_id LIMIT ?`,
  );
  const countOnAnothersCard = numberOf(
    database,
    `SELECT count(*) AS value FROM approvals
     WHERE approval_id = ? AND status = 'pending' AND ${isOnAnothersCard('approvals')}`,
  );
  const several = listed.many(
    `SELECT ${listedColumns} FROM approvals WHERE approval_id IN (SELECT value FROM json_each(?) AS given)`,
  );
  return {
    outcomes: (approvalIds) =>
      new Map(several(JSON.stringify(approvalIds)).map((approval) => [approval.approvalId, approval])),
    findListed: listed.one(`SELECT ${listedColumns} FROM approvals WHERE approval_id = ?`),
    waiting: listed.many(
      `SELECT ${listedColumns} FROM ${pendingByDeadline} AND NOT ${isOnAnothersCard('approvals')}
       ORDER BY expires_at_ms, row_id LIMIT ?`,
    ),
    waitingAfter: ({ approvalId, expiresAtMs }, limit) => waitingAfter(expiresAtMs, approvalId, limit),
    recentlySettled: listed.many(
      `SELECT ${listedColumns} FROM approvals WHERE status <> 'pending'
       ORDER BY updated_at_ms DESC, row_id DESC LIMIT ?`,
    ),
    isOnAnothersCard: (approvalId) => countOnAnothersCard(approvalId) === 1,
  };
}

/** How many are pending, as an index knows it. */
function countsOf(
  database: DatabaseSync,
): Pick<Approvals, 'waitingCount' | 'pendingCountOfAgent' | 'pendingCountOfToken' | 'waitingCountOfAgent'> {
  const count = (sql: string) => numberOf(database, `SELECT ${sql} AS value`);
  const pendingByAgent = `FROM approvals INDEXED BY approvals_one_pending
     WHERE status = 'pending' AND requested_by_kind = 'agent' AND requested_by_id`;
  return {
    // Counted apart: few requests are for the spend, and the index alone counts the rest.
    waitingCount: count(
      `(SELECT count(*) FROM ${pendingByDeadline})
       - (SELECT count(*) FROM approvals INDEXED BY approvals_by_type_and_status
          WHERE request_type = 'quota_override' AND status = 'pending' AND ${isOnAnothersCard('approvals')})`,
    ),
    // In the order of the ids, '0' comes next after '/'.
    pendingCountOfAgent: count(
      `(SELECT count(*) ${pendingByAgent} = ?1)
       + (SELECT count(*) ${pendingByAgent} > ?1 || '/' AND requested_by_id < ?1 || '0')`,
    ),
    pendingCountOfToken: count(
      `(SELECT count(*) FROM approvals INDEXED BY approvals_pending_by_token WHERE token_key = ? AND status = 'pending')`,
    ),
    waitingCountOfAgent: count(
      `(SELECT count(*) ${pendingByAgent} = ?1)
       + (SELECT count(*) FROM approvals INDEXED BY approvals_waiting_about_agent
          WHERE target_id = ?1 AND status = 'pending' AND target_type = 'agent'
          AND NOT (requested_by_kind = 'agent' AND requested_by_id = ?1))`,
    ),
  };
}

function digestOf(database: DatabaseSync): Approvals['digestSince'] {
  const settledSince = 'a.reviewed_at_ms >= ?1';
  const counts = listOf<Digest>(
    database,
    `SELECT count(*) FILTER (WHERE a.created_at_ms >= ?1) AS asked,
       count(*) FILTER (WHERE a.status = 'approved' AND a.tool_rule_id IS NOT NULL AND ${settledSince}) AS byRule,
       count(*) FILTER (WHERE a.status = 'approved' AND a.tool_rule_id IS NULL AND ${settledSince}) AS approved,
       count(*) FILTER (WHERE a.status = 'denied' AND ${settledSince}) AS denied,
       count(*) FILTER (WHERE ${wasMissed('a')}) AS missed
     FROM approvals AS a INDEXED BY approvals_by_update WHERE a.updated_at_ms >= ?1`,
  );
  return (sinceMs) => counts(sinceMs)[0] ?? { asked: 0, byRule: 0, approved: 0, denied: 0, missed: 0 };
}

function duplicatesOf(whole: Rows<ApprovalRecord>): Approvals['findPendingDuplicate'] {
  const ofSystem = whole.one(
    `SELECT * FROM approvals INDEXED BY approvals_pending_of_system WHERE requested_by_source = ? AND duplicate_key = ?
     AND status = 'pending' AND requested_by_kind = 'system' ORDER BY row_id LIMIT 1`,
  );
  const ofAgent = whole.one(
    `SELECT * FROM approvals WHERE requested_by_id = ? AND duplicate_key = ?
     AND status = 'pending' AND requested_by_kind = 'agent'`,
  );
  return ({ kind, actorId, source }, duplicateKey) => {
    if (kind === 'agent') return actorId === undefined ? undefined : ofAgent(actorId, duplicateKey);
    return kind === 'system' && source !== undefined ? ofSystem(source, duplicateKey) : undefined;
  };
}

/** A condition of a search and the values of its placeholders. */
type Condition = readonly [sql: string, ...values: SqlValue[]];

function listsOf(database: DatabaseSync, whole: Rows<ApprovalRecord>): Approvals['list'] {
  const prepared = preparedOn(database);
  const findByRow = whole.one('SELECT * FROM approvals WHERE row_id = ?');

  return ({ limit, status, after, visibleTo, requestTypes }) => {
    const order = 'ORDER BY updated_at_ms DESC, row_id DESC LIMIT ?';
    const common: readonly Condition[] = [
      ...(status === undefined ? [] : [['status = ?', status] as const]),
      ...(after === undefined ? [] : [['(updated_at_ms, row_id) < (?, ?)', after.updatedAtMs, after.rowId] as const]),
    ];
    const ofTypes: readonly (readonly Condition[])[] = requestTypes?.map((type) => [['request_type = ?', type]]) ?? [
      [],
    ];
    const ofAgent: readonly (readonly Condition[])[] =
      visibleTo === undefined
        ? [[]]
        : [
            [["requested_by_kind = 'agent' AND requested_by_id = ?", visibleTo]],
            [["target_type = 'agent' AND target_id = ?", visibleTo]],
          ];
    // Each walks an index of its own; their union is at most as many pages long before it is sorted.
    const walks = ofAgent.flatMap((ofOne) => ofTypes.map((ofType) => [...ofOne, ...ofType, ...common]));
    const select = (conditions: readonly Condition[]) =>
      `SELECT updated_at_ms, row_id, ${textBytes} AS bytes FROM approvals
       ${conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`} ${order}`;
    const [first = [], ...others] = walks;
    const sql =
      others.length === 0
        ? select(first)
        : `${walks.map((walk) => `SELECT * FROM (${select(walk)})`).join(' UNION ')} ${order}`;
    const parameters = [
      ...walks.flatMap((walk) => [...walk.flatMap(([, ...values]) => values), limit + 1]),
      ...(others.length === 0 ? [] : [limit + 1]),
    ];
    const places = prepared(sql).all(...parameters) as { updated_at_ms: number; row_id: number; bytes: number }[];
    const { page: approvals, last } = pageThatFits(places, limit, (place) => findByRow(place.row_id));
    if (last === undefined) return { approvals };
    return { approvals, next: { updatedAtMs: last.updated_at_ms, rowId: last.row_id } };
  };
}

function writesOf(database: DatabaseSync): Pick<Approvals, 'insert' | 'update' | 'remove'> {
  const prepared = preparedOn(database);
  return {
    insert(approval, duplicateKey, tokenKey) {
      const values = { ...approvalValues(approval), duplicate_key: duplicateKey, token_key: tokenKey ?? null };
      const columns = Object.keys(values);
      prepared(`INSERT INTO approvals (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(
        ...Object.values(values),
      );
    },
    update(approval) {
      const values = outcomeValues(approval);
      const changes = Object.keys(values).map((column) => `${column} = ?`);
      prepared(`UPDATE approvals SET ${changes.join(', ')} WHERE approval_id = ?`).run(
        ...Object.values(values),
        approval.approvalId,
      );
    },
    remove: writeOf(database, 'DELETE FROM approvals WHERE approval_id = ?'),
  };
}
