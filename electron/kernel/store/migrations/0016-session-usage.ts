/**
 * What sources have said that sessions used (spec/sessions.md section 4): under each of their marks, together by source and part, what
 * was charged for it, and how far transcripts have been read.
 */
export const sessionUsage = {
  id: 16,
  name: 'session usage',
  sql: `
CREATE TABLE session_marks (
  owner TEXT NOT NULL,
  source TEXT NOT NULL,
  mark TEXT NOT NULL,
  session_key TEXT NOT NULL,
  model TEXT NOT NULL,
  part TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_nanos INTEGER,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, source, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_marks_by_age ON session_marks (at_ms);

CREATE TABLE session_sources (
  session_key TEXT NOT NULL,
  model TEXT NOT NULL,
  source TEXT NOT NULL,
  part TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_nanos INTEGER,
  PRIMARY KEY (session_key, model, source, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_charges (
  session_key TEXT NOT NULL,
  model TEXT NOT NULL,
  charged_nanos INTEGER NOT NULL,
  basis TEXT NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  PRIMARY KEY (session_key, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_transcripts (
  file TEXT PRIMARY KEY,
  read_bytes INTEGER NOT NULL,
  state TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const;
