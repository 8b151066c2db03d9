import type { ToldAnswer, ToldCall } from '../../../shared/contract/session';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';

/** How much a session did, whether or not its calls are still kept. */
export type SessionCounts = {
  readonly calls: number;
  readonly asked: number;
  readonly denied: number;
  readonly failed: number;
};

/** A call as it is told, with what it is found again by. */
export type NewCall = Omit<ToldCall, 'callId' | 'decision'> & { readonly key: string; readonly toolUseId?: string };

/** A call that was told, and the row that it is in. */
export type KnownCall = {
  readonly rowId: number;
  readonly answer: ToldAnswer;
  readonly atMs: number;
  readonly isOver: boolean;
  /** Whether its engine has asked once more about it, and was answered what was decided before. */
  readonly isRepeated: boolean;
  readonly approvalId?: string;
};

/** Which sessions are wanted. */
export type SessionFilter = {
  readonly automationId?: string;
  readonly engine?: string;
  readonly state?: 'under_way' | 'over';
  readonly workspace?: string;
  readonly limit: number;
  readonly beforeRow?: number;
};

/** Reads of what sessions did. */
export interface SessionCallsReader {
  /** The newest of a run, at most `limit`, the newest first; with `beforeRow`, those that come after a page that ended there. */
  of(
    runId: string,
    limit: number,
    beforeRow?: number,
  ): { readonly calls: readonly ToldCall[]; readonly nextRow?: number };
  /** The newest call of a run with this key, and with this id of the engine's where both have one. */
  find(runId: string, key: string, toolUseId?: string): KnownCall | undefined;
  /** The call of a run that its engine knows by this id. */
  findById(runId: string, toolUseId: string): KnownCall | undefined;
  counts(runId: string): SessionCounts;
  /** Sessions under way that told of their last call before that instant; one without calls counts from when it was written. */
  silentSince(atMs: number): readonly string[];
  /** Whether at least `count` runs of an automation were begun at or after that instant. */
  hasBegun(automationId: string, count: number, sinceMs: number): boolean;
  /** The last session that a process had, among the newest of an automation; its sub-agents' runs are none. */
  lastOfProcess(automationId: string, pid: number): string | undefined;
  /** The runs of sessions that are under way, the oldest first. */
  underWay(): readonly string[];
  /** The runs that are sessions, the newest first. */
  runs(filter: SessionFilter): { readonly runIds: readonly string[]; readonly nextRow?: number };
}

/** Reads and writes of what sessions did. */
export interface SessionCalls extends SessionCallsReader {
  tell(call: NewCall): void;
  /** Another answer to a call that was told, and the approval that it is by. */
  answer(rowId: number, runId: string, answer: ToldAnswer, approvalId?: string): void;
  /** The engine asked once more about a call, and was answered what was decided before. */
  repeat(rowId: number, atMs: number): void;
  /** A call came to its end. */
  end(rowId: number, runId: string, atMs: number, isError: boolean): void;
  /** Removes what is older; the counts stay. */
  forgetBefore(atMs: number): void;
}

const none: SessionCounts = { calls: 0, asked: 0, denied: 0, failed: 0 };

/** The number by which the calls of a run name it, in SQL. */
const RUN_NO = '(SELECT run_no FROM session_counts WHERE run_id = ?)';

/** What sessions did, in this database. */
export function createSessionCalls(database: DatabaseSync): SessionCalls {
  return { ...timelineOf(database), ...runsOf(database) };
}

type AboutRuns = 'hasBegun' | 'lastOfProcess' | 'silentSince' | 'underWay' | 'runs';

/** The calls of sessions, and how many there were. */
function timelineOf(database: DatabaseSync): Omit<SessionCalls, AboutRuns> {
  const insert = database.prepare(
    `INSERT INTO session_calls (run_no, agent_id, at_ms, tool_name, title, call_key, answer, approval_id, tool_use_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const count = database.prepare(
    `INSERT INTO session_counts (run_id, calls, asked, denied, failed) VALUES (?, 1, ?, ?, 0) ON CONFLICT (run_id) DO UPDATE
     SET calls = calls + 1, asked = asked + excluded.asked, denied = denied + excluded.denied RETURNING run_no`,
  );
  const counted = database.prepare('UPDATE session_counts SET asked = asked + ?, denied = denied + ? WHERE run_id = ?');
  const failed = database.prepare('UPDATE session_counts SET failed = failed + 1 WHERE run_id = ?');
  const page = database.prepare(
    `SELECT * FROM session_calls WHERE run_no = ${RUN_NO} AND row_id < ? ORDER BY row_id DESC LIMIT ?`,
  );
  const newest = database.prepare(
    `SELECT row_id, answer, at_ms, ended_at_ms, approval_id, repeated_at_ms FROM session_calls
     WHERE run_no = ${RUN_NO} AND row_id > (SELECT coalesce(max(row_id), 0) - 1000 FROM session_calls) AND call_key = ?
       AND coalesce(tool_use_id = ?, TRUE)
     ORDER BY row_id DESC LIMIT 1`,
  );
  const byId = database.prepare(
    `SELECT row_id, answer, at_ms, ended_at_ms, approval_id, repeated_at_ms FROM session_calls
     WHERE run_no = ${RUN_NO} AND tool_use_id = ? ORDER BY row_id DESC LIMIT 1`,
  );
  const counts = database.prepare('SELECT calls, asked, denied, failed FROM session_counts WHERE run_id = ?');
  const answer = database.prepare(
    'UPDATE session_calls SET answer = ?, approval_id = coalesce(?, approval_id) WHERE row_id = ?',
  );
  const repeated = database.prepare('UPDATE session_calls SET repeated_at_ms = ? WHERE row_id = ?');
  const end = database.prepare('UPDATE session_calls SET ended_at_ms = ?, is_error = ? WHERE row_id = ?');
  const forget = database.prepare('DELETE FROM session_calls WHERE at_ms < ?');
  return {
    of(runId, limit, beforeRow = Number.MAX_SAFE_INTEGER) {
      const rows = page.all(runId, beforeRow, limit + 1) as SqlRow[];
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        calls: shown.map((row) => callOf(runId, row)),
        ...(rows.length > limit && last !== undefined && { nextRow: Number(last['row_id']) }),
      };
    },
    find: (runId, key, toolUseId) => knownCallOf(newest.get(runId, key, toolUseId ?? null) as SqlRow | undefined),
    findById: (runId, toolUseId) => knownCallOf(byId.get(runId, toolUseId) as SqlRow | undefined),
    counts(runId) {
      return { ...none, ...(counts.get(runId) as SessionCounts | undefined) };
    },
    tell({ runId, agentId, atMs, toolName, title, key, answer: given, approvalId, toolUseId }) {
      const row = count.get(runId, given === 'ask' ? 1 : 0, given === 'deny' ? 1 : 0) as SqlRow;
      const runNo = Number(row['run_no']);
      insert.run(runNo, agentId, atMs, toolName, title, key, given, approvalId ?? null, toolUseId ?? null);
    },
    answer(rowId, runId, given, approvalId) {
      answer.run(given, approvalId ?? null, rowId);
      counted.run(given === 'ask' ? 1 : 0, given === 'deny' ? 1 : 0, runId);
    },
    repeat(rowId, atMs) {
      repeated.run(atMs, rowId);
    },
    end(rowId, runId, atMs, isError) {
      end.run(atMs, isError ? 1 : null, rowId);
      if (isError) failed.run(runId);
    },
    forgetBefore(atMs) {
      forget.run(atMs);
    },
  };
}

/** The runs that are sessions. */
function runsOf(database: DatabaseSync): Pick<SessionCalls, AboutRuns> {
  const runs = database.prepare(
    `SELECT row_id, run_id FROM runs INDEXED BY runs_of_sessions
     WHERE substr(automation_id, -9) = ' sessions' AND row_id < ?
       AND coalesce(automation_id = ?, TRUE) AND coalesce(doc ->> '$.session.engine' = ?, TRUE)
       AND coalesce(doc ->> '$.session.workspace' = ?, TRUE) AND coalesce((doc ->> '$.finishedAtMs' IS NOT NULL) = ?, TRUE)
     ORDER BY row_id DESC LIMIT ?`,
  );
  const begunAt = database.prepare(
    "SELECT doc ->> '$.createdAtMs' AS at_ms FROM runs WHERE automation_id = ? ORDER BY row_id DESC LIMIT 1 OFFSET ?",
  );
  const ofProcess = database.prepare(
    `SELECT run_id FROM (SELECT row_id, run_id, doc FROM runs WHERE automation_id = ? ORDER BY row_id DESC LIMIT 200)
     WHERE doc ->> '$.session.pid' = ? AND run_id = (doc ->> '$.session.engine') || '-' || (doc ->> '$.session.sessionId')
     ORDER BY row_id DESC LIMIT 1`,
  );
  const silent = database.prepare(
    `SELECT run_id FROM runs INDEXED BY runs_under_way
     WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval') AND substr(automation_id, -9) = ' sessions'
       AND coalesce(
         (SELECT at_ms FROM session_calls WHERE run_no = (SELECT run_no FROM session_counts WHERE session_counts.run_id = runs.run_id)
          ORDER BY session_calls.row_id DESC LIMIT 1),
         doc ->> '$.updatedAtMs') < ?`,
  );
  const underWay = database.prepare(
    `SELECT run_id FROM runs INDEXED BY runs_under_way
     WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval') AND substr(automation_id, -9) = ' sessions' ORDER BY row_id`,
  );
  return {
    hasBegun(automationId, count, sinceMs) {
      const row = begunAt.get(automationId, count - 1) as SqlRow | undefined;
      return row !== undefined && Number(row['at_ms']) >= sinceMs;
    },
    lastOfProcess(automationId, pid) {
      const row = ofProcess.get(automationId, pid) as SqlRow | undefined;
      return row === undefined ? undefined : String(row['run_id']);
    },
    silentSince: (atMs) => (silent.all(atMs) as SqlRow[]).map((row) => String(row['run_id'])),
    underWay: () => (underWay.all() as SqlRow[]).map((row) => String(row['run_id'])),
    runs({ automationId, engine, state, workspace, limit, beforeRow = Number.MAX_SAFE_INTEGER }) {
      const isOver = state === undefined ? null : Number(state === 'over');
      const wanted = [beforeRow, automationId ?? null, engine ?? null, workspace ?? null, isOver, limit + 1];
      const found = runs.all(...wanted) as SqlRow[];
      const last = found.slice(0, limit).at(-1);
      return {
        runIds: found.slice(0, limit).map((row) => String(row['run_id'])),
        ...(found.length > limit && last !== undefined && { nextRow: Number(last['row_id']) }),
      };
    },
  };
}

function knownCallOf(row: SqlRow | undefined): KnownCall | undefined {
  if (row === undefined) return undefined;
  const { row_id: rowId, answer, at_ms: atMs, approval_id: approvalId } = row;
  return {
    rowId: Number(rowId),
    answer: answer as ToldAnswer,
    atMs: Number(atMs),
    isOver: row['ended_at_ms'] !== null,
    isRepeated: row['repeated_at_ms'] !== null,
    ...(approvalId !== null && { approvalId: String(approvalId) }),
  };
}

function callOf(runId: string, row: SqlRow): ToldCall {
  const { approval_id: approvalId, ended_at_ms: endedAtMs, is_error: isError } = row;
  return {
    callId: Number(row['row_id']),
    runId,
    agentId: String(row['agent_id']),
    atMs: Number(row['at_ms']),
    toolName: String(row['tool_name']),
    title: String(row['title']),
    answer: row['answer'] as ToldAnswer,
    ...(approvalId !== null && { approvalId: String(approvalId) }),
    ...(endedAtMs !== null && { endedAtMs: Number(endedAtMs) }),
    ...(isError === 1 && { isError: true as const }),
  };
}
