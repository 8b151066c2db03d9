/** The run alone that a spend override is for, where the operator chose that. */
export const runOverrides = {
  id: 10,
  name: 'run overrides',
  sql: `
ALTER TABLE approvals ADD COLUMN only_run_id TEXT;
`,
} as const;
