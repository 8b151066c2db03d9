/** The operator's standing rules for tool calls, which of them approved a request, and the tool calls that a rule is tried on. */
export const toolRules = {
  id: 8,
  name: 'tool rules',
  sql: `
CREATE TABLE tool_rules (
  rule_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  agent_id TEXT NOT NULL GENERATED ALWAYS AS (doc ->> '$.agentId'),
  tool_name TEXT NOT NULL GENERATED ALWAYS AS (doc ->> '$.toolName'),
  created_at_ms INTEGER NOT NULL GENERATED ALWAYS AS (doc ->> '$.createdAtMs'),
  expires_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.expiresAtMs'),
  revoked_at_ms INTEGER GENERATED ALWAYS AS (doc ->> '$.revokedAtMs'),
  CHECK (doc ->> '$.createdBy.kind' = 'human')
) STRICT;
CREATE INDEX tool_rules_to_match ON tool_rules (agent_id, tool_name, created_at_ms) WHERE revoked_at_ms IS NULL;
CREATE INDEX tool_rules_by_creation ON tool_rules (created_at_ms, rule_id, expires_at_ms, revoked_at_ms);
CREATE INDEX tool_rules_of_agent ON tool_rules (agent_id, created_at_ms, rule_id, expires_at_ms, revoked_at_ms);

ALTER TABLE approvals ADD COLUMN tool_rule_id TEXT;
CREATE INDEX approvals_tool_calls ON approvals (target_id, created_at_ms, requested_by_id)
  WHERE request_type = 'tool_call' AND requested_by_kind = 'agent' AND target_type = 'tool';
`,
} as const;
