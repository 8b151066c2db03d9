/** Which call of the engine a row is about, and whether the engine's second question about it was answered (spec/sessions.md section 2). */
export const callsToldApart = {
  id: 17,
  name: 'calls told apart',
  sql: `
ALTER TABLE session_calls ADD COLUMN tool_use_id TEXT;
ALTER TABLE session_calls ADD COLUMN repeated_at_ms INTEGER;
`,
} as const;
