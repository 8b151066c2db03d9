/** How much of each window of its plan an agent's engine has used, the latest word of it (spec/sessions.md section 4). */
export const sessionQuotas = {
  id: 19,
  name: 'session quotas',
  sql: `
CREATE TABLE session_quotas (
  agent_id TEXT NOT NULL,
  engine TEXT NOT NULL,
  window_minutes INTEGER NOT NULL,
  used_percent REAL NOT NULL,
  resets_at_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (agent_id, engine, window_minutes)
) STRICT, WITHOUT ROWID;
`,
} as const;
