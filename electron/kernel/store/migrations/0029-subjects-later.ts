/**
 * What rows of the log are about, with who did them and what kind they are, in one index that follows the log a moment later, so that no
 * commit writes it (nouns/audit/store-subjects.ts). A row itself has what its payload does not tell of that.
 */
export const subjectsLater = {
  id: 29,
  name: 'subjects later',
  sql: `
ALTER TABLE audit_log ADD COLUMN subjects TEXT;
ALTER TABLE audit_log ADD COLUMN subjects_sum INTEGER;

CREATE TABLE later_subjects (
  -- 'indexed' is no subject: its newest row is the one up to which the index goes.
  subject_type TEXT NOT NULL CHECK (subject_type IN ('agent', 'approval', 'automation', 'actor', 'event', 'indexed')),
  subject_id TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES audit_log (seq),
  PRIMARY KEY (subject_type, subject_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO later_subjects SELECT 'actor', coalesce(actor ->> '$.actorId', actor ->> '$.source'), seq FROM audit_log
  WHERE iif(json_valid(actor), coalesce(actor ->> '$.actorId', actor ->> '$.source'), NULL) IS NOT NULL;
INSERT INTO later_subjects SELECT * FROM audit_subjects;
INSERT INTO later_subjects SELECT 'event', event_type, seq FROM audit_log;
INSERT INTO later_subjects SELECT 'indexed', '', max(seq) FROM audit_log HAVING max(seq) IS NOT NULL;
DROP TABLE audit_subjects;
ALTER TABLE later_subjects RENAME TO audit_subjects;
DROP INDEX audit_by_type;
DROP INDEX audit_by_actor;
`,
} as const;
