/** A call is found by its engine’s id of it, so that what is told again is not told twice (spec/sessions.md section 2). */
export const callsById = {
  id: 18,
  name: 'calls by id',
  sql: `
CREATE INDEX session_calls_by_id ON session_calls (run_id, tool_use_id) WHERE tool_use_id IS NOT NULL;
`,
} as const;
