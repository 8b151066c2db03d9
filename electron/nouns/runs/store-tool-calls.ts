import type { ApprovalRecord } from '../../../shared/contract/approval';
import { rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import { approvalKind, textBytes } from '../approvals/store-rows';

/** Requests that one walk reads, and bytes of their texts, at most. */
const MOST_READ = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** Tool calls that were asked for since an instant, the newest first, as many as one walk reads. */
export type RecentToolCalls = {
  readonly calls: readonly ApprovalRecord[];
  /** Whether there were more. */
  readonly isCut: boolean;
};

/** Reads of the requests to use a tool. */
export interface ToolCallsReader {
  /** Those of an agent and of its sub-agents (`id/…`) for one tool. */
  since(agentId: string, toolName: string, sinceMs: number, most?: number): RecentToolCalls;
  /** Those of anyone for any tool, at most so many. */
  ofAllSince(sinceMs: number, most: number): RecentToolCalls;
  /** Those that wait, at most as many as one walk reads. */
  waiting(): readonly ApprovalRecord[];
}

/** The requests to use a tool in this database. */
export function createToolCalls(database: DatabaseSync, unreadable = createUnreadableRows()): ToolCallsReader {
  const rows = rowsOf(database, unreadable, approvalKind);
  // Whoever is too old, or of another tool or agent, the index alone leaves out.
  const isToolCall = `request_type = 'tool_call' AND requested_by_kind = 'agent' AND target_type = 'tool'`;
  // `0` is the character after `/`. What is too large to be judged is of high risk, so no rule covers it.
  const recent = database.prepare(
    `SELECT *, ${textBytes} AS bytes FROM approvals INDEXED BY approvals_by_type
     WHERE ${isToolCall} AND target_id = ? AND created_at_ms >= ?
       AND (requested_by_id = ? OR (requested_by_id >= ? || '/' AND requested_by_id < ? || '0'))
     ORDER BY row_id DESC LIMIT ${MOST_READ + 1}`,
  );
  const ofAll = database.prepare(
    `SELECT *, ${textBytes} AS bytes FROM approvals INDEXED BY approvals_by_type
     WHERE ${isToolCall} AND created_at_ms >= ? ORDER BY row_id DESC LIMIT ${MOST_READ + 1}`,
  );
  const waiting = rows.many(
    `SELECT * FROM approvals INDEXED BY approvals_by_deadline
     WHERE status = 'pending' AND request_type = 'tool_call' ORDER BY expires_at_ms, row_id LIMIT ${MOST_READ}`,
  );
  const walk = (found: Iterable<SqlRow>, most = MOST_READ): RecentToolCalls => {
    const calls: ApprovalRecord[] = [];
    let bytes = 0;
    for (const row of found) {
      bytes += Number(row['bytes']);
      if (calls.length === most || bytes > MOST_BYTES) return { calls, isCut: true };
      const call = rows.readOrLeaveOut(row);
      if (call !== undefined) calls.push(call);
    }
    return { calls, isCut: false };
  };
  return {
    since: (agentId, toolName, sinceMs, most) =>
      walk(recent.iterate(toolName, sinceMs, agentId, agentId, agentId) as Iterable<SqlRow>, most),
    ofAllSince: (sinceMs, most) => walk(ofAll.iterate(sinceMs) as Iterable<SqlRow>, most),
    waiting: () => waiting(),
  };
}
