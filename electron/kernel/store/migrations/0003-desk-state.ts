/** What the desk itself has to remember, and the audit log by what its rows are and by who did them. */
export const deskState = {
  id: 3,
  name: 'desk state',
  sql: `
-- One JSON document by name for what belongs to no entity: what "pause all" has to undo, fields of an import that we do not know.
CREATE TABLE kept (
  name TEXT PRIMARY KEY,
  doc TEXT NOT NULL CHECK (json_valid(doc))
) STRICT;
CREATE INDEX audit_by_type ON audit_log (event_type, seq);
CREATE INDEX audit_by_actor ON audit_log (coalesce(actor ->> '$.actorId', actor ->> '$.source'), seq);
`,
} as const;
