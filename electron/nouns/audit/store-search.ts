import { eventNameOf } from '../../../shared/events';
import { pageOf } from '../../kernel/cursor';
import { rowsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import { matchOf } from '../../kernel/store/words';
import { auditKind } from './store';
import type { AuditRow } from './store-chain';
import { createSubjects } from './store-subjects';

/** Which rows to look for: those that fit all that is given. */
export type AuditSought = {
  /** With its prefix. */
  readonly eventType?: string;
  /** Words, or their beginnings, that all have to be in what a row is about. */
  readonly text?: string;
  /** Only rows before this one. */
  readonly beforeSeq: number;
  readonly limit: number;
};

/** What was found, the newest first, and the row before which there may be more. */
export type AuditFound = { readonly rows: readonly AuditRow[]; readonly nextSeq?: number };

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
  const subjects = createSubjects(database);
  const ofWords = database.prepare(
    `SELECT l.* FROM audit_text AS t CROSS JOIN audit_log AS l ON l.seq = t.rowid
     WHERE t.audit_text MATCH ? AND t.rowid < ? AND l.event_type = coalesce(?, l.event_type) ORDER BY t.rowid DESC LIMIT ?`,
  );

  function row(seq: number): AuditRow | undefined {
    const stored = one.get(seq);
    return stored === undefined ? undefined : auditRows.readOrLeaveOut(stored as SqlRow);
  }

  function page({ eventType, text = '', beforeSeq }: AuditSought, limit: number): readonly SqlRow[] {
    if (text.trim() !== '') {
      const words = matchOf(text);
      if (words === undefined) return [];
      // The index knows the names of events too, so that one of a kind is as quick to find.
      const typed = eventType === undefined ? '' : ` AND type : "${eventNameOf(eventType)}"`;
      return ofWords.all(`(${words})${typed}`, beforeSeq, eventType ?? null, limit) as SqlRow[];
    }
    if (eventType === undefined) return all.all(beforeSeq, limit) as SqlRow[];
    return subjects.before('event', eventType, beforeSeq, limit).flatMap((seq): SqlRow[] => {
      const stored = one.get(seq);
      return stored === undefined ? [] : [stored as SqlRow];
    });
  }

  function find(sought: AuditSought): AuditFound {
    const { page: found, last } = pageOf(page(sought, sought.limit + 1), sought.limit);
    const rows = found.flatMap((candidate) => auditRows.readOrLeaveOut(candidate) ?? []);
    return last === undefined ? { rows } : { rows, nextSeq: Number(last['seq']) };
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
