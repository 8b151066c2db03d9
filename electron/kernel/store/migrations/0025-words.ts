/** The texts in a JSON document, in SQL: of a large one its beginning as it is written, for what names an act stands there. */
const textsIn = (
  json: string,
) => `iif(NOT json_valid(${json}) OR octet_length(${json}) > 65536, substr(${json}, 1, 4000),
  (SELECT group_concat(substr(value, 1, 500), ' ') FROM json_tree(${json}) WHERE type = 'text'))`;

const folderIn = (context: string) => `iif(json_valid(${context}), ${context} ->> '$.cwd', NULL)`;

/** What is done and where, in SQL: the paths, the command and the folder of an approval's act. */
const actOf = (
  row: string,
) => `concat_ws(' ', iif(json_valid(${row}action) AND ${row}action ->> '$.command' IS NOT NULL, 'run', NULL),
  ${textsIn(`${row}action`)}, ${folderIn(`${row}context`)})`;

const approvalWords = (
  row: string,
) => `${row}row_id, coalesce(${row}requested_by_id, ${row}requested_by_source, ''), ${row}target_type,
  ${row}target_id, ${row}rationale, ${actOf(row)}`;

const sessionWords = (
  row: string,
) => `concat_ws(' ', ${row}doc ->> '$.session.title', ${row}doc ->> '$.session.workspace',
  ${row}doc ->> '$.session.branch', ${row}doc ->> '$.session.engine', ${row}doc ->> '$.automationId', ${row}run_id)`;

const options = `content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'`;

/**
 * The words of everything that is searched: of approvals now also the act and its folder, of sessions what they are called and where
 * they work, of the audit log what each row is about. The indexes keep no copy of the texts, only where each word is. That of the log
 * is filled later, a piece at a time, because every commit writes there (nouns/audit/store-words.ts).
 */
export const words = {
  id: 25,
  name: 'words',
  sql: `
DROP TRIGGER approvals_text_added;
DROP TRIGGER approvals_text_removed;
DROP TABLE approvals_text;
CREATE VIRTUAL TABLE approvals_text USING fts5 (who, kind, thing, why, act, ${options});
INSERT INTO approvals_text (rowid, who, kind, thing, why, act) SELECT ${approvalWords('')} FROM approvals;
CREATE TRIGGER approvals_text_added AFTER INSERT ON approvals BEGIN
  INSERT INTO approvals_text (rowid, who, kind, thing, why, act) SELECT ${approvalWords('new.')};
END;
CREATE TRIGGER approvals_text_removed AFTER DELETE ON approvals BEGIN
  DELETE FROM approvals_text WHERE rowid = old.row_id;
END;

CREATE VIRTUAL TABLE sessions_text USING fts5 (words, ${options});
INSERT INTO sessions_text (rowid, words)
  SELECT row_id, ${sessionWords('')} FROM runs INDEXED BY sessions_all WHERE run_id = session_run_id;
CREATE TRIGGER sessions_text_added AFTER INSERT ON runs WHEN new.run_id = new.session_run_id BEGIN
  INSERT INTO sessions_text (rowid, words) VALUES (new.row_id, ${sessionWords('new.')});
END;
CREATE TRIGGER sessions_text_changed AFTER UPDATE OF doc ON runs
  WHEN new.run_id = new.session_run_id AND json_valid(old.doc) AND ${sessionWords('new.')} <> ${sessionWords('old.')} BEGIN
  DELETE FROM sessions_text WHERE rowid = old.row_id;
  INSERT INTO sessions_text (rowid, words) VALUES (new.row_id, ${sessionWords('new.')});
END;
CREATE TRIGGER sessions_text_removed AFTER DELETE ON runs WHEN old.run_id = old.session_run_id BEGIN
  DELETE FROM sessions_text WHERE rowid = old.row_id;
END;

CREATE VIRTUAL TABLE audit_text USING fts5 (type, words,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
`,
} as const;
