/**
 * Automations with their custody records, grants, runs, spend, and what is known of agents. An entity is one JSON document; the
 * columns that queries need are computed from it, so that they can never say anything else.
 */
export const governance = {
  id: 2,
  name: 'governance',
  sql: `
CREATE TABLE automations (
  automation_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  status TEXT NOT NULL GENERATED ALWAYS AS (doc ->> '$.status') CHECK (status IN ('draft', 'active', 'paused')),
  updated_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.updatedAtMs'),
  -- Set while it is deleted and can be restored: who deleted it, and until when.
  deleted_by TEXT,
  deleted_at_ms INTEGER,
  restore_until_ms INTEGER,
  CHECK ((deleted_at_ms IS NULL) = (restore_until_ms IS NULL))
) STRICT;
CREATE INDEX automations_by_update ON automations (updated_at_ms, automation_id) WHERE deleted_at_ms IS NULL;
CREATE INDEX automations_to_purge ON automations (restore_until_ms) WHERE deleted_at_ms IS NOT NULL;

-- One custody record for each automation; it stays when the automation is purged.
CREATE TABLE governance_records (
  automation_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  creator_agent_id TEXT GENERATED ALWAYS AS (iif(doc ->> '$.provenance.creator.kind' = 'agent', doc ->> '$.provenance.creator.actorId', NULL)),
  created_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.createdAtMs'),
  deleted_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.deletedAtMs'),
  retired_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.retiredAtMs'),
  expired_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.expiredAtMs'),
  expires_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.expiresAtMs'),
  needs_look INTEGER NOT NULL GENERATED ALWAYS AS (
    (doc ->> '$.reviewRequired') = 1 OR (doc ->> '$.retiredAtMs') IS NOT NULL OR (doc ->> '$.expiredAtMs') IS NOT NULL
    OR json_array_length(doc, '$.healthFindings') > 0)
) STRICT;
CREATE INDEX records_by_creator ON governance_records (creator_agent_id, created_at_ms) WHERE creator_agent_id IS NOT NULL;
CREATE INDEX records_active_by_agents ON governance_records (automation_id)
  WHERE creator_agent_id IS NOT NULL AND deleted_at_ms IS NULL AND retired_at_ms IS NULL;
CREATE INDEX records_needing_look ON governance_records (automation_id) WHERE needs_look = 1 AND deleted_at_ms IS NULL;
CREATE INDEX records_by_expiry ON governance_records (expires_at_ms)
  WHERE expires_at_ms IS NOT NULL AND expired_at_ms IS NULL AND retired_at_ms IS NULL AND deleted_at_ms IS NULL;

-- Which agents an automation belongs to (its creator and their ancestors), and which take part in its flow.
CREATE TABLE automation_agents (
  agent_id TEXT NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('lineage', 'flow')),
  automation_id TEXT NOT NULL,
  PRIMARY KEY (agent_id, part, automation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agents_of_automation ON automation_agents (automation_id, part);

CREATE TABLE grants (
  grant_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  automation_id TEXT NOT NULL GENERATED ALWAYS AS (doc ->> '$.automationId'),
  agent_id TEXT GENERATED ALWAYS AS (doc ->> '$.grantedTo.actorId'),
  created_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.createdAtMs'),
  revoked_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.revokedAtMs')
) STRICT;
CREATE INDEX grants_of_automation ON grants (automation_id, created_at_ms, grant_id);
CREATE INDEX grants_to_agent ON grants (agent_id, automation_id) WHERE revoked_at_ms IS NULL;

CREATE TABLE runs (
  row_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  automation_id TEXT NOT NULL GENERATED ALWAYS AS (doc ->> '$.automationId'),
  status TEXT NOT NULL GENERATED ALWAYS AS (doc ->> '$.status') CHECK (status IN ('queued', 'running', 'pausing', 'paused',
    'awaiting_approval', 'completed', 'blocked', 'failed', 'cancelled'))
) STRICT;
CREATE INDEX runs_of_automation ON runs (automation_id, row_id);
CREATE INDEX runs_under_way ON runs (automation_id, row_id) WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval');

-- Answers of usage reports, so that a report that comes twice charges once.
CREATE TABLE usage_reports (
  run_id TEXT NOT NULL,
  usage_id TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (json_valid(answer)),
  PRIMARY KEY (run_id, usage_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
  run_id TEXT NOT NULL,
  usage_id TEXT NOT NULL,
  cost_nanos INTEGER NOT NULL CHECK (cost_nanos >= 0),
  due_at_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, usage_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_due ON reservations (due_at_ms);
CREATE TABLE reservation_agents (
  agent_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  usage_id TEXT NOT NULL,
  cost_nanos INTEGER NOT NULL,
  PRIMARY KEY (agent_id, run_id, usage_id),
  FOREIGN KEY (run_id, usage_id) REFERENCES reservations (run_id, usage_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX reservation_agents_by_reservation ON reservation_agents (run_id, usage_id);

CREATE TABLE spend_windows (
  agent_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('daily', 'weekly', 'monthly', 'lifetime')),
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  window_start_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.windowStartMs'),
  cost_nanos INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.costNanos'),
  PRIMARY KEY (agent_id, kind)
) STRICT;
CREATE INDEX spend_by_week ON spend_windows (window_start_ms, cost_nanos, agent_id) WHERE kind = 'weekly';
-- What each agent used each UTC day, for charts; kept for good.
CREATE TABLE spend_days (
  agent_id TEXT NOT NULL,
  day_start_ms INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cost_nanos INTEGER NOT NULL,
  PRIMARY KEY (agent_id, day_start_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX spend_days_by_day ON spend_days (day_start_ms, agent_id);

-- An agent as it is known: its lineage, its pauses, its creation review, its own limits.
CREATE TABLE known_agents (
  agent_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  paused_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.pausedAtMs'),
  spend_paused_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.spendPausedAtMs'),
  review_required INTEGER NOT NULL GENERATED ALWAYS AS ((doc ->> '$.review.reviewRequired') IS 1),
  last_seen_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.lastSeenAtMs')
) STRICT;
INSERT INTO known_agents (agent_id, doc)
  SELECT agent_id, json_object('agentId', agent_id, 'ancestorIds', json(ancestor_ids), 'overrides', json('{}'),
    'firstSeenAtMs', first_seen_at_ms, 'lastSeenAtMs', first_seen_at_ms) FROM agents;
DROP TABLE agents;
ALTER TABLE known_agents RENAME TO agents;
CREATE INDEX agents_by_last_seen ON agents (last_seen_at_ms, agent_id);
CREATE INDEX agents_paused ON agents (agent_id) WHERE paused_at_ms IS NOT NULL;
CREATE INDEX agents_spend_paused ON agents (agent_id) WHERE spend_paused_at_ms IS NOT NULL;
CREATE INDEX agents_needing_review ON agents (agent_id) WHERE review_required = 1;

-- Approvals are looked for by what they are about and by who may use them.
CREATE INDEX approvals_about_target ON approvals (target_type, target_id, request_type, status, row_id);

-- Automations are subjects of events now.
CREATE TABLE wider_subjects (
  subject_type TEXT NOT NULL CHECK (subject_type IN ('agent', 'approval', 'automation')),
  subject_id TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES audit_log (seq),
  PRIMARY KEY (subject_type, subject_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO wider_subjects SELECT * FROM audit_subjects;
DROP TABLE audit_subjects;
ALTER TABLE wider_subjects RENAME TO audit_subjects;

CREATE TABLE timers (
  name TEXT PRIMARY KEY,
  last_at_ms INTEGER NOT NULL
) STRICT;
`,
} as const;
