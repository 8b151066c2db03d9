import { z } from 'zod';
import { type ApprovalRecord, approvalSchema } from '../../../shared/contract/approval';
import { actorSchema } from '../../../shared/kernel/actor';
import type { RowKind } from '../../kernel/store/documents';
import type { SqlRow, SqlValue } from '../../kernel/store/sqlite';

const recordSchema = approvalSchema.omit({ guidance: true });
const ancestorsSchema = z.array(z.string());

/** An approval as its row has it. */
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
    ...optional('toolRuleId', 'tool_rule_id'),
    ...optional('onlyRunId', 'only_run_id'),
    ...optional('cancelReason', 'cancel_reason'),
    ...optional('consumedAtMs', 'consumed_at_ms'),
    createdAtMs: row['created_at_ms'],
    updatedAtMs: row['updated_at_ms'],
  });
}

/** How approvals are stored. */
export const approvalKind: RowKind<ApprovalRecord> = {
  table: 'approvals',
  key: ['approval_id'],
  columns: '*',
  parse: parseRow,
};

/** An approval without its texts where they are large, for lists. */
export type ListedRecord = ApprovalRecord & { readonly isPartial?: true };

/** Context and act together may be this many bytes in a list; more is left out. */
const LARGEST_LISTED_BYTES = 8_192;

/**
 * In SQL, whether a pending approval is on the card of another one: an agent asks to lift its own cap while Gatehouse asks the same.
 * Each of `table`'s columns is named with it. INVARIANT: `othersOfCard` says the same.
 */
export const isOnAnothersCard = (table: string) => `(${table}.request_type = 'quota_override'
  AND ${table}.requested_by_kind = 'agent' AND ${table}.target_type = 'agent'
  AND ${table}.target_id = ${table}.requested_by_id
  AND EXISTS (SELECT 1 FROM approvals AS lead INDEXED BY approvals_about_target
    WHERE lead.target_type = 'agent' AND lead.target_id = ${table}.target_id AND lead.request_type = 'quota_override'
    AND lead.status = 'pending' AND lead.requested_by_kind = 'system'
    AND lead.requested_by_source = 'automation_spend_cap'))`;

/** How large an approval's context and act are, in SQL. */
export const textBytes = 'octet_length(context) + coalesce(octet_length(action), 0)';

/**
 * The columns of a list, in SQL, without what is large. octet_length looks at a row's header only, so that a large text is not
 * even read.
 */
export const listedColumns = `approval_id, request_type, requested_by_kind, requested_by_id, requested_by_source, target_type,
  target_id, rationale, action_hash, status, revision, expires_at_ms, waiting_until_ms, ancestor_ids, reviewed_by,
  reviewed_at_ms, review_notes, tool_rule_id, only_run_id, cancel_reason, consumed_at_ms, created_at_ms, updated_at_ms,
  iif(${textBytes} > ${LARGEST_LISTED_BYTES}, NULL, context) AS context,
  iif(${textBytes} > ${LARGEST_LISTED_BYTES}, NULL, action) AS action`;

/** Approvals as rows of `listedColumns` have them. */
export const listedApprovalKind: RowKind<ListedRecord> = {
  ...approvalKind,
  columns: listedColumns,
  isPartial: true,
  parse(row) {
    const record = parseRow(row);
    return row['context'] === null ? { ...record, isPartial: true } : record;
  },
};
