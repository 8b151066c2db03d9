/** When it was told last that an agent's window of its plan is used up to where its sessions stop (spec/sessions.md section 4). */
export const planStops = {
  id: 24,
  name: 'plan stops',
  sql: 'ALTER TABLE session_quotas ADD COLUMN stop_told_at_ms INTEGER;',
} as const;
