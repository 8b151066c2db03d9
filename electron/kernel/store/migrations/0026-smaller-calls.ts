/** The calls of sessions name their run by a number: its id and two indexes of it were half of what a call took. */
export const smallerCalls = {
  id: 26,
  name: 'smaller calls',
  sql: `
CREATE TABLE told_runs (
  run_no INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  calls INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  denied INTEGER NOT NULL,
  failed INTEGER NOT NULL
) STRICT;
INSERT INTO told_runs (run_id, calls, asked, denied, failed) SELECT run_id, calls, asked, denied, failed FROM session_counts;
INSERT OR IGNORE INTO told_runs (run_id, calls, asked, denied, failed) SELECT DISTINCT run_id, 0, 0, 0, 0 FROM session_calls;
DROP TABLE session_counts;
ALTER TABLE told_runs RENAME TO session_counts;

ALTER TABLE session_calls RENAME TO earlier_calls;
CREATE TABLE session_calls (
  row_id INTEGER PRIMARY KEY,
  run_no INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  tool_name TEXT NOT NULL,
  title TEXT NOT NULL,
  call_key TEXT NOT NULL,
  answer TEXT NOT NULL,
  approval_id TEXT,
  ended_at_ms INTEGER,
  is_error INTEGER,
  tool_use_id TEXT,
  repeated_at_ms INTEGER
) STRICT;
INSERT INTO session_calls
  SELECT row_id, run_no, agent_id, at_ms, tool_name, title, call_key, answer, approval_id, ended_at_ms, is_error, tool_use_id,
    repeated_at_ms
  FROM earlier_calls JOIN session_counts USING (run_id);
DROP TABLE earlier_calls;
CREATE INDEX session_calls_of_run ON session_calls (run_no, row_id);
CREATE INDEX session_calls_by_age ON session_calls (at_ms);
CREATE INDEX session_calls_by_id ON session_calls (run_no, tool_use_id) WHERE tool_use_id IS NOT NULL;
`,
} as const;
