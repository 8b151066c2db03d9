/** Approvals, tokens, agents' lineages, limits and the audit log. */
export const approvalsAndAudit = {
  id: 1,
  name: 'approvals and audit',
  sql: `
CREATE TABLE identity (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  database_id TEXT NOT NULL,
  starts INTEGER NOT NULL
) STRICT;

CREATE TABLE approvals (
  row_id INTEGER PRIMARY KEY,
  approval_id TEXT NOT NULL UNIQUE,
  request_type TEXT NOT NULL CHECK (request_type IN ('capability_request', 'external_post', 'quota_override',
    'lifecycle_review', 'elevated_capability', 'depth_override', 'retirement_action', 'tool_call')),
  requested_by_kind TEXT NOT NULL CHECK (requested_by_kind IN ('human', 'agent', 'system')),
  requested_by_id TEXT,
  requested_by_source TEXT,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  rationale TEXT NOT NULL,
  context TEXT NOT NULL,
  action TEXT,
  action_hash TEXT,
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'expired', 'cancelled')),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  expires_at_ms INTEGER NOT NULL,
  waiting_until_ms INTEGER,
  ancestor_ids TEXT NOT NULL,
  reviewed_by TEXT,
  reviewed_at_ms INTEGER,
  review_notes TEXT,
  cancel_reason TEXT,
  consumed_at_ms INTEGER,
  duplicate_key TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  CHECK ((status IN ('approved', 'denied')) = (reviewed_by IS NOT NULL)),
  CHECK (consumed_at_ms IS NULL OR status = 'approved')
) STRICT;
CREATE INDEX approvals_by_deadline ON approvals (expires_at_ms, row_id) WHERE status = 'pending';
CREATE INDEX approvals_by_update ON approvals (updated_at_ms, row_id);
CREATE INDEX approvals_by_status ON approvals (status, updated_at_ms, row_id);
CREATE INDEX approvals_by_type ON approvals (request_type, updated_at_ms, row_id);
CREATE INDEX approvals_by_type_and_status ON approvals (request_type, status, updated_at_ms, row_id);
CREATE INDEX approvals_settled ON approvals (updated_at_ms, row_id) WHERE status <> 'pending';
CREATE INDEX approvals_by_agent ON approvals (requested_by_id, updated_at_ms, row_id) WHERE requested_by_kind = 'agent';
CREATE INDEX approvals_about_agent ON approvals (target_id, updated_at_ms, row_id) WHERE target_type = 'agent';
CREATE UNIQUE INDEX approvals_one_pending ON approvals (requested_by_id, duplicate_key)
  WHERE status = 'pending' AND requested_by_kind = 'agent';

CREATE TABLE tokens (
  token_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('operator', 'engine', 'agent')),
  name TEXT NOT NULL,
  agent_id TEXT,
  secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms INTEGER,
  CHECK ((kind = 'agent') = (agent_id IS NOT NULL))
) STRICT;

CREATE TABLE agents (
  agent_id TEXT PRIMARY KEY,
  ancestor_ids TEXT NOT NULL,
  first_seen_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE limits (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  limits TEXT NOT NULL
) STRICT;

CREATE TABLE audit_log (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  event_type TEXT NOT NULL,
  actor TEXT NOT NULL,
  payload TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_never_shrinks BEFORE DELETE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- Where an event can be found by what it is about. It follows from the log and is no part of it.
CREATE TABLE audit_subjects (
  subject_type TEXT NOT NULL CHECK (subject_type IN ('agent', 'approval')),
  subject_id TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES audit_log (seq),
  PRIMARY KEY (subject_type, subject_id, seq)
) STRICT, WITHOUT ROWID;
`,
} as const;
