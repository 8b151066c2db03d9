import { rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import { auditKind } from './store';
import type { AuditRow } from './store-chain';

/** Which rows to look for: those that fit all that is given. */
export type AuditSought = {
  /** With its prefix. */
  readonly eventType?: string;
  /** Of whoever acted, or of an agent, automation or approval that the row is about. */
  readonly id?: string;
  /** In the payload, in any case. */
  readonly text?: string;
  /** Only rows before this one. */
  readonly beforeSeq: number;
  readonly limit: number;
};

/** What was found, the newest first. */
export type AuditFound = {
  readonly rows: readonly AuditRow[];
  /** The oldest row that was looked at. */
  readonly lookedBackToSeq: number;
  /** Whether older rows may fit. */
  readonly hasMore: boolean;
};

/** Rows that one search looks at, at most, so that it is over in a few milliseconds; the caller goes on from there. */
const LONGEST_WALK = 4_000;

/** Searches in the audit log, from its newest row back. */
export interface AuditSearch {
  find(sought: AuditSought): AuditFound;
  /** Undefined also for a row that cannot be read. */
  row(seq: number): AuditRow | undefined;
  /** The newest row up to that instant, as the clock was when it was written; 0 when there is none. */
  seqAt(atMs: number): number;
}

/** Searches in this database. */
export function createAuditSearch(database: DatabaseSync, unreadable = createUnreadableRows()): AuditSearch {
  const auditRows = rowsOf(database, unreadable, auditKind);
  const one = database.prepare('SELECT * FROM audit_log WHERE seq = ?');
  const head = database.prepare('SELECT seq FROM audit_log ORDER BY seq DESC LIMIT 1');
  const timeOf = database.prepare('SELECT at_ms FROM audit_log WHERE seq = ?');
  const all = database.prepare('SELECT * FROM audit_log WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const ofType = database.prepare(
    'SELECT * FROM audit_log INDEXED BY audit_by_type WHERE event_type = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  );
  const ofActor = database.prepare(
    `SELECT seq FROM audit_log INDEXED BY audit_by_actor
     WHERE coalesce(actor ->> '$.actorId', actor ->> '$.source') = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  );
  const ofSubject = database.prepare(
    'SELECT seq FROM audit_subjects WHERE subject_type = ? AND subject_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  );

  /** Rows that an id has to do with: each of its indexes is walked, and the newest of all are taken. */
  function ofId(id: string, beforeSeq: number, limit: number): readonly SqlRow[] {
    const found = [
      ...ofActor.all(id, beforeSeq, limit),
      ...['agent', 'automation', 'approval'].flatMap((type) => ofSubject.all(type, id, beforeSeq, limit)),
    ];
    const seqs = [...new Set(found.map((row) => Number(row['seq'])))].sort((a, b) => b - a).slice(0, limit);
    return seqs.flatMap((seq) => {
      const found = one.get(seq);
      return found === undefined ? [] : [found as SqlRow];
    });
  }

  function row(seq: number): AuditRow | undefined {
    const stored = one.get(seq);
    return stored === undefined ? undefined : auditRows.readOrLeaveOut(stored as SqlRow);
  }

  function page({ id, eventType }: AuditSought, beforeSeq: number, limit: number): readonly SqlRow[] {
    if (id !== undefined) return ofId(id, beforeSeq, limit);
    const rows = eventType === undefined ? all.all(beforeSeq, limit) : ofType.all(eventType, beforeSeq, limit);
    return rows as SqlRow[];
  }

  function find(sought: AuditSought): AuditFound {
    const { limit, eventType } = sought;
    const text = sought.text?.toLowerCase();
    const fits = (candidate: AuditRow) =>
      (eventType === undefined || candidate.eventType === eventType) &&
      (text === undefined || JSON.stringify(candidate.payload).toLowerCase().includes(text));
    const size = text === undefined ? limit : 500;
    const rows: AuditRow[] = [];
    let beforeSeq = sought.beforeSeq;
    for (let walked = 0; walked < LONGEST_WALK; walked += size) {
      const candidates = page(sought, beforeSeq, size);
      for (const candidate of candidates) {
        beforeSeq = Number(candidate['seq']);
        const found = auditRows.readOrLeaveOut(candidate);
        if (found !== undefined && fits(found)) rows.push(found);
        if (rows.length === limit) return { rows, lookedBackToSeq: beforeSeq, hasMore: beforeSeq > 1 };
      }
      if (candidates.length < size) return { rows, lookedBackToSeq: 1, hasMore: false };
    }
    return { rows, lookedBackToSeq: beforeSeq, hasMore: beforeSeq > 1 };
  }

  function seqAt(atMs: number): number {
    // The clock hardly ever goes back, so the rows are looked at as if they were in the order of their times.
    let below = 0;
    let above = Number(head.get()?.['seq'] ?? 0) + 1;
    while (above - below > 1) {
      const middle = Math.floor((below + above) / 2);
      if (Number(timeOf.get(middle)?.['at_ms'] ?? 0) <= atMs) below = middle;
      else above = middle;
    }
    return below;
  }

  return { find, row, seqAt };
}
