/** Signed checkpoints of the audit log (spec/governance.md section 13). */
export const checkpoints = {
  id: 4,
  name: 'checkpoints',
  sql: `
-- No reference to the log: a checkpoint must outlive the row that it proves, so that a cut tail is found.
CREATE TABLE audit_checkpoints (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  hash TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  public_key TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_checkpoints_never_change BEFORE UPDATE ON audit_checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER audit_checkpoints_never_shrink BEFORE DELETE ON audit_checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
`,
} as const;
