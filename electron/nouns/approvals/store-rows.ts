import { type ApprovalRecord, approvalSchema } from '../../../shared/contract/approval';
import { NOBODY_DECIDED } from '../../../shared/missed';
import type { RowKind } from '../../kernel/store/documents';
import type { SqlRow, SqlValue } from '../../kernel/store/sqlite';

const recordSchema = approvalSchema.omit({ guidance: true, risk: true });

type Field = Exclude<keyof ApprovalRecord, 'requestedBy' | 'targetResource'>;
type Column = readonly [column: string, field: Field, isJson?: 'json'];

/** The columns of what was asked besides who and of what, which never change. */
const askedColumns: readonly Column[] = [
  ['approval_id', 'approvalId'],
  ['request_type', 'requestType'],
  ['rationale', 'rationale'],
  ['context', 'context', 'json'],
  ['action', 'action', 'json'],
  ['action_hash', 'actionHash'],
  ['waiting_until_ms', 'waitingUntilMs'],
  ['ancestor_ids', 'ancestorIds', 'json'],
  ['created_at_ms', 'createdAtMs'],
];

/** The columns of what became of it. */
const outcomeColumns: readonly Column[] = [
  ['status', 'status'],
  ['revision', 'revision'],
  ['expires_at_ms', 'expiresAtMs'],
  ['reviewed_by', 'reviewedBy', 'json'],
  ['reviewed_at_ms', 'reviewedAtMs'],
  ['review_notes', 'reviewNotes'],
  ['tool_rule_id', 'toolRuleId'],
  ['only_run_id', 'onlyRunId'],
  ['cancel_reason', 'cancelReason'],
  ['consumed_at_ms', 'consumedAtMs'],
  ['updated_at_ms', 'updatedAtMs'],
];

type Values = Readonly<Record<string, SqlValue>>;

function valuesOf(approval: ApprovalRecord, columns: readonly Column[]): Values {
  return Object.fromEntries(
    columns.map(([column, field, isJson]) => {
      const value = approval[field];
      return [column, value === undefined ? null : isJson === 'json' ? JSON.stringify(value) : (value as SqlValue)];
    }),
  );
}

/** What can change of an approval, by column. */
export function outcomeValues(approval: ApprovalRecord): Values {
  return valuesOf(approval, outcomeColumns);
}

/** All that an approval's row says of it, by column. */
export function approvalValues(approval: ApprovalRecord): Values {
  const { requestedBy, targetResource } = approval;
  return {
    ...valuesOf(approval, askedColumns),
    requested_by_kind: requestedBy.kind,
    requested_by_id: requestedBy.actorId ?? null,
    requested_by_source: requestedBy.source ?? null,
    target_type: targetResource.type,
    target_id: targetResource.id,
    ...outcomeValues(approval),
  };
}

/** An approval as its row has it. */
function parseRow(row: SqlRow): ApprovalRecord {
  const there = (columns: readonly (readonly [string, string, 'json'?])[]) =>
    Object.fromEntries(
      columns.flatMap(([column, field, isJson]) => {
        const value = row[column] ?? null;
        return value === null ? [] : [[field, isJson === 'json' ? (JSON.parse(String(value)) as unknown) : value]];
      }),
    );
  return recordSchema.parse({
    context: null,
    ancestorIds: [],
    ...there([...askedColumns, ...outcomeColumns]),
    requestedBy: there([
      ['requested_by_kind', 'kind'],
      ['requested_by_id', 'actorId'],
      ['requested_by_source', 'source'],
    ]),
    targetResource: { type: row['target_type'], id: row['target_id'] },
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

/**
 * In SQL, whether an approval was missed. Each of `table`'s columns is named with it. INVARIANT: `isMissed` in shared/missed.ts says the
 * same, and so does the index of those.
 */
export const wasMissed = (
  table: string,
) => `((${table}.status = 'cancelled' AND ${table}.cancel_reason GLOB '${NOBODY_DECIDED}*')
  OR (${table}.status = 'expired' AND ${table}.waiting_until_ms IS NOT NULL))`;

/** How large an approval's context and act are, in SQL. */
export const textBytes = 'octet_length(context) + coalesce(octet_length(action), 0)';

const isLarge = (column: string) => column === 'context' || column === 'action';

/**
 * The columns of a list, in SQL, without what is large. octet_length looks at a row's header only, so that a large text is not
 * even read.
 */
export const listedColumns = `requested_by_kind, requested_by_id, requested_by_source, target_type, target_id,
  ${[...askedColumns, ...outcomeColumns].flatMap(([column]) => (isLarge(column) ? [] : column)).join(', ')},
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
