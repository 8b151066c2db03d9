/** How many active automations each agent has, counted as they change: a list of agents never counts the automations themselves. */
export const activeAutomations = {
  id: 9,
  name: 'active automations',
  sql: `
CREATE TABLE active_automations (
  agent_id TEXT PRIMARY KEY,
  automations INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER active_of_new_record AFTER INSERT ON governance_records
  WHEN NEW.creator_agent_id IS NOT NULL AND NEW.retired_at_ms IS NULL AND NEW.deleted_at_ms IS NULL BEGIN
  INSERT INTO active_automations VALUES (NEW.creator_agent_id, 1) ON CONFLICT DO UPDATE SET automations = automations + 1;
END;
CREATE TRIGGER active_no_more AFTER UPDATE OF doc ON governance_records
  WHEN OLD.creator_agent_id IS NOT NULL AND OLD.retired_at_ms IS NULL AND OLD.deleted_at_ms IS NULL
    AND (NEW.creator_agent_id IS NOT OLD.creator_agent_id OR NEW.retired_at_ms IS NOT NULL OR NEW.deleted_at_ms IS NOT NULL) BEGIN
  UPDATE active_automations SET automations = automations - 1 WHERE agent_id = OLD.creator_agent_id;
END;
CREATE TRIGGER active_again AFTER UPDATE OF doc ON governance_records
  WHEN NEW.creator_agent_id IS NOT NULL AND NEW.retired_at_ms IS NULL AND NEW.deleted_at_ms IS NULL
    AND (NEW.creator_agent_id IS NOT OLD.creator_agent_id OR OLD.retired_at_ms IS NOT NULL OR OLD.deleted_at_ms IS NOT NULL) BEGIN
  INSERT INTO active_automations VALUES (NEW.creator_agent_id, 1) ON CONFLICT DO UPDATE SET automations = automations + 1;
END;
INSERT INTO active_automations SELECT creator_agent_id, count(*) FROM governance_records INDEXED BY records_active_by_agents
  WHERE creator_agent_id IS NOT NULL AND retired_at_ms IS NULL AND deleted_at_ms IS NULL GROUP BY creator_agent_id;
`,
} as const;
