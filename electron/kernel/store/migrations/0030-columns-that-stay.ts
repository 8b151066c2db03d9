const sessionWords = (
  row: string,
) => `concat_ws(' ', ${row}doc ->> '$.session.title', ${row}doc ->> '$.session.workspace',
  ${row}doc ->> '$.session.branch', ${row}doc ->> '$.session.engine', ${row}doc ->> '$.automationId', ${row}run_id)`;

/** In SQL, a number of a document that may be damaged. */
const numberIn = (path: string) => `iif(json_valid(doc), coalesce(CAST(doc ->> '${path}' AS INTEGER), 0), 0)`;

const isActive = (row: string) =>
  `${row}.creator_agent_id IS NOT NULL AND ${row}.retired_at_ms IS NULL AND ${row}.deleted_at_ms IS NULL`;

/** In SQL, 1 for an automation that somebody decided to create. */
const isCreated = (row: string) => `(${row}.automation_id NOT LIKE '% sessions')`;

const countOne = `INSERT INTO active_automations VALUES (NEW.creator_agent_id, 1, ${isCreated('NEW')})
    ON CONFLICT DO UPDATE SET automations = automations + 1, created = created + excluded.created;`;
const countOneLess = `UPDATE active_automations SET automations = automations - 1, created = created - ${isCreated('OLD')}
    WHERE agent_id = OLD.creator_agent_id;`;

/**
 * What lists and limits look runs, windows of spend, days and agents up by are columns that are written only when they change. Computed
 * from the document, they counted as new with every change of it, and each charge wrote every index anew. Runs and windows refuse a
 * column that says something else than its document.
 */
export const columnsThatStay = {
  id: 30,
  name: 'columns that stay',
  sql: `
CREATE TABLE stored_runs (
  row_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  automation_id TEXT NOT NULL CHECK (automation_id IS doc ->> '$.automationId'),
  status TEXT NOT NULL CHECK (status IS doc ->> '$.status') CHECK (status IN ('queued', 'running', 'pausing', 'paused',
    'awaiting_approval', 'completed', 'blocked', 'failed', 'cancelled')),
  -- The UTC day that it was queued on, and what it has cost so far.
  queued_day INTEGER NOT NULL CHECK (queued_day IS (doc ->> '$.createdAtMs') / 86400000),
  cost_nanos INTEGER NOT NULL CHECK (cost_nanos IS doc ->> '$.costNanos'),
  -- The run of the session that a run is, or is a sub-agent's of.
  session_run_id TEXT CHECK (session_run_id IS (doc ->> '$.session.engine') || '-' || (doc ->> '$.session.sessionId')),
  session_engine TEXT CHECK (session_engine IS doc ->> '$.session.engine'),
  session_workspace TEXT CHECK (session_workspace IS doc ->> '$.session.workspace'),
  is_over INTEGER NOT NULL CHECK (is_over IS (doc ->> '$.finishedAtMs' IS NOT NULL))
) STRICT;
-- A row may be damaged: then its indexes say where it belongs, and it still is under way. Nothing makes it whole here.
PRAGMA ignore_check_constraints = ON;
INSERT INTO stored_runs SELECT runs.row_id, runs.run_id, runs.doc, places.automation_id,
  iif(json_valid(doc), coalesce(doc ->> '$.status', ''), iif(runs.row_id IN (SELECT row_id FROM runs INDEXED BY runs_under_way
    WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval')), 'running', 'failed')),
  ${numberIn('$.createdAtMs')} / 86400000, ${numberIn('$.costNanos')},
  iif(json_valid(doc), (doc ->> '$.session.engine') || '-' || (doc ->> '$.session.sessionId'), NULL),
  iif(json_valid(doc), doc ->> '$.session.engine', NULL), iif(json_valid(doc), doc ->> '$.session.workspace', NULL),
  iif(json_valid(doc), doc ->> '$.finishedAtMs' IS NOT NULL, 0)
  FROM runs CROSS JOIN (SELECT row_id, automation_id FROM runs INDEXED BY runs_of_automation) AS places
    ON places.row_id = runs.row_id;
PRAGMA ignore_check_constraints = OFF;
DROP TABLE runs;
ALTER TABLE stored_runs RENAME TO runs;
CREATE INDEX runs_of_automation ON runs (automation_id, row_id);
CREATE INDEX runs_under_way ON runs (automation_id, row_id) WHERE status IN ('queued', 'running', 'pausing', 'awaiting_approval');
CREATE INDEX runs_of_sessions ON runs (row_id) WHERE substr(automation_id, -9) = ' sessions';
-- What a run costs moves it only once it is over; of a day, few are not.
CREATE INDEX runs_by_cost ON runs (queued_day, cost_nanos) WHERE is_over = 1;
CREATE INDEX runs_begun ON runs (queued_day, row_id) WHERE is_over = 0 AND status <> 'queued';
CREATE INDEX runs_by_session ON runs (session_run_id, row_id) WHERE session_run_id IS NOT NULL;
CREATE INDEX sub_agents_under_way ON runs (session_run_id, row_id) WHERE run_id <> session_run_id AND is_over = 0;
CREATE INDEX sessions_all ON runs (row_id) WHERE run_id = session_run_id;
CREATE INDEX sessions_under_way ON runs (row_id) WHERE run_id = session_run_id AND is_over = 0;
CREATE INDEX sessions_by_engine ON runs (session_engine, row_id) WHERE run_id = session_run_id;
CREATE INDEX sessions_by_workspace ON runs (session_workspace, row_id) WHERE run_id = session_run_id;
CREATE TRIGGER sessions_text_added AFTER INSERT ON runs WHEN new.run_id = new.session_run_id BEGIN
  INSERT INTO sessions_text (rowid, words) VALUES (new.row_id, ${sessionWords('new.')});
END;
CREATE TRIGGER sessions_text_changed AFTER UPDATE OF doc ON runs
  WHEN new.run_id = new.session_run_id AND json_valid(old.doc) AND ${sessionWords('new.')} <> ${sessionWords('old.')} BEGIN
  DELETE FROM sessions_text WHERE rowid = old.row_id;
  INSERT INTO sessions_text (rowid, words) VALUES (new.row_id, ${sessionWords('new.')});
END;
CREATE TRIGGER sessions_text_removed AFTER DELETE ON runs WHEN old.run_id = old.session_run_id BEGIN
  DELETE FROM sessions_text WHERE rowid = old.row_id;
END;

CREATE TABLE stored_windows (
  agent_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('daily', 'weekly', 'monthly', 'lifetime')),
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  window_start_ms INTEGER NOT NULL CHECK (window_start_ms IS doc ->> '$.windowStartMs'),
  cost_nanos INTEGER NOT NULL CHECK (cost_nanos IS doc ->> '$.costNanos'),
  PRIMARY KEY (agent_id, kind)
) STRICT;
PRAGMA ignore_check_constraints = ON;
INSERT INTO stored_windows SELECT agent_id, kind, doc, ${numberIn('$.windowStartMs')}, ${numberIn('$.costNanos')} FROM spend_windows;
PRAGMA ignore_check_constraints = OFF;
DROP TABLE spend_windows;
ALTER TABLE stored_windows RENAME TO spend_windows;
CREATE INDEX spend_by_week ON spend_windows (window_start_ms, agent_id) WHERE kind = 'weekly';

-- Days by day, so that those of today stand together, whosever they are.
CREATE TABLE stored_days (
  agent_id TEXT NOT NULL,
  day_start_ms INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cost_nanos INTEGER NOT NULL,
  own_cost_nanos INTEGER NOT NULL,
  estimated_nanos INTEGER NOT NULL,
  PRIMARY KEY (day_start_ms, agent_id)
) STRICT, WITHOUT ROWID;
INSERT INTO stored_days SELECT agent_id, day_start_ms, total_tokens, cost_nanos, own_cost_nanos, estimated_nanos FROM spend_days;
DROP TABLE spend_days;
ALTER TABLE stored_days RENAME TO spend_days;
CREATE INDEX spend_days_of_agent ON spend_days (agent_id, day_start_ms);
CREATE TABLE stored_automation_days (
  automation_id TEXT NOT NULL,
  day_start_ms INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cost_nanos INTEGER NOT NULL,
  estimated_nanos INTEGER NOT NULL,
  PRIMARY KEY (day_start_ms, automation_id)
) STRICT, WITHOUT ROWID;
INSERT INTO stored_automation_days SELECT automation_id, day_start_ms, total_tokens, cost_nanos, estimated_nanos FROM automation_days;
DROP TABLE automation_days;
ALTER TABLE stored_automation_days RENAME TO automation_days;
CREATE INDEX days_of_automation ON automation_days (automation_id, day_start_ms);

-- When an agent was last seen. Of one whose document is damaged nobody knows.
DROP INDEX agents_by_last_seen;
ALTER TABLE agents DROP COLUMN last_seen_at_ms;
ALTER TABLE agents ADD COLUMN last_seen_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE agents SET last_seen_at_ms = ${numberIn('$.lastSeenAtMs')};
CREATE INDEX agents_by_last_seen ON agents (last_seen_at_ms, agent_id);

-- One index for who belongs to an automation, in the order in which they are charged.
DROP INDEX lineage_of_automation;
DROP INDEX agents_of_automation;
CREATE INDEX agents_of_automation ON automation_agents (automation_id, part, place, agent_id);

-- How many active automations each agent has created, without those that stand for the sessions of an engine.
DROP TRIGGER active_of_new_record;
DROP TRIGGER active_no_more;
DROP TRIGGER active_again;
DROP TRIGGER active_of_removed_record;
ALTER TABLE active_automations ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
UPDATE active_automations SET created = (SELECT count(*) FROM governance_records INDEXED BY records_active_by_agents
  WHERE creator_agent_id = active_automations.agent_id AND ${isActive('governance_records')} AND ${isCreated('governance_records')});
DROP INDEX records_active_by_agents;
CREATE TRIGGER active_of_new_record AFTER INSERT ON governance_records WHEN ${isActive('NEW')} BEGIN
  ${countOne}
END;
CREATE TRIGGER active_no_more AFTER UPDATE OF doc ON governance_records
  WHEN ${isActive('OLD')} AND NOT (${isActive('NEW')} AND NEW.creator_agent_id IS OLD.creator_agent_id) BEGIN
  ${countOneLess}
END;
CREATE TRIGGER active_again AFTER UPDATE OF doc ON governance_records
  WHEN ${isActive('NEW')} AND NOT (${isActive('OLD')} AND NEW.creator_agent_id IS OLD.creator_agent_id) BEGIN
  ${countOne}
END;
CREATE TRIGGER active_of_removed_record AFTER DELETE ON governance_records WHEN ${isActive('OLD')} BEGIN
  ${countOneLess}
END;
`,
} as const;
