import {
  auditEventSchema,
  type CommittedEvent,
  EVENT_PREFIX,
  type GovernanceEvent,
  payloadOnLog,
  subjectsOf,
  withLogNames,
} from '../../../shared/events';
import { type Actor, actorSchema } from '../../../shared/kernel/actor';
import { type RowKind, rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import {
  type AuditRow,
  type ChainVerdict,
  GENESIS_HASH,
  type StoredAuditRow,
  startChainWalk,
  storedRow,
} from './store-chain';

/** A row of the log as it is read from its table. */
function auditRowOf(row: SqlRow): AuditRow {
  return {
    seq: Number(row['seq']),
    atMs: Number(row['at_ms']),
    eventType: String(row['event_type']),
    actor: actorSchema.parse(JSON.parse(String(row['actor']))),
    payload: withLogNames(auditEventSchema.shape.payload.parse(JSON.parse(String(row['payload'])))),
    prevHash: String(row['prev_hash']),
    hash: String(row['hash']),
  };
}

/** How rows of the log are stored; whether they hold, only the chain says. */
export const auditKind: RowKind<AuditRow> = { table: 'audit_log', key: ['seq'], columns: '*', parse: auditRowOf };

/** A row's place in the chain, and when it came. */
export type AuditMark = { readonly seq: number; readonly hash: string; readonly atMs: number };

/** Which rows to find: those that fit all that is given. */
export type AuditFilter = {
  readonly afterSeq: number;
  readonly limit: number;
  /** With its prefix. */
  readonly eventType?: string;
  /** The id of a human or an agent, or the source of a system actor. */
  readonly actorId?: string;
  readonly automationId?: string;
};

/** Rows that one search looks at, at most: where several things are wanted of a row, only one of them has an index to walk. */
const LONGEST_WALK = 5_000;

const WALK_PAGE_SIZE = 500;

/** How much of the log is read at a time. */
export type AuditPageSize = { readonly rows: number; readonly characters: number };

/** Reads of the audit log. Lists leave out rows that cannot be read; verifying names them. */
export interface AuditLogReader {
  /** The seq of the newest row; 0 when there is none. */
  headSeq(): number;
  /** At most `limit` rows after a seq, oldest first; with an agent, only those that it may see. */
  after(seq: number, limit: number, agentId?: string): readonly AuditRow[];
  /** As `after`, but no more rows once those that there are have payloads of this many characters together. */
  pageAfter(seq: number, size: AuditPageSize, agentId?: string): readonly AuditRow[];
  /** Rows after a seq that are as wanted, oldest first, and the seq up to which was looked. */
  find(filter: AuditFilter): { readonly rows: readonly AuditRow[]; readonly lookedUntilSeq: number };
  /** At most `limit` rows about an agent before a seq, the newest first. */
  ofAgentBefore(agentId: string, seq: number, limit: number): readonly AuditRow[];
  /** The rows that tell what became of an approval, in order. */
  ofApproval(approvalId: string): readonly AuditRow[];
  /** Whether an import was recorded in numbers only, as they were before they told what they brought. */
  hasBlindImport(): boolean;
  /** A row's place in the chain; undefined when there is no such row. */
  mark(seq: number): AuditMark | undefined;
  /** At most `limit` rows after a seq as they are stored, oldest first. */
  storedAfter(seq: number, limit: number): readonly StoredAuditRow[];
  /** Walks the whole chain at once, without the checkpoints: for logs that are known to be small. */
  verify(): ChainVerdict;
}

/** Reads and the one write of the audit log. */
export interface AuditLog extends AuditLogReader {
  /**
   * Appends one row, which names the approval that the caller cites where there is one; must be called inside the transaction of
   * the change that it records.
   */
  append(event: GovernanceEvent, actor: Actor, now: number, citedApprovalId?: string): CommittedEvent;
}

/** The audit log in this database. */
export function createAuditLog(database: DatabaseSync, unreadable = createUnreadableRows()): AuditLog {
  const auditRows = rowsOf(database, unreadable, auditKind);
  const readable = (found: unknown[]) => (found as SqlRow[]).flatMap((row) => auditRows.readOrLeaveOut(row) ?? []);
  const head = database.prepare('SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1');
  const insert = database.prepare(
    'INSERT INTO audit_log (seq, at_ms, event_type, actor, payload, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertSubject = database.prepare('INSERT INTO audit_subjects (subject_type, subject_id, seq) VALUES (?, ?, ?)');
  const rowsAfter = database.prepare('SELECT * FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?');
  const rowsOfAgentAfter = database.prepare(
    `SELECT audit_log.* FROM audit_subjects JOIN audit_log USING (seq)
     WHERE subject_type = 'agent' AND subject_id = ? AND audit_subjects.seq > ? ORDER BY audit_subjects.seq LIMIT ?`,
  );

  const rowsOfAgentBefore = database.prepare(
    `SELECT audit_log.* FROM audit_subjects JOIN audit_log USING (seq)
     WHERE subject_type = 'agent' AND subject_id = ? AND audit_subjects.seq < ? ORDER BY audit_subjects.seq DESC LIMIT ?`,
  );

  const after = (seq: number, limit: number, agentId?: string) => {
    return readable(agentId === undefined ? rowsAfter.all(seq, limit) : rowsOfAgentAfter.all(agentId, seq, limit));
  };

  const pageAfter = (seq: number, { rows: limit, characters }: AuditPageSize, agentId?: string) => {
    const stored =
      agentId === undefined ? rowsAfter.iterate(seq, limit) : rowsOfAgentAfter.iterate(agentId, seq, limit);
    const rows: AuditRow[] = [];
    let read = 0;
    for (const row of stored as Iterable<SqlRow>) {
      rows.push(...readable([row]));
      read += String(row['payload']).length;
      if (read >= characters) break;
    }
    return rows;
  };

  const ofAutomation = database.prepare(
    `SELECT audit_log.* FROM audit_subjects JOIN audit_log USING (seq)
     WHERE subject_type = 'automation' AND subject_id = ? AND audit_subjects.seq > ? ORDER BY audit_subjects.seq LIMIT ?`,
  );
  const ofActor = database.prepare(
    `SELECT * FROM audit_log INDEXED BY audit_by_actor
     WHERE coalesce(actor ->> '$.actorId', actor ->> '$.source') = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const ofType = database.prepare(
    'SELECT * FROM audit_log INDEXED BY audit_by_type WHERE event_type = ? AND seq > ? ORDER BY seq LIMIT ?',
  );

  /** Walks the index that leaves the fewest rows to look at, and keeps the rows that fit the rest as well. */
  function find({ afterSeq, limit, eventType, actorId, automationId }: AuditFilter) {
    const page = (seq: number, size: number) => {
      if (automationId !== undefined) return ofAutomation.all(automationId, seq, size);
      if (actorId !== undefined) return ofActor.all(actorId, seq, size);
      return eventType === undefined ? rowsAfter.all(seq, size) : ofType.all(eventType, seq, size);
    };
    const fits = (row: AuditRow) =>
      (eventType === undefined || row.eventType === eventType) &&
      (actorId === undefined || (row.actor.actorId ?? row.actor.source) === actorId);
    const rows: AuditRow[] = [];
    let lookedUntilSeq = afterSeq;
    for (let walked = 0; walked < LONGEST_WALK && rows.length < limit; ) {
      const size = Math.min(WALK_PAGE_SIZE, Math.max(limit, 50));
      const found = page(lookedUntilSeq, size) as SqlRow[];
      for (const stored of found) {
        if (rows.length === limit) break;
        lookedUntilSeq = Number(stored['seq']);
        const row = auditRows.readOrLeaveOut(stored);
        if (row !== undefined && fits(row)) rows.push(row);
      }
      walked += found.length;
      if (found.length < size) break;
    }
    return { rows, lookedUntilSeq };
  }

  const ofApproval = database.prepare(
    `SELECT l.* FROM audit_subjects s JOIN audit_log l ON l.seq = s.seq
     WHERE s.subject_type = 'approval' AND s.subject_id = ? AND l.event_type LIKE '${EVENT_PREFIX}approval.%' ORDER BY s.seq`,
  );
  const blindImport = database.prepare(
    `SELECT 1 FROM audit_log WHERE event_type = '${EVENT_PREFIX}imported' AND iif(json_valid(payload), payload ->> '$.hasFacts', 1) IS NULL LIMIT 1`,
  );
  const mark = database.prepare('SELECT hash, at_ms FROM audit_log WHERE seq = ?');
  const storedRows = database.prepare(
    'SELECT seq, at_ms, event_type, actor, payload, prev_hash, hash FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  // A third of the time of objects, over a million rows.
  storedRows.setReturnArrays(true);
  const storedAfter = (seq: number, limit: number) =>
    storedRows.all(seq, limit) as unknown as readonly StoredAuditRow[];

  function verify(): ChainVerdict {
    const walk = startChainWalk();
    for (let page = storedAfter(0, 1_000); page.length > 0; page = storedAfter(walk.verdict().rows, 1_000)) {
      if (!page.every((row) => walk.take(row))) break;
    }
    return walk.verdict();
  }

  return {
    headSeq: () => Number(head.get()?.['seq'] ?? 0),
    after,
    pageAfter,
    find,
    ofAgentBefore: (agentId, seq, limit) => readable(rowsOfAgentBefore.all(agentId, seq, limit)),
    ofApproval: (approvalId) => readable(ofApproval.all(approvalId)),
    hasBlindImport: () => blindImport.get() !== undefined,
    mark(seq) {
      const row = mark.get(seq);
      return row === undefined ? undefined : { seq, hash: String(row['hash']), atMs: Number(row['at_ms']) };
    },
    storedAfter,
    verify,
    append(event, actor, now, citedApprovalId) {
      // INVARIANT: the previous row is read in the transaction that appends, so that two rows never follow the same one.
      const previous = head.get();
      const seq = Number(previous?.['seq'] ?? 0) + 1;
      const row = {
        seq,
        atMs: now,
        eventType: EVENT_PREFIX + event.name,
        actor,
        // Under a name of its own: the payload of an approval's event has an approvalID, and it is another one.
        payload: { ...payloadOnLog(event), ...(citedApprovalId !== undefined && { citedApprovalID: citedApprovalId }) },
        prevHash: String(previous?.['hash'] ?? GENESIS_HASH),
      };
      insert.run(...storedRow(row, event.knownForms));
      const subjects = subjectsOf(event);
      for (const agentId of subjects.agentIds ?? []) insertSubject.run('agent', agentId, seq);
      if (subjects.approvalId !== undefined) insertSubject.run('approval', subjects.approvalId, seq);
      if (subjects.automationId !== undefined) insertSubject.run('automation', subjects.automationId, seq);
      return { ...event, seq, atMs: now, actor, subjects };
    },
  };
}
