import { EVENT_PREFIX, type EventName } from '../../../shared/events';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createSubjects } from '../audit/store-subjects';

/** A creation of an agent, as the audit log has it. */
export type LoggedCreation = { readonly agentId: string; readonly atMs: number; readonly depth: number };

/** A decided request; `agentId` is absent where no agent asked. */
export type DecidedRequest = {
  readonly agentId?: string;
  readonly askedAtMs: number;
  readonly decidedAtMs: number;
};

/** Rows of a history, and whether there were more than were read. */
export type HistoryPage<T> = { readonly rows: readonly T[]; readonly isCut: boolean };

/** Reads of what limits are held against: the newest rows of one index each, at most `most` of them. */
export interface LimitHistoryReader {
  /** By agents, from the audit log after a seq: also of what is deleted or purged since. */
  creations(afterSeq: number, most: number): HistoryPage<LoggedCreation>;
  /** Runs that ended, from the audit log after a seq. */
  endedRuns(afterSeq: number, most: number): HistoryPage<{ readonly automationId: string }>;
  /** Requests that were approved or denied since then. */
  decisions(sinceMs: number, most: number): HistoryPage<DecidedRequest>;
}

/** In SQL, a part of an audit row's payload; NULL where that is no JSON, and then the row counts for nothing. */
const inPayload = (path: string) => `iif(json_valid(payload), payload ->> '${path}', NULL)`;

/** The history in this database. */
export function createLimitHistory(database: DatabaseSync): LimitHistoryReader {
  const subjects = createSubjects(database);
  const rowsOf = (columns: string) => {
    const row = database.prepare(`SELECT ${columns} FROM audit_log WHERE seq = ?`);
    return (name: EventName, afterSeq: number, most: number) => {
      const seqs = subjects.before('event', EVENT_PREFIX + name, Number.MAX_SAFE_INTEGER, most + 1);
      const rows = seqs.filter((seq) => seq > afterSeq).map((seq) => row.get(seq) as SqlRow);
      return cut(rows, most);
    };
  };
  const created = rowsOf(
    `at_ms AS atMs, ${inPayload('$.provenance.creator.kind')} AS kind,
       ${inPayload('$.provenance.creator.actor_id')} AS agentId, ${inPayload('$.provenance.depth')} AS depth`,
  );
  // Rows of earlier versions have the other name.
  const automationId = `coalesce(${inPayload('$.automationID')}, ${inPayload('$.automation_id')})`;
  const finished = rowsOf(`${automationId} AS automationId`);
  const decided = database.prepare(
    `SELECT requested_by_kind AS kind, requested_by_id AS agentId, created_at_ms AS askedAtMs,
       reviewed_at_ms AS decidedAtMs
     FROM approvals INDEXED BY approvals_settled WHERE status <> 'pending' AND status = ? AND settled_at_ms >= ?
     ORDER BY settled_at_ms DESC, row_id DESC LIMIT ?`,
  );
  return {
    creations(afterSeq, most) {
      const { rows, isCut } = created('created', afterSeq, most);
      const byAgents = rows.filter(({ kind, agentId }) => kind === 'agent' && agentId !== null);
      return {
        isCut,
        rows: byAgents.map((row) => ({
          agentId: String(row['agentId']),
          atMs: Number(row['atMs']),
          depth: Number(row['depth']),
        })),
      };
    },
    endedRuns(afterSeq, most) {
      const { rows, isCut } = finished('run.finished', afterSeq, most);
      const ofKnown = rows.filter(({ automationId }) => automationId !== null);
      return { isCut, rows: ofKnown.map((row) => ({ automationId: String(row['automationId']) })) };
    },
    decisions(sinceMs, most) {
      const pages = ['approved', 'denied'].map((status) =>
        cut(decided.all(status, sinceMs, most + 1) as SqlRow[], most),
      );
      const rows = pages.flatMap((page) => page.rows);
      return {
        isCut: pages.some((page) => page.isCut),
        rows: rows.map(({ kind, agentId, askedAtMs, decidedAtMs }) => ({
          ...(kind === 'agent' && agentId !== null && { agentId: String(agentId) }),
          askedAtMs: Number(askedAtMs),
          decidedAtMs: Number(decidedAtMs),
        })),
      };
    },
  };
}

function cut<T>(rows: readonly T[], most: number): HistoryPage<T> {
  return { rows: rows.slice(0, most), isCut: rows.length > most };
}
