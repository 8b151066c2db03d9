/** The sessions of engines by themselves; what they did, a row for each call, for thirty days; and how much, for ever (spec/sessions.md section 2). */
export const sessionCalls = {
  id: 15,
  name: 'session calls',
  sql: `
CREATE INDEX runs_of_sessions ON runs (row_id) WHERE substr(automation_id, -9) = ' sessions';

CREATE TABLE session_calls (
  row_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  tool_name TEXT NOT NULL,
  title TEXT NOT NULL,
  call_key TEXT NOT NULL,
  answer TEXT NOT NULL,
  approval_id TEXT,
  ended_at_ms INTEGER,
  is_error INTEGER
) STRICT;
CREATE INDEX session_calls_of_run ON session_calls (run_id, row_id);
CREATE INDEX session_calls_by_age ON session_calls (at_ms);

CREATE TABLE session_counts (
  run_id TEXT PRIMARY KEY,
  calls INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  denied INTEGER NOT NULL,
  failed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const;
