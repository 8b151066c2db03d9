/**
 * What the operator says once of tools and folders, and which files agents changed in a session (spec/judgement.md sections 2, 4
 * and 5).
 */
export const trust = {
  id: 22,
  name: 'trust',
  sql: `
CREATE TABLE tool_classes (
  agent_id TEXT NOT NULL,
  tool_name TEXT NOT NULL,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  PRIMARY KEY (agent_id, tool_name),
  CHECK (doc ->> '$.setBy.kind' = 'human')
) STRICT, WITHOUT ROWID;

CREATE TABLE untrusted_workspaces (
  root TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  CHECK (doc ->> '$.untrustedBy.kind' = 'human')
) STRICT, WITHOUT ROWID;

CREATE TABLE session_changes (
  run_id TEXT NOT NULL,
  path TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_changes_by_time ON session_changes (at_ms);
`,
} as const;
