import { numberOf } from '../../kernel/store/documents';
import type { DatabaseSync } from '../../kernel/store/sqlite';
import { INDEXED_AT_ONCE, textsIn } from '../../kernel/store/words';

/** What is done and where, in SQL: the paths, the command and the folder of an approval's act. */
const act = `concat_ws(' ', iif(json_valid(action) AND action ->> '$.command' IS NOT NULL, 'run', NULL),
  ${textsIn('action')}, iif(json_valid(context), context ->> '$.cwd', NULL))`;

/** Whether the index over the words of approvals is behind them. */
export interface ApprovalWordsReader {
  isBehind(): boolean;
}

/** The index over the words of approvals, which is filled beside what is asked of Gatehouse and not by it (decision 0039). */
export interface ApprovalWords extends ApprovalWordsReader {
  /** Puts the words of the next approvals into the index, and answers how many that were. */
  index(): number;
}

/** The index in this database. */
export function createApprovalWords(database: DatabaseSync): ApprovalWords {
  const newest = numberOf(database, 'SELECT max(row_id) AS value FROM approvals');
  const indexed = numberOf(database, 'SELECT rowid AS value FROM approvals_text ORDER BY rowid DESC LIMIT 1');
  const add = database.prepare(
    `INSERT INTO approvals_text (rowid, who, kind, thing, why, act)
     SELECT row_id, coalesce(requested_by_id, requested_by_source, ''), target_type, target_id, rationale, ${act}
     FROM approvals WHERE row_id > ? ORDER BY row_id LIMIT ?`,
  );
  return {
    isBehind: () => newest() > indexed(),
    index: () => add.run(indexed(), INDEXED_AT_ONCE).changes,
  };
}
