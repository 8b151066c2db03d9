/** What the desk shows of agents and of what they cost: who descends from whom, days by automation, runs by what they cost. */
export const agentsAndSpend = {
  id: 5,
  name: 'agents and spend',
  sql: `
-- The agent that made an agent: the last of its lineage.
ALTER TABLE agents ADD COLUMN parent_id TEXT GENERATED ALWAYS AS (doc ->> '$.ancestorIds[#-1]');
CREATE INDEX agents_by_parent ON agents (parent_id, agent_id) WHERE parent_id IS NOT NULL;

CREATE INDEX approvals_waiting_about_agent ON approvals (target_id) WHERE status = 'pending' AND target_type = 'agent';
CREATE INDEX tokens_of_agent ON tokens (agent_id) WHERE agent_id IS NOT NULL AND revoked_at_ms IS NULL;

-- Of a day's cost: what runs of automations cost that the agent made itself, so that the agents' own costs add up to what was
-- spent; and what was charged as an estimate, because nobody reported. Of days before this was kept, all of it counts as own.
ALTER TABLE spend_days ADD COLUMN own_cost_nanos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spend_days ADD COLUMN estimated_nanos INTEGER NOT NULL DEFAULT 0;
UPDATE spend_days SET own_cost_nanos = cost_nanos;
DROP INDEX spend_days_by_day;
CREATE INDEX spend_days_by_day ON spend_days (day_start_ms, agent_id, own_cost_nanos, cost_nanos, total_tokens, estimated_nanos);

-- Runs by the UTC day that they were queued on and what they have cost so far.
ALTER TABLE runs ADD COLUMN queued_day INTEGER GENERATED ALWAYS AS ((doc ->> '$.createdAtMs') / 86400000);
ALTER TABLE runs ADD COLUMN cost_nanos INTEGER GENERATED ALWAYS AS (doc ->> '$.costNanos');
CREATE INDEX runs_by_cost ON runs (queued_day, cost_nanos) WHERE status <> 'queued';

-- What each automation's runs used each UTC day; kept for good. Of runs before this was kept, on the day that they were queued.
CREATE TABLE automation_days (
  automation_id TEXT NOT NULL,
  day_start_ms INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cost_nanos INTEGER NOT NULL,
  estimated_nanos INTEGER NOT NULL,
  PRIMARY KEY (automation_id, day_start_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX automation_days_by_day ON automation_days (day_start_ms, automation_id, cost_nanos, total_tokens, estimated_nanos);
INSERT INTO automation_days (automation_id, day_start_ms, total_tokens, cost_nanos, estimated_nanos)
  SELECT automation_id, queued_day * 86400000, CAST(min(9007199254740991, total(doc ->> '$.totalTokens')) AS INTEGER),
    CAST(min(9007199254740991, total(cost_nanos)) AS INTEGER), 0
  FROM runs GROUP BY automation_id, queued_day HAVING total(doc ->> '$.totalTokens') + total(cost_nanos) > 0;
`,
} as const;
