import type { ApprovalRecord, ApprovalStatus, RequestType } from '../../../shared/contract/approval';
import type { Actor } from '../../../shared/kernel/actor';
import { rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows, ifReadable } from '../../kernel/store/unreadable';
import {
  approvalKind,
  isOnAnothersCard,
  type ListedRecord,
  listedApprovalKind,
  listedColumns,
  textBytes,
} from './store-rows';
import { type ApprovalSearch, createApprovalSearch } from './store-search';

/** A page ends once its contexts and acts are this many bytes together, so that no page keeps others waiting. */
const LARGEST_PAGE_BYTES = 1024 * 1024;

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

/** A condition of a search and the values of its placeholders. */
type Condition = readonly [sql: string, ...values: SqlValue[]];

const actorColumns = (actor: Actor) => [actor.kind, actor.actorId ?? null, actor.source ?? null] as const;

/** The approvals in this database. */
export function createApprovals(database: DatabaseSync, unreadable = createUnreadableRows()): Approvals {
  const whole = rowsOf(database, unreadable, approvalKind);
  const listed = rowsOf(database, unreadable, listedApprovalKind);
  const number = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SqlValue[]) => statement.get(...values)?.['value'] as number | null;
  };
  const find = whole.one('SELECT * FROM approvals WHERE approval_id = ?');
  const findByRow = whole.one('SELECT * FROM approvals WHERE row_id = ?');
  const findListed = listed.one(`SELECT ${listedColumns} FROM approvals WHERE approval_id = ?`);
  const findPendingOfSystem = whole.one(
    `SELECT * FROM approvals INDEXED BY approvals_pending_of_system WHERE requested_by_source = ? AND duplicate_key = ?
     AND status = 'pending' AND requested_by_kind = 'system' ORDER BY row_id LIMIT 1`,
  );
  const pendingCountOfToken = number(
    `SELECT count(*) AS value FROM approvals INDEXED BY approvals_pending_by_token
     WHERE token_key = ? AND status = 'pending'`,
  );
  const findPendingOfAgent = whole.one(
    `SELECT * FROM approvals WHERE requested_by_id = ? AND duplicate_key = ?
     AND status = 'pending' AND requested_by_kind = 'agent'`,
  );
  const waiting = listed.many(
    `SELECT ${listedColumns} FROM ${pendingByDeadline} AND NOT ${isOnAnothersCard('approvals')}
     ORDER BY expires_at_ms, row_id LIMIT ?`,
  );
  const waitingAfter = listed.many(
    `SELECT ${listedColumns} FROM ${pendingByDeadline}
     AND (expires_at_ms, row_id) > (?, (SELECT row_id FROM approvals WHERE approval_id = ?))
     AND NOT ${isOnAnothersCard('approvals')}
     ORDER BY expires_at_ms, row_id LIMIT ?`,
  );
  const due = whole.many(
    `SELECT * FROM ${pendingByDeadline} AND expires_at_ms <= ? ORDER BY expires_at_ms, row_id LIMIT ?`,
  );
  const recentlySettled = listed.many(
    `SELECT ${listedColumns} FROM approvals WHERE status <> 'pending' ORDER BY updated_at_ms DESC, row_id DESC LIMIT ?`,
  );
  const about = whole.many(
    `SELECT * FROM approvals INDEXED BY approvals_about_target
     WHERE target_type = ? AND target_id = ? AND request_type = ? AND status = ? ORDER BY row_id DESC`,
  );
  const inOrder = database.prepare('SELECT * FROM approvals WHERE row_id > ? ORDER BY row_id LIMIT ?');
  // Counted apart: few requests are for the spend, and the index alone counts the rest.
  const waitingCount = number(
    `SELECT (SELECT count(*) FROM ${pendingByDeadline})
       - (SELECT count(*) FROM approvals INDEXED BY approvals_by_type_and_status
          WHERE request_type = 'quota_override' AND status = 'pending' AND ${isOnAnothersCard('approvals')}) AS value`,
  );
  const countOnAnothersCard = number(
    `SELECT count(*) AS value FROM approvals
     WHERE approval_id = ? AND status = 'pending' AND ${isOnAnothersCard('approvals')}`,
  );
  const nextDeadline = number(`SELECT min(expires_at_ms) AS value FROM ${pendingByDeadline}`);
  const pendingByAgent = `FROM approvals INDEXED BY approvals_one_pending
     WHERE status = 'pending' AND requested_by_kind = 'agent' AND requested_by_id`;
  const pendingCountByAgent = number(`SELECT count(*) AS value ${pendingByAgent} = ?`);
  // In the order of the ids, '0' comes next after '/'.
  const pendingCountOfAgent = number(
    `SELECT (SELECT count(*) ${pendingByAgent} = ?1)
       + (SELECT count(*) ${pendingByAgent} > ?1 || '/' AND requested_by_id < ?1 || '0') AS value`,
  );
  const pendingCountAboutAgent = number(
    `SELECT count(*) AS value FROM approvals INDEXED BY approvals_waiting_about_agent
     WHERE target_id = ?1 AND status = 'pending' AND target_type = 'agent'
     AND NOT (requested_by_kind = 'agent' AND requested_by_id = ?1)`,
  );
  const insert = database.prepare(
    `INSERT INTO approvals (approval_id, request_type, requested_by_kind, requested_by_id, requested_by_source, target_type,
       target_id, rationale, context, action, action_hash, status, revision, expires_at_ms, waiting_until_ms, ancestor_ids,
       duplicate_key, token_key, created_at_ms, updated_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `UPDATE approvals SET status = ?, revision = ?, expires_at_ms = ?, reviewed_by = ?, reviewed_at_ms = ?, review_notes = ?,
       tool_rule_id = ?, only_run_id = ?, cancel_reason = ?, consumed_at_ms = ?, updated_at_ms = ? WHERE approval_id = ?`,
  );
  const remove = database.prepare('DELETE FROM approvals WHERE approval_id = ?');
  const listStatements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  function list(filter: ApprovalFilter): ApprovalPage {
    const order = 'ORDER BY updated_at_ms DESC, row_id DESC LIMIT ?';
    const limit = filter.limit + 1;
    const { status, after, visibleTo, requestTypes } = filter;
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
    const valuesOf = (conditions: readonly Condition[]) => conditions.flatMap(([, ...values]) => values);
    const [first = [], ...others] = walks;
    const sql =
      others.length === 0
        ? select(first)
        : `${walks.map((walk) => `SELECT * FROM (${select(walk)})`).join(' UNION ')} ${order}`;
    const parameters = [
      ...walks.flatMap((walk) => [...valuesOf(walk), limit]),
      ...(others.length === 0 ? [] : [limit]),
    ];
    return pageOf(prepared(sql).all(...parameters) as SqlRow[], filter.limit);
  }

  /** Reads the approvals of a page, as many as were asked for and as fit. */
  function pageOf(places: readonly SqlRow[], limit: number): ApprovalPage {
    const approvals: ApprovalRecord[] = [];
    let last: SqlRow | undefined;
    let bytes = 0;
    for (const place of places.slice(0, limit)) {
      bytes += Number(place['bytes']);
      if (approvals.length > 0 && bytes > LARGEST_PAGE_BYTES) break;
      const approval = ifReadable(() => findByRow(place['row_id'] ?? null));
      if (approval !== undefined) approvals.push(approval);
      last = place;
    }
    const isWhole = last === undefined || last === places.at(-1);
    if (isWhole) return { approvals };
    return { approvals, next: { updatedAtMs: Number(last?.['updated_at_ms']), rowId: Number(last?.['row_id']) } };
  }

  function prepared(sql: string): ReturnType<DatabaseSync['prepare']> {
    const statement = listStatements.get(sql) ?? database.prepare(sql);
    listStatements.set(sql, statement);
    return statement;
  }

  return {
    ...createApprovalSearch(database, unreadable),
    find,
    findListed,
    about,
    findPendingDuplicate({ kind, actorId, source }, duplicateKey) {
      if (kind === 'agent') return actorId === undefined ? undefined : findPendingOfAgent(actorId, duplicateKey);
      return kind === 'system' && source !== undefined ? findPendingOfSystem(source, duplicateKey) : undefined;
    },
    list,
    inOrder(afterRowId, limit) {
      const rows = inOrder.all(afterRowId, limit) as SqlRow[];
      const approvals = rows.flatMap((row) => whole.readOrLeaveOut(row) ?? []);
      return { approvals, lastRowId: Number(rows.at(-1)?.['row_id'] ?? afterRowId) };
    },
    waiting,
    waitingAfter: ({ approvalId, expiresAtMs }, limit) => waitingAfter(expiresAtMs, approvalId, limit),
    due,
    recentlySettled,
    waitingCount: () => waitingCount() ?? 0,
    isOnAnothersCard: (approvalId) => countOnAnothersCard(approvalId) === 1,
    nextDeadline: () => nextDeadline() ?? undefined,
    pendingCountOfAgent: (agentId) => pendingCountOfAgent(agentId) ?? 0,
    pendingCountOfToken: (tokenKey) => pendingCountOfToken(tokenKey) ?? 0,
    waitingCountOfAgent: (agentId) => (pendingCountByAgent(agentId) ?? 0) + (pendingCountAboutAgent(agentId) ?? 0),
    insert(approval, duplicateKey, tokenKey) {
      insert.run(
        approval.approvalId,
        approval.requestType,
        ...actorColumns(approval.requestedBy),
        approval.targetResource.type,
        approval.targetResource.id,
        approval.rationale,
        JSON.stringify(approval.context),
        approval.action === undefined ? null : JSON.stringify(approval.action),
        approval.actionHash ?? null,
        approval.status,
        approval.revision,
        approval.expiresAtMs,
        approval.waitingUntilMs ?? null,
        JSON.stringify(approval.ancestorIds),
        duplicateKey,
        tokenKey ?? null,
        approval.createdAtMs,
        approval.updatedAtMs,
      );
    },
    remove(approvalId) {
      remove.run(approvalId);
    },
    update(approval) {
      update.run(
        approval.status,
        approval.revision,
        approval.expiresAtMs,
        approval.reviewedBy === undefined ? null : JSON.stringify(approval.reviewedBy),
        approval.reviewedAtMs ?? null,
        approval.reviewNotes ?? null,
        approval.toolRuleId ?? null,
        approval.onlyRunId ?? null,
        approval.cancelReason ?? null,
        approval.consumedAtMs ?? null,
        approval.updatedAtMs,
        approval.approvalId,
      );
    },
  };
}
