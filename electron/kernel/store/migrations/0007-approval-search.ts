/**
 * The words of approvals: who asked for what, and why. They never change once asked, so deciding writes nothing here. The index
 * keeps no copy of the texts, only where each word is.
 */
export const approvalSearch = {
  id: 7,
  name: 'approval search',
  sql: `
CREATE VIRTUAL TABLE approvals_text USING fts5 (who, kind, thing, why,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO approvals_text (rowid, who, kind, thing, why)
  SELECT row_id, coalesce(requested_by_id, requested_by_source, ''), target_type, target_id, rationale FROM approvals;
CREATE TRIGGER approvals_text_added AFTER INSERT ON approvals BEGIN
  INSERT INTO approvals_text (rowid, who, kind, thing, why)
    VALUES (new.row_id, coalesce(new.requested_by_id, new.requested_by_source, ''), new.target_type, new.target_id, new.rationale);
END;
CREATE TRIGGER approvals_text_removed AFTER DELETE ON approvals BEGIN
  DELETE FROM approvals_text WHERE rowid = old.row_id;
END;
`,
} as const;
