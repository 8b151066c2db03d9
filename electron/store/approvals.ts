import { z } from 'zod';
import { type Actor, actorSchema } from '../../shared/actor';
import { type ApprovalRecord, type ApprovalStatus, approvalSchema, type RequestType } from '../../shared/approval';
import type { DatabaseSync, SqlRow, SqlValue } from './sqlite';

const recordSchema = approvalSchema.omit({ guidance: true });
const ancestorsSchema = z.array(z.string());

function parseRow(row: SqlRow): ApprovalRecord {
  const optional = (
    name: string,
    column: string,
    parse: (value: NonNullable<SqlValue>) => unknown = (value) => value,
  ) => {
    const value = row[column];
    return value === null || value === undefined ? {} : { [name]: parse(value) };
  };
  const json = (value: SqlValue) => JSON.parse(String(value)) as unknown;
  return recordSchema.parse({
    approvalId: row['approval_id'],
    requestType: row['request_type'],
    requestedBy: {
      kind: row['requested_by_kind'],
      ...optional('actorId', 'requested_by_id'),
      ...optional('source', 'requested_by_source'),
    },
    targetResource: { type: row['target_type'], id: row['target_id'] },
    rationale: row['rationale'],
    context: json(row['context'] ?? 'null'),
    ...optional('action', 'action', json),
    ...optional('actionHash', 'action_hash'),
    status: row['status'],
    revision: row['revision'],
    expiresAtMs: row['expires_at_ms'],
    ...optional('waitingUntilMs', 'waiting_until_ms'),
    ancestorIds: ancestorsSchema.parse(json(row['ancestor_ids'] ?? '[]')),
    ...optional('reviewedBy', 'reviewed_by', (value) => actorSchema.parse(json(value))),
    ...optional('reviewedAtMs', 'reviewed_at_ms'),
    ...optional('reviewNotes', 'review_notes'),
    ...optional('cancelReason', 'cancel_reason'),
    ...optional('consumedAtMs', 'consumed_at_ms'),
    createdAtMs: row['created_at_ms'],
    updatedAtMs: row['updated_at_ms'],
  });
}

/** A place in the list, newest updated first. */
export type ApprovalCursor = { readonly updatedAtMs: number; readonly rowId: number };

/** What to list. */
export type ApprovalFilter = {
  readonly requestType?: RequestType;
  readonly status?: ApprovalStatus;
  /** Only what this agent may see. */
  readonly visibleTo?: string;
  readonly after?: ApprovalCursor;
  readonly limit: number;
};

/** One page of a list, and where the next one begins. */
export type ApprovalPage = { readonly approvals: readonly ApprovalRecord[]; readonly next?: ApprovalCursor };

/** Reads of approvals. */
export interface ApprovalsReader {
  find(approvalId: string): ApprovalRecord | undefined;
  list(filter: ApprovalFilter): ApprovalPage;
  /** Pending ones, the oldest deadline first. */
  waiting(limit: number): readonly ApprovalRecord[];
  waitingCount(): number;
  /** The newest ones that are no longer pending. */
  recentlySettled(limit: number): readonly ApprovalRecord[];
  /** Pending ones whose time is over, at most `limit`. */
  due(now: number, limit: number): readonly ApprovalRecord[];
  /** When the next pending one expires. */
  nextDeadline(): number | undefined;
  pendingCountOfAgent(agentId: string): number;
  findPendingDuplicate(agentId: string, duplicateKey: string): ApprovalRecord | undefined;
}

/** Reads and writes of approvals. */
export interface Approvals extends ApprovalsReader {
  insert(approval: ApprovalRecord, duplicateKey: string): void;
  /** Writes what can change; the request itself never does. */
  update(approval: ApprovalRecord): void;
}

const actorColumns = (actor: Actor) => [actor.kind, actor.actorId ?? null, actor.source ?? null] as const;

/** The approvals in this database. */
export function createApprovals(database: DatabaseSync): Approvals {
  const one = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SqlValue[]) => {
      const row = statement.get(...values);
      return row === undefined ? undefined : parseRow(row as SqlRow);
    };
  };
  const many = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SqlValue[]) => statement.all(...values).map((row) => parseRow(row as SqlRow));
  };
  const number = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: SqlValue[]) => statement.get(...values)?.['value'] as number | null;
  };
  const find = one('SELECT * FROM approvals WHERE approval_id = ?');
  const findPendingDuplicate = one(
    `SELECT * FROM approvals WHERE requested_by_id = ? AND duplicate_key = ?
     AND status = 'pending' AND requested_by_kind = 'agent'`,
  );
  const waiting = many("SELECT * FROM approvals WHERE status = 'pending' ORDER BY expires_at_ms, row_id LIMIT ?");
  const due = many(
    "SELECT * FROM approvals WHERE status = 'pending' AND expires_at_ms <= ? ORDER BY expires_at_ms, row_id LIMIT ?",
  );
  const recentlySettled = many(
    "SELECT * FROM approvals WHERE status <> 'pending' ORDER BY updated_at_ms DESC, row_id DESC LIMIT ?",
  );
  const waitingCount = number("SELECT count(*) AS value FROM approvals WHERE status = 'pending'");
  const nextDeadline = number("SELECT min(expires_at_ms) AS value FROM approvals WHERE status = 'pending'");
  const pendingCountOfAgent = number(
    `SELECT count(*) AS value FROM approvals
     WHERE requested_by_id = ? AND status = 'pending' AND requested_by_kind = 'agent'`,
  );
  const insert = database.prepare(
    `INSERT INTO approvals (approval_id, request_type, requested_by_kind, requested_by_id, requested_by_source, target_type,
       target_id, rationale, context, action, action_hash, status, revision, expires_at_ms, waiting_until_ms, ancestor_ids,
       duplicate_key, created_at_ms, updated_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `UPDATE approvals SET status = ?, revision = ?, expires_at_ms = ?, reviewed_by = ?, reviewed_at_ms = ?, review_notes = ?,
       cancel_reason = ?, consumed_at_ms = ?, updated_at_ms = ? WHERE approval_id = ?`,
  );
  const listStatements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  function list(filter: ApprovalFilter): ApprovalPage {
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    const add = (condition: string, ...parameters: SqlValue[]) => {
      conditions.push(condition);
      values.push(...parameters);
    };
    if (filter.requestType !== undefined) add('request_type = ?', filter.requestType);
    if (filter.status !== undefined) add('status = ?', filter.status);
    if (filter.after !== undefined) {
      add('(updated_at_ms, row_id) < (?, ?)', filter.after.updatedAtMs, filter.after.rowId);
    }
    const order = 'ORDER BY updated_at_ms DESC, row_id DESC LIMIT ?';
    const select = (more: readonly string[]) => {
      const all = [...more, ...conditions];
      return `SELECT * FROM approvals${all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`} ${order}`;
    };
    const limit = filter.limit + 1;
    // Each half of an agent's view walks its own index; their union is at most two pages long before it is sorted.
    const [sql, parameters] =
      filter.visibleTo === undefined
        ? [select([]), [...values, limit]]
        : [
            `SELECT * FROM (${select(["requested_by_kind = 'agent'", 'requested_by_id = ?'])})
             UNION SELECT * FROM (${select(["target_type = 'agent'", 'target_id = ?'])}) ${order}`,
            [filter.visibleTo, ...values, limit, filter.visibleTo, ...values, limit, limit],
          ];
    let statement = listStatements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      listStatements.set(sql, statement);
    }
    const rows = statement.all(...parameters) as SqlRow[];
    const page = rows.slice(0, filter.limit);
    const last = page.at(-1);
    return {
      approvals: page.map(parseRow),
      ...(rows.length > filter.limit &&
        last !== undefined && { next: { updatedAtMs: Number(last['updated_at_ms']), rowId: Number(last['row_id']) } }),
    };
  }

  return {
    find,
    findPendingDuplicate,
    list,
    waiting,
    due,
    recentlySettled,
    waitingCount: () => waitingCount() ?? 0,
    nextDeadline: () => nextDeadline() ?? undefined,
    pendingCountOfAgent: (agentId) => pendingCountOfAgent(agentId) ?? 0,
    insert(approval, duplicateKey) {
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
        approval.createdAtMs,
        approval.updatedAtMs,
      );
    },
    update(approval) {
      update.run(
        approval.status,
        approval.revision,
        approval.expiresAtMs,
        approval.reviewedBy === undefined ? null : JSON.stringify(approval.reviewedBy),
        approval.reviewedAtMs ?? null,
        approval.reviewNotes ?? null,
        approval.cancelReason ?? null,
        approval.consumedAtMs ?? null,
        approval.updatedAtMs,
        approval.approvalId,
      );
    },
  };
}
