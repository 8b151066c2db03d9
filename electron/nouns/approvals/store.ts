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

// What waits is little, and what is asked of it is in this one index, or it would move in many when it is decided.
const pendingByDeadline = "approvals INDEXED BY approvals_by_deadline WHERE status = 'pending'";

/** A place in the list: a row, and when it was settled where the list is in that order. */
export type ApprovalCursor = { readonly key: number; readonly rowId: number };

/** What to list: the newest asked first, or of one settled status, but for an agent, the newest settled first. */
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
    targetType: 'agent' | 'automation',
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
  /** Writes what can change, or of that what is not as it was; the request itself never does. */
  update(approval: ApprovalRecord, before?: ApprovalRecord): void;
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
    due: dueOf(database, whole),
    nextDeadline: instantOf(database, `SELECT min(expires_at_ms) AS value FROM ${pendingByDeadline}`),
    about: aboutOf(whole),
  };
}

/** Before each commit it is asked for, and hardly ever there is any: to read a whole row takes long, even of none. */
function dueOf(database: DatabaseSync, whole: Rows<ApprovalRecord>): Approvals['due'] {
  const isAnyDue = numberOf(
    database,
    `SELECT EXISTS (SELECT 1 FROM ${pendingByDeadline} AND expires_at_ms <= ?) AS value`,
  );
  const due = whole.many(
    `SELECT * FROM ${pendingByDeadline} AND expires_at_ms <= ? ORDER BY expires_at_ms, row_id LIMIT ?`,
  );
  return (now, limit) => (isAnyDue(now) === 1 ? due(now, limit) : []);
}

function aboutOf(whole: Rows<ApprovalRecord>): Approvals['about'] {
  const about = (targetType: 'agent' | 'automation') =>
    whole.many(
      `SELECT * FROM approvals INDEXED BY approvals_about_target
       WHERE target_type = '${targetType}' AND target_id = ? AND request_type = ? AND status = ? ORDER BY row_id DESC`,
    );
  const abouts = { agent: about('agent'), automation: about('automation') };
  return (targetType, ...rest) => abouts[targetType](...rest);
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
      `SELECT ${listedColumns} FROM approvals INDEXED BY approvals_settled WHERE status <> 'pending'
       ORDER BY settled_at_ms DESC, row_id DESC LIMIT ?`,
    ),
    isOnAnothersCard: (approvalId) => countOnAnothersCard(approvalId) === 1,
  };
}

/** How many are pending, as an index knows it. */
function countsOf(
  database: DatabaseSync,
): Pick<Approvals, 'waitingCount' | 'pendingCountOfAgent' | 'pendingCountOfToken' | 'waitingCountOfAgent'> {
  const count = (sql: string) => numberOf(database, `SELECT ${sql} AS value`);
  const pendingByAgent = `FROM ${pendingByDeadline} AND requested_by_kind = 'agent' AND requested_by_id`;
  return {
    // Counted apart: few requests are for the spend, and the index alone counts the rest.
    waitingCount: count(
      `(SELECT count(*) FROM ${pendingByDeadline})
       - (SELECT count(*) FROM ${pendingByDeadline} AND request_type = 'quota_override'
          AND ${isOnAnothersCard('approvals')})`,
    ),
    // In the order of the ids, '0' comes next after '/'.
    pendingCountOfAgent: count(
      `(SELECT count(*) ${pendingByAgent} = ?1)
       + (SELECT count(*) ${pendingByAgent} > ?1 || '/' AND requested_by_id < ?1 || '0')`,
    ),
    pendingCountOfToken: count(
      `(SELECT count(*) FROM ${pendingByDeadline} AND token_mark = substr(?1, -8) AND token_key = ?1)`,
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
  // What was asked since then was also settled since then, or waits.
  const counts = listOf<Digest>(
    database,
    `SELECT count(*) FILTER (WHERE a.created_at_ms >= ?1)
         + (SELECT count(*) FROM ${pendingByDeadline} AND created_at_ms >= ?1) AS asked,
       count(*) FILTER (WHERE a.status = 'approved' AND a.tool_rule_id IS NOT NULL) AS byRule,
       count(*) FILTER (WHERE a.status = 'approved' AND a.tool_rule_id IS NULL) AS approved,
       count(*) FILTER (WHERE a.status = 'denied') AS denied,
       count(*) FILTER (WHERE ${wasMissed('a')}) AS missed
     FROM approvals AS a INDEXED BY approvals_settled WHERE a.status <> 'pending' AND a.settled_at_ms >= ?1`,
  );
  return (sinceMs) => counts(sinceMs)[0] ?? { asked: 0, byRule: 0, approved: 0, denied: 0, missed: 0 };
}

function duplicatesOf(whole: Rows<ApprovalRecord>): Approvals['findPendingDuplicate'] {
  const of = (kind: 'agent' | 'system', name: string) =>
    whole.one(
      `SELECT * FROM ${pendingByDeadline} AND requested_by_kind = '${kind}' AND ${name} = ?1
         AND duplicate_mark = substr(?2, -8) AND duplicate_key = ?2
       ORDER BY expires_at_ms, row_id LIMIT 1`,
    );
  const [ofAgent, ofSystem] = [of('agent', 'requested_by_id'), of('system', 'requested_by_source')];
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
  return (filter) => {
    const { limit } = filter;
    const walks = walksOf(filter);
    const [first, ...others] = walks.map(({ from, key, order, conditions }) => {
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`;
      return `SELECT ${key} AS key, row_id, ${textBytes} AS bytes FROM ${from} ${where} ORDER BY ${order} LIMIT ?`;
    });
    // Each walks an index of its own; their union is at most as many pages long before it is sorted.
    const sql =
      others.length === 0
        ? (first ?? '')
        : `${[first, ...others].map((walk) => `SELECT * FROM (${walk})`).join(' UNION ')} ORDER BY row_id DESC LIMIT ?`;
    const parameters = [
      ...walks.flatMap(({ conditions }) => [...conditions.flatMap(([, ...values]) => values), limit + 1]),
      ...(others.length === 0 ? [] : [limit + 1]),
    ];
    const places = prepared(sql).all(...parameters) as (ApprovalCursor & { row_id: number; bytes: number })[];
    const { page: approvals, last } = pageThatFits(places, limit, (place) => findByRow(place.row_id));
    return last === undefined ? { approvals } : { approvals, next: { key: last.key, rowId: last.row_id } };
  };
}

/** A walk along one index. */
type ListWalk = {
  readonly from: string;
  /** What of the order is before the row. */
  readonly key: string;
  readonly order: string;
  readonly conditions: readonly Condition[];
};

/** The walks that together find what is wanted. */
function walksOf({ status, after, visibleTo, requestTypes }: ApprovalFilter): readonly ListWalk[] {
  const types: readonly Condition[] =
    requestTypes === undefined
      ? []
      : [[`request_type IN (${requestTypes.map(() => '?').join(', ')})`, ...requestTypes]];
  const ofStatus: readonly Condition[] = status === undefined ? [] : [['status = ?', status]];
  const byRow = (from: string, ...conditions: readonly Condition[]): ListWalk => ({
    from,
    key: '0',
    order: 'row_id DESC',
    conditions: [...conditions, ['row_id < ?', after?.rowId ?? Number.MAX_SAFE_INTEGER]],
  });
  if (visibleTo !== undefined) {
    return [
      byRow(
        'approvals INDEXED BY approvals_by_agent',
        ["requested_by_kind = 'agent' AND requested_by_id = ?", visibleTo],
        ...types,
        ...ofStatus,
      ),
      byRow(
        'approvals INDEXED BY approvals_about_agent',
        ["target_type = 'agent' AND target_id = ?", visibleTo],
        ...types,
        ...ofStatus,
      ),
    ];
  }
  // What waits is little, so that it may be sorted.
  if (status === 'pending')
    return [byRow('approvals INDEXED BY approvals_by_deadline', ["status = 'pending'"], ...types)];
  if (status !== undefined) {
    return [
      {
        from: 'approvals INDEXED BY approvals_settled',
        key: 'settled_at_ms',
        order: 'settled_at_ms DESC, row_id DESC',
        conditions: [
          ["status <> 'pending'"],
          ...ofStatus,
          ...types,
          ...(after === undefined ? [] : [['(settled_at_ms, row_id) < (?, ?)', after.key, after.rowId] as const]),
        ],
      },
    ];
  }
  if (requestTypes === undefined) return [byRow('approvals')];
  return requestTypes.map((type) => byRow('approvals INDEXED BY approvals_by_type', ['request_type = ?', type]));
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
    update(approval, before) {
      const values = Object.entries(outcomeValues(approval));
      const were = before === undefined ? {} : outcomeValues(before);
      // What is written anew moves in every index that it is in, also where it is the same.
      const changes = values.filter(([column, value]) => value !== were[column]);
      if (changes.length === 0) return;
      prepared(
        `UPDATE approvals SET ${changes.map(([column]) => `${column} = ?`).join(', ')} WHERE approval_id = ?`,
      ).run(...changes.map(([, value]) => value), approval.approvalId);
    },
    remove: writeOf(database, 'DELETE FROM approvals WHERE approval_id = ?'),
  };
}
