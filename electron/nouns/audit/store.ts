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
import { sumOfSubjects } from '../../kernel/store/row-sums';
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
import { createSubjects, type SubjectKind, type SubjectsReader } from './store-subjects';

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

/** Rows about one approval that are read at most; it is decided and used once, but rules and imports can name it. */
const MOST_OF_APPROVAL = 10_000;

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

/** The audit log in this database. */
export function createAuditLog(database: DatabaseSync, unreadable = createUnreadableRows()): AuditLog {
  const auditRows = rowsOf(database, unreadable, auditKind);
  const subjects = createSubjects(database);
  const rowsAfter = database.prepare('SELECT * FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?');
  const rowsAt = rowsAtIn(database);
  const isBlind = database.prepare(
    `SELECT 1 FROM audit_log WHERE seq = ? AND iif(json_valid(payload), payload ->> '$.hasFacts', 1) IS NULL`,
  );
  const readable = (seqs: readonly number[]) => [...rowsAt(seqs)].flatMap((row) => auditRows.readOrLeaveOut(row) ?? []);
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
    find: findIn(database, subjects, auditRows),
    after(seq, limit, agentId, characters = Infinity) {
      const stored =
        agentId === undefined
          ? (rowsAfter.iterate(seq, limit) as Iterable<SqlRow>)
          : rowsAt(subjects.after('agent', agentId, seq, limit));
      const rows: AuditRow[] = [];
      let read = 0;
      for (const row of stored) {
        const found = auditRows.readOrLeaveOut(row);
        if (found !== undefined) rows.push(found);
        read += String(row['payload']).length;
        if (read >= characters) break;
      }
      return rows;
    },
    ofAgentBefore: (agentId, seq, limit) => readable(subjects.before('agent', agentId, seq, limit)),
    ofApproval: (approvalId) =>
      readable(subjects.after('approval', approvalId, 0, MOST_OF_APPROVAL)).filter(({ eventType }) =>
        eventType.startsWith(`${EVENT_PREFIX}approval.`),
      ),
    hasBlindImport: () =>
      subjects
        .after('event', `${EVENT_PREFIX}imported`, 0, Number.MAX_SAFE_INTEGER)
        .some((seq) => isBlind.get(seq) !== undefined),
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

/** The rows at these places, each read when it is its turn. */
function rowsAtIn(database: DatabaseSync): (seqs: readonly number[]) => Iterable<SqlRow> {
  const row = database.prepare('SELECT * FROM audit_log WHERE seq = ?');
  return function* rowsAt(seqs) {
    for (const seq of seqs) {
      const found = row.get(seq);
      if (found !== undefined) yield found as SqlRow;
    }
  };
}

/** Walks the index that leaves the fewest rows to look at, and keeps the rows that fit the rest as well. */
function findIn(database: DatabaseSync, subjects: SubjectsReader, auditRows: Rows<AuditRow>): AuditLog['find'] {
  const all = listOf<SqlRow>(database, 'SELECT * FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?');
  const rowsAt = rowsAtIn(database);
  return ({ afterSeq, limit, eventType, actorId, automationId }) => {
    const page = (seq: number, size: number) => {
      const about = (kind: SubjectKind, id: string) => [...rowsAt(subjects.after(kind, id, seq, size))];
      if (automationId !== undefined) return about('automation', automationId);
      if (actorId !== undefined) return about('actor', actorId);
      return eventType === undefined ? all(seq, size) : about('event', eventType);
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

/** What a row is about beside what its payload tells; null for nothing. */
function aboutText({ agentIds, automationId }: GovernanceEvent): string | null {
  return agentIds === undefined && automationId === undefined ? null : JSON.stringify({ agentIds, automationId });
}

/** Where the log ends, and what is put there. */
function headOf(database: DatabaseSync): Pick<AuditLog, 'headSeq' | 'append'> {
  const head = database.prepare('SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1');
  const insert = writeOf(
    database,
    `INSERT INTO audit_log (seq, at_ms, event_type, actor, payload, prev_hash, hash, subjects, subjects_sum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      const subjects = subjectsOf(event);
      const about = aboutText(event);
      insert(...storedRow(row, event.knownForms), about, sumOfSubjects(seq, about));
      return { ...event, seq, atMs: now, actor, subjects };
    },
  };
}
