/** Standing rules for anyone and any tool, and the tool calls that a set of rules is tried on. */
export const rulesForAnyone = {
  id: 20,
  name: 'rules for anyone',
  sql: `
CREATE TABLE wider_tool_rules (
  rule_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  agent_id TEXT GENERATED ALWAYS AS (doc ->> '$.agentId'),
  tool_name TEXT GENERATED ALWAYS AS (doc ->> '$.toolName'),
  created_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.createdAtMs'),
  expires_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.expiresAtMs'),
  revoked_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.revokedAtMs'),
  CHECK (doc ->> '$.createdBy.kind' = 'human')
) STRICT;
INSERT INTO wider_tool_rules (rule_id, doc) SELECT rule_id, doc FROM tool_rules;
DROP TABLE tool_rules;
ALTER TABLE wider_tool_rules RENAME TO tool_rules;
CREATE INDEX tool_rules_to_match ON tool_rules (agent_id, created_at_ms, tool_name) WHERE revoked_at_ms IS NULL;
CREATE INDEX tool_rules_by_creation ON tool_rules (created_at_ms, rule_id, expires_at_ms, revoked_at_ms);
CREATE INDEX tool_rules_of_agent ON tool_rules (agent_id, created_at_ms, rule_id, expires_at_ms, revoked_at_ms);

CREATE INDEX approvals_tool_calls_by_time ON approvals (created_at_ms, row_id)
  WHERE request_type = 'tool_call' AND requested_by_kind = 'agent' AND target_type = 'tool';
`,
} as const;
