/**
 * The sums of rows that were written lately, in the order in which they were written, so that a commit writes all of its sums at one
 * place. They are moved to the others beside what is asked (store/row-sums.ts).
 */
export const recentSums = {
  id: 28,
  name: 'recent sums',
  sql: `
CREATE TABLE row_sums_recent (
  place INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,
  -- NULL for a row that was removed.
  sum INTEGER
) STRICT;
`,
} as const;
