/**
 * Approvals by what never changes, by what waits, and by when they were settled: deciding one moves it once, out of what waits and into
 * what is settled, and touches no other index. What waits is little, so its one index has all that is asked of it.
 */
export const whatWaits = {
  id: 27,
  name: 'what waits',
  sql: `
DROP INDEX approvals_by_deadline;
DROP INDEX approvals_by_update;
DROP INDEX approvals_by_status;
DROP INDEX approvals_by_type;
DROP INDEX approvals_by_type_and_status;
DROP INDEX approvals_settled;
DROP INDEX approvals_by_agent;
DROP INDEX approvals_about_agent;
DROP INDEX approvals_about_target;
DROP INDEX approvals_tool_calls;
DROP INDEX approvals_tool_calls_by_time;
DROP INDEX approvals_pending_by_token;
DROP INDEX approvals_waiting_of_session;
DROP INDEX approvals_missed;
DROP INDEX approvals_one_pending;
DROP INDEX approvals_pending_of_system;

-- Using an approval changes it once more, but it was settled when it was decided.
ALTER TABLE approvals ADD COLUMN settled_at_ms INTEGER
  GENERATED ALWAYS AS (iif(status = 'pending', NULL, coalesce(reviewed_at_ms, updated_at_ms)));
CREATE INDEX approvals_settled ON approvals (settled_at_ms, row_id, status, request_type) WHERE status <> 'pending';
CREATE INDEX approvals_missed ON approvals (settled_at_ms, row_id)
  WHERE ((status = 'cancelled' AND cancel_reason GLOB 'Nobody decided in Gatehouse within *')
  OR (status = 'expired' AND waiting_until_ms IS NOT NULL));

-- The ends of what is long, so that few pages hold all that waits: enough to leave out what is another one.
ALTER TABLE approvals ADD COLUMN token_mark TEXT GENERATED ALWAYS AS (substr(token_key, -8));
ALTER TABLE approvals ADD COLUMN session_mark TEXT GENERATED ALWAYS AS (substr(session_run_id, -8));
ALTER TABLE approvals ADD COLUMN duplicate_mark TEXT GENERATED ALWAYS AS (substr(duplicate_key, -8));
CREATE INDEX approvals_by_deadline ON approvals (expires_at_ms, row_id, request_type, requested_by_id, token_mark, session_mark,
  duplicate_mark) WHERE status = 'pending';

CREATE INDEX approvals_by_type ON approvals (request_type, row_id, created_at_ms, target_id, requested_by_id);
CREATE INDEX approvals_by_agent ON approvals (requested_by_id, row_id) WHERE requested_by_kind = 'agent';
CREATE INDEX approvals_about_agent ON approvals (target_id, row_id) WHERE target_type = 'agent';

-- What is approved beforehand, and what is asked about an agent or an automation; never a tool call.
CREATE INDEX approvals_about_target ON approvals (target_type, target_id, request_type, status, row_id)
  WHERE target_type = 'agent' OR target_type = 'automation';

-- Whoever asks does not wait until the words are in their index (nouns/approvals/store-words.ts).
DROP TRIGGER approvals_text_added;
`,
} as const;
