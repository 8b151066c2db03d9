import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { INDEXED_AT_ONCE } from '../../kernel/store/words';

/** What rows of the log are found by: whom they are about, who did them, and their event with its prefix. */
export type SubjectKind = 'agent' | 'approval' | 'automation' | 'actor' | 'event';

/** In SQL, a part of a text that may be no JSON; NULL where it is none. */
const inJson = (column: string, ...paths: readonly string[]) =>
  `iif(json_valid(${column}), coalesce(${paths.map((path) => `${column} ->> '${path}'`).join(', ')}, NULL), NULL)`;

/** In SQL, the one subject of a kind that a row has, by its payload where that tells of it: the chain vouches for it. */
const subjectOf = {
  // As this version writes it, or older ones did.
  approval: inJson('payload', '$.approvalID', '$.approval_id'),
  automation: `coalesce(${inJson('payload', '$.automationID', '$.automation_id')}, ${inJson('subjects', '$.automationId')})`,
  actor: inJson('actor', '$.actorId', '$.source'),
  event: 'event_type',
} as const;

const agentsOf = "json_each(iif(json_valid(subjects), subjects, '{}'), '$.agentIds') AS given";

const isAbout = (kind: SubjectKind) =>
  kind === 'agent' ? `EXISTS (SELECT 1 FROM ${agentsOf} WHERE given.value = ?1)` : `${subjectOf[kind]} = ?1`;

/** The row up to which the index goes, in SQL. */
const INDEXED_SEQ = `(SELECT coalesce(max(seq), 0) FROM audit_subjects WHERE subject_type = 'indexed' AND subject_id = '')`;

/** Finds rows of the log by what they are about: in the index, and beyond it in the few newest rows themselves. */
export interface SubjectsReader {
  /** The seqs of at most `limit` rows about something after a seq, the oldest first. */
  after(kind: SubjectKind, id: string, seq: number, limit: number): readonly number[];
  /** The seqs of at most `limit` rows about something before a seq, the newest first. */
  before(kind: SubjectKind, id: string, seq: number, limit: number): readonly number[];
}

/** The rows of the log by what they are about, in this database. */
export function createSubjects(database: DatabaseSync): SubjectsReader {
  const reading = (sqlOf: (kind: SubjectKind) => string) => {
    const [agent, approval, automation, actor, event] = (
      ['agent', 'approval', 'automation', 'actor', 'event'] as const
    ).map((kind) => database.prepare(sqlOf(kind)));
    const statements = { agent, approval, automation, actor, event };
    return (kind: SubjectKind, id: string, seq: number, limit: number) =>
      (statements[kind]?.all(id, seq, limit) ?? []).map((row) => Number((row as SqlRow)['seq']));
  };
  return {
    after: reading(
      (kind) =>
        `SELECT seq FROM audit_subjects WHERE subject_type = '${kind}' AND subject_id = ?1 AND seq > ?2
         UNION SELECT seq FROM audit_log WHERE seq > max(?2, ${INDEXED_SEQ}) AND ${isAbout(kind)} ORDER BY seq LIMIT ?3`,
    ),
    before: reading(
      (kind) =>
        `SELECT seq FROM audit_subjects WHERE subject_type = '${kind}' AND subject_id = ?1 AND seq < ?2
         UNION SELECT seq FROM audit_log WHERE seq > ${INDEXED_SEQ} AND seq < ?2 AND ${isAbout(kind)} ORDER BY seq DESC LIMIT ?3`,
    ),
  };
}

/** The index over what rows of the log are about, which is filled beside what is asked of Gatehouse and not by it. */
export interface SubjectIndex {
  /** The newest row that is in the index; 0 for none. */
  indexedSeq(): number;
  /** Puts the next rows into the index, and answers how many rows that were. */
  index(): number;
}

/** The index in this database. */
export function createSubjectIndex(database: DatabaseSync): SubjectIndex {
  const indexed = database.prepare(`SELECT ${INDEXED_SEQ} AS seq`);
  const last = database.prepare(
    'SELECT max(seq) AS seq, count(*) AS count FROM (SELECT seq FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?)',
  );
  const kinds = Object.entries(subjectOf).map(
    ([kind, subject]) => `SELECT '${kind}', ${subject} AS subject, seq FROM audit_log
      WHERE seq > ?1 AND seq <= ?2 AND subject IS NOT NULL`,
  );
  const add = database.prepare(
    `INSERT INTO audit_subjects ${kinds.join(' UNION ALL ')}
     UNION ALL SELECT DISTINCT 'agent', given.value, seq FROM audit_log, ${agentsOf} WHERE seq > ?1 AND seq <= ?2
     UNION ALL SELECT 'indexed', '', ?2`,
  );
  const indexedSeq = () => Number(indexed.get()?.['seq'] ?? 0);
  return {
    indexedSeq,
    index() {
      const from = indexedSeq();
      const { seq, count } = last.get(from, INDEXED_AT_ONCE) as { seq: number | null; count: number };
      if (seq !== null) add.run(from, seq);
      return count;
    },
  };
}
