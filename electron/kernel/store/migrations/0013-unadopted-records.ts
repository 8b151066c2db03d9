/** Custody records that wait for their definition, and unknown fields of imports by the place that they belong to. */
export const unadoptedRecords = {
  id: 13,
  name: 'unadopted records',
  sql: `
-- Custody records that an import brought without a definition, each with its grants in its document. In a table of their own,
-- so that no limit, timer or list can ever see one before it is adopted.
CREATE TABLE unadopted_records (
  automation_id TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc))
) STRICT;

-- Until now no record ever left; what is counted of them must follow.
CREATE TRIGGER active_of_removed_record AFTER DELETE ON governance_records
  WHEN OLD.creator_agent_id IS NOT NULL AND OLD.retired_at_ms IS NULL AND OLD.deleted_at_ms IS NULL BEGIN
  UPDATE active_automations SET automations = automations - 1 WHERE agent_id = OLD.creator_agent_id;
END;
CREATE TRIGGER failing_of_removed_record AFTER DELETE ON governance_records BEGIN
  DELETE FROM failing_automations WHERE automation_id = OLD.automation_id;
END;

-- Those that imports brought before. One that is marked as deleted and has no definition is of a purged automation, and stays.
INSERT INTO unadopted_records (automation_id, doc)
  SELECT automation_id, json_set(doc,
    '$.modifyGrants', (SELECT json_group_array(json(grants.doc)) FROM grants
      WHERE grants.automation_id = governance_records.automation_id AND grants.doc ->> '$.grantKind' = 'modify'),
    '$.capabilityGrants', (SELECT json_group_array(json(grants.doc)) FROM grants
      WHERE grants.automation_id = governance_records.automation_id AND grants.doc ->> '$.grantKind' = 'capability'))
  FROM governance_records
  WHERE deleted_at_ms IS NULL AND automation_id NOT IN (SELECT automation_id FROM automations);
DELETE FROM grants WHERE automation_id IN (SELECT automation_id FROM unadopted_records);
DELETE FROM automation_agents WHERE automation_id IN (SELECT automation_id FROM unadopted_records);
DELETE FROM governance_records WHERE automation_id IN (SELECT automation_id FROM unadopted_records);

-- Unknown fields were kept as one list for each import; now each is kept under its own place.
INSERT OR IGNORE INTO kept (name, doc)
  SELECT 'import_unknown_' || (item.value ->> '$.path'), item.value -> '$.value'
  FROM kept, json_each(kept.doc) AS item WHERE kept.name GLOB 'import_unknown_[0-9]*' ORDER BY kept.name DESC;
DELETE FROM kept WHERE name GLOB 'import_unknown_[0-9]*';
`,
} as const;
