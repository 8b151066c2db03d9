/**
 * A sum of every row, so that a row which was changed behind the app's back is named (spec/governance.md section 13). The
 * connections of the app keep them (store/row-sums.ts); what anyone else writes has none, or another one.
 */
export const rowSums = {
  id: 14,
  name: 'row sums',
  sql: `
CREATE TABLE row_sums (
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (table_name, row_key)
) STRICT, WITHOUT ROWID;
`,
} as const;
