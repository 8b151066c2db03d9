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
import { defined } from '../../../shared/kernel/fields';
import { listOf, type RowKind, type Rows, rowsOf, writeOf } from '../../kernel/store/documents';
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

/** Reads of the audit log. Lists leave out rows that cannot be read; verifying names them. */
export interface AuditLogReader {
  /** The seq of the newest row; 0 when there is none. */
  headSeq(): number;
  /**
   * At most `limit` rows after a seq, oldest first; with an agent, only those that it may see. No more once those that there are
   * have payloads of this many characters together.
   */
  after(seq: number, limit: number, agentId?: string, characters?: number): readonly AuditRow[];
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

/** The rows about something, of which each has a subject row. */
const aboutIts = (subjectType: 'agent' | 'automation') =>
  `SELECT audit_log.* FROM audit_subjects JOIN audit_log USING (seq)
   WHERE subject_type = '${subjectType}' AND subject_id = ? AND audit_subjects.seq`;

/** The audit log in this database. */
export function createAuditLog(database: DatabaseSync, unreadable = createUnreadableRows()): AuditLog {
  const auditRows = rowsOf(database, unreadable, auditKind);
  const rowsAfter = database.prepare('SELECT * FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?');
  const rowsOfAgentAfter = database.prepare(`${aboutIts('agent')} > ? ORDER BY audit_subjects.seq LIMIT ?`);
  const blindImport = database.prepare(
    `SELECT 1 FROM audit_log WHERE event_type = '${EVENT_PREFIX}imported' AND iif(json_valid(payload), payload ->> '$.hasFacts', 1) IS NULL LIMIT 1`,
  );
  const ofAgentBefore = auditRows.many(`${aboutIts('agent')} < ? ORDER BY audit_subjects.seq DESC LIMIT ?`);
  const mark = database.prepare('SELECT hash, at_ms FROM audit_log WHERE seq = ?');
  const storedRows = database.prepare(
    'SELECT seq, at_ms, event_type, actor, payload, prev_hash, hash FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  // A third of the time of objects, over a million rows.
  storedRows.setReturnArrays(true);
  const storedAfter = (seq: number, limit: number) =>
    storedRows.all(seq, limit) as unknown as readonly StoredAuditRow[];
  return {
    ...headOf(database),
    find: findIn(database, auditRows),
    after(seq, limit, agentId, characters = Infinity) {
      const stored =
        agentId === undefined ? rowsAfter.iterate(seq, limit) : rowsOfAgentAfter.iterate(agentId, seq, limit);
      const rows: AuditRow[] = [];
      let read = 0;
      for (const row of stored as Iterable<SqlRow>) {
        const found = auditRows.readOrLeaveOut(row);
        if (found !== undefined) rows.push(found);
        read += String(row['payload']).length;
        if (read >= characters) break;
      }
      return rows;
    },
    ofAgentBefore,
    ofApproval: auditRows.many(
      `SELECT l.* FROM audit_subjects s JOIN audit_log l ON l.seq = s.seq
       WHERE s.subject_type = 'approval' AND s.subject_id = ? AND l.event_type LIKE '${EVENT_PREFIX}approval.%' ORDER BY s.seq`,
    ),
    hasBlindImport: () => blindImport.get() !== undefined,
    mark(seq) {
      const row = mark.get(seq);
      return row === undefined ? undefined : { seq, hash: String(row['hash']), atMs: Number(row['at_ms']) };
    },
    storedAfter,
    verify() {
      const walk = startChainWalk();
      for (let page = storedAfter(0, 1_000); page.length > 0; page = storedAfter(walk.verdict().rows, 1_000)) {
        if (!page.every((row) => walk.take(row))) break;
      }
      return walk.verdict();
    },
  };
}

/** Walks the index that leaves the fewest rows to look at, and keeps the rows that fit the rest as well. */
function findIn(database: DatabaseSync, auditRows: Rows<AuditRow>): AuditLog['find'] {
  const all = listOf<SqlRow>(database, 'SELECT * FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?');
  const ofAutomation = listOf<SqlRow>(database, `${aboutIts('automation')} > ? ORDER BY audit_subjects.seq LIMIT ?`);
  const ofActor = listOf<SqlRow>(
    database,
    `SELECT * FROM audit_log INDEXED BY audit_by_actor
     WHERE coalesce(actor ->> '$.actorId', actor ->> '$.source') = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const ofType = listOf<SqlRow>(
    database,
    'SELECT * FROM audit_log INDEXED BY audit_by_type WHERE event_type = ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  return ({ afterSeq, limit, eventType, actorId, automationId }) => {
    const page = (seq: number, size: number) => {
      if (automationId !== undefined) return ofAutomation(automationId, seq, size);
      if (actorId !== undefined) return ofActor(actorId, seq, size);
      return eventType === undefined ? all(seq, size) : ofType(eventType, seq, size);
    };
    const fits = (row: AuditRow) =>
      (eventType === undefined || row.eventType === eventType) &&
      (actorId === undefined || (row.actor.actorId ?? row.actor.source) === actorId);
    const rows: AuditRow[] = [];
    let lookedUntilSeq = afterSeq;
    for (let walked = 0; walked < LONGEST_WALK && rows.length < limit; ) {
      const size = Math.min(WALK_PAGE_SIZE, Math.max(limit, 50));
      const found = page(lookedUntilSeq, size);
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
  };
}

/** Where the log ends, and what is put there. */
function headOf(database: DatabaseSync): Pick<AuditLog, 'headSeq' | 'append'> {
  const head = database.prepare('SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1');
  const insert = writeOf(
    database,
    'INSERT INTO audit_log (seq, at_ms, event_type, actor, payload, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertSubject = writeOf(
    database,
    'INSERT INTO audit_subjects (subject_type, subject_id, seq) VALUES (?, ?, ?)',
  );
  return {
    headSeq: () => Number(head.get()?.['seq'] ?? 0),
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
        payload: { ...payloadOnLog(event), ...defined({ citedApprovalID: citedApprovalId }) },
        prevHash: String(previous?.['hash'] ?? GENESIS_HASH),
      };
      insert(...storedRow(row, event.knownForms));
      const subjects = subjectsOf(event);
      for (const agentId of subjects.agentIds ?? []) insertSubject('agent', agentId, seq);
      if (subjects.approvalId !== undefined) insertSubject('approval', subjects.approvalId, seq);
      if (subjects.automationId !== undefined) insertSubject('automation', subjects.automationId, seq);
      return { ...event, seq, atMs: now, actor, subjects };
    },
  };
}
