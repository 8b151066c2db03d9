/** The requests that went back unanswered, for the list and the count of them (spec/sessions.md section 7). */
export const missedApprovals = {
  id: 23,
  name: 'missed approvals',
  sql: `
CREATE INDEX approvals_missed ON approvals (updated_at_ms, row_id)
  WHERE ((status = 'cancelled' AND cancel_reason GLOB 'Nobody decided in Gatehouse within *')
  OR (status = 'expired' AND waiting_until_ms IS NOT NULL));
`,
} as const;
