/** What the desk lists automations by: their names, and what each section of Lifecycle holds. */
export const automationDesk = {
  id: 6,
  name: 'automation desk',
  sql: `
-- A search walks along the list; with these it never reads a definition.
ALTER TABLE automations ADD COLUMN name TEXT GENERATED ALWAYS AS (doc ->> '$.name') VIRTUAL;
DROP INDEX automations_by_update;
CREATE INDEX automations_by_update ON automations (updated_at_ms, automation_id, status, name) WHERE deleted_at_ms IS NULL;
DROP INDEX automations_to_purge;
CREATE INDEX automations_to_purge ON automations (restore_until_ms, automation_id) WHERE deleted_at_ms IS NOT NULL;

-- How many active automations each agent has is counted in an index alone.
DROP INDEX records_active_by_agents;
CREATE INDEX records_active_by_agents ON governance_records (creator_agent_id)
  WHERE creator_agent_id IS NOT NULL AND deleted_at_ms IS NULL AND retired_at_ms IS NULL;

-- Since when there is a review that the operator can acknowledge. An expiry alone is answered by extending or retiring.
ALTER TABLE governance_records ADD COLUMN review_since_ms INTEGER GENERATED ALWAYS AS (
  iif((doc ->> '$.reviewRequired') = 1
    AND ((doc ->> '$.reviewRequestId') IS NOT NULL OR coalesce(doc ->> '$.reviewKind', '') NOT IN ('expired', 'expiration_soon')),
    coalesce(doc ->> '$.reviewRequestedAtMs', doc ->> '$.updatedAtMs'), NULL)) VIRTUAL;
CREATE INDEX records_in_review ON governance_records (review_since_ms, automation_id)
  WHERE review_since_ms IS NOT NULL AND deleted_at_ms IS NULL;
DROP INDEX records_by_expiry;
CREATE INDEX records_by_expiry ON governance_records (expires_at_ms, automation_id)
  WHERE expires_at_ms IS NOT NULL AND expired_at_ms IS NULL AND retired_at_ms IS NULL AND deleted_at_ms IS NULL;
CREATE INDEX records_expired ON governance_records (expired_at_ms, automation_id)
  WHERE expired_at_ms IS NOT NULL AND retired_at_ms IS NULL AND deleted_at_ms IS NULL;
CREATE INDEX records_retired ON governance_records (retired_at_ms, automation_id)
  WHERE retired_at_ms IS NOT NULL AND deleted_at_ms IS NULL;

-- Automations with a critical health finding, and since when. A column cannot look into a list, so triggers follow the document.
CREATE TABLE failing_automations (
  automation_id TEXT PRIMARY KEY,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX failing_by_time ON failing_automations (since_ms, automation_id);
CREATE VIEW critical_findings AS
  SELECT automation_id, min(finding.value ->> '$.observedAtMs') AS since_ms
  FROM governance_records, json_each(doc, '$.healthFindings') AS finding
  WHERE finding.value ->> '$.kind' = 'health_drift' AND finding.value ->> '$.severity' = 'critical'
    AND retired_at_ms IS NULL AND deleted_at_ms IS NULL
  GROUP BY automation_id;
CREATE TRIGGER failing_of_new_record AFTER INSERT ON governance_records BEGIN
  INSERT OR REPLACE INTO failing_automations SELECT * FROM critical_findings WHERE automation_id = NEW.automation_id;
END;
CREATE TRIGGER failing_of_changed_record AFTER UPDATE OF doc ON governance_records BEGIN
  DELETE FROM failing_automations WHERE automation_id = NEW.automation_id;
  INSERT INTO failing_automations SELECT * FROM critical_findings WHERE automation_id = NEW.automation_id;
END;
INSERT INTO failing_automations SELECT * FROM critical_findings;
`,
} as const;
