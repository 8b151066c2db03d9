/** Sessions as the desk lists them: by engine, by folder, those under way, with their sub-agents and what waits of each. */
export const sessionDesk = {
  id: 21,
  name: 'session desk',
  sql: `
-- The run of the session that a run is, or is a sub-agent's of. A document may be damaged, and is none of a session then.
ALTER TABLE runs ADD COLUMN session_run_id TEXT GENERATED ALWAYS AS
  (iif(json_valid(doc), (doc ->> '$.session.engine') || '-' || (doc ->> '$.session.sessionId'), NULL));
ALTER TABLE runs ADD COLUMN session_engine TEXT GENERATED ALWAYS AS (iif(json_valid(doc), doc ->> '$.session.engine', NULL));
ALTER TABLE runs ADD COLUMN session_workspace TEXT GENERATED ALWAYS AS (iif(json_valid(doc), doc ->> '$.session.workspace', NULL));
ALTER TABLE runs ADD COLUMN session_is_over INTEGER GENERATED ALWAYS AS
  (iif(json_valid(doc), doc ->> '$.finishedAtMs' IS NOT NULL, NULL));
CREATE INDEX runs_by_session ON runs (session_run_id, row_id) WHERE session_run_id IS NOT NULL;
CREATE INDEX sub_agents_under_way ON runs (session_run_id, row_id) WHERE run_id <> session_run_id AND session_is_over = 0;
CREATE INDEX sessions_all ON runs (row_id) WHERE run_id = session_run_id;
CREATE INDEX sessions_under_way ON runs (row_id) WHERE run_id = session_run_id AND session_is_over = 0;
CREATE INDEX sessions_by_engine ON runs (session_engine, row_id) WHERE run_id = session_run_id;
CREATE INDEX sessions_by_workspace ON runs (session_workspace, row_id) WHERE run_id = session_run_id;

-- The session that a waiting request says it is of; whether it is, its asker says.
ALTER TABLE approvals ADD COLUMN session_run_id TEXT GENERATED ALWAYS AS
  (iif(json_valid(context), (context ->> '$.engine') || '-' || (context ->> '$.session_id'), NULL));
CREATE INDEX approvals_waiting_of_session ON approvals (session_run_id, expires_at_ms)
  WHERE status = 'pending' AND session_run_id IS NOT NULL;
`,
} as const;
