/** With which token a request was asked, and what an engine asks twice. */
export const approvalsByToken = {
  id: 11,
  name: 'approvals by token',
  sql: `
ALTER TABLE approvals ADD COLUMN token_key TEXT;
CREATE INDEX approvals_pending_by_token ON approvals (token_key) WHERE status = 'pending' AND token_key IS NOT NULL;
-- Not unique: the versions before this one took the same request of an engine any number of times.
CREATE INDEX approvals_pending_of_system ON approvals (requested_by_source, duplicate_key)
  WHERE status = 'pending' AND requested_by_kind = 'system';
`,
} as const;
