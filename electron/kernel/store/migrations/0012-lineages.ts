/** Several parents of an agent, and the order in which the agents above an automation are charged. */
export const lineages = {
  id: 12,
  name: 'lineages',
  sql: `
-- The last of each chain that is kept for an agent. Kept by triggers, so that it never says anything else than the documents.
CREATE TABLE agent_parents (
  parent_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  PRIMARY KEY (parent_id, agent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parents_of_agent ON agent_parents (agent_id);
INSERT INTO agent_parents SELECT parent_id, agent_id FROM agents WHERE parent_id <> '' AND parent_id <> agent_id;
DROP INDEX agents_by_parent;
ALTER TABLE agents DROP COLUMN parent_id;
CREATE TRIGGER agent_parents_of_new AFTER INSERT ON agents BEGIN
  INSERT OR IGNORE INTO agent_parents SELECT parent_id, NEW.agent_id FROM (
    SELECT NEW.doc ->> '$.ancestorIds[#-1]' AS parent_id
    UNION SELECT value ->> '$.ancestorIds[#-1]' FROM json_each(NEW.doc, '$.chains')) WHERE parent_id IS NOT NULL;
END;
CREATE TRIGGER agent_parents_of_changed AFTER UPDATE OF doc ON agents
WHEN OLD.doc -> '$.ancestorIds' IS NOT NEW.doc -> '$.ancestorIds' OR OLD.doc -> '$.chains' IS NOT NEW.doc -> '$.chains' BEGIN
  DELETE FROM agent_parents WHERE agent_id = NEW.agent_id;
  INSERT OR IGNORE INTO agent_parents SELECT parent_id, NEW.agent_id FROM (
    SELECT NEW.doc ->> '$.ancestorIds[#-1]' AS parent_id
    UNION SELECT value ->> '$.ancestorIds[#-1]' FROM json_each(NEW.doc, '$.chains')) WHERE parent_id IS NOT NULL;
END;

-- The order of section 8: the creator first, then the oldest ancestor on.
ALTER TABLE automation_agents ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE automation_agents SET place = coalesce((
  SELECT min(chain.key) + 1 FROM governance_records AS record, json_each(record.doc, '$.provenance.ancestorChain') AS chain
  WHERE record.automation_id = automation_agents.automation_id AND trim(chain.value ->> '$.actor.actorId') = automation_agents.agent_id
    AND automation_agents.agent_id IS NOT trim(record.creator_agent_id)), 0)
WHERE part = 'lineage';
CREATE INDEX lineage_of_automation ON automation_agents (automation_id, place, agent_id) WHERE part = 'lineage';
`,
} as const;
