import type { DatabaseSync } from '../../kernel/store/sqlite';
import { INDEXED_AT_ONCE, textsIn } from '../../kernel/store/words';

/** The id that a row names, as this version writes it or as older ones did, in SQL. */
const idIn = (name: string) =>
  `iif(json_valid(payload), coalesce(payload ->> '$.${name}ID', payload ->> '$.${name}_id'), NULL)`;

/** A row with all that it is about: of a decision the act, of a run the name of its automation. */
const wordsOfRow = `concat_ws(' ', ${textsIn('actor')}, ${textsIn('payload')},
  (SELECT concat_ws(' ', requested_by_id, target_type, target_id, rationale, ${textsIn('action')},
     iif(json_valid(context), context ->> '$.cwd', NULL)) FROM approvals WHERE approval_id = ${idIn('approval')}),
  (SELECT iif(json_valid(doc), doc ->> '$.name', NULL) FROM automations WHERE automation_id = ${idIn('automation')}))`;

/** The index over the words of the log, which is filled beside what is asked of Gatehouse and not by it. */
export interface AuditWords {
  /** The newest row whose words are in the index; 0 for none. */
  indexedSeq(): number;
  /** Puts the words of the next rows into the index, and answers how many rows that were. */
  index(): number;
}

/** The index in this database. */
export function createAuditWords(database: DatabaseSync): AuditWords {
  const newest = database.prepare('SELECT rowid AS seq FROM audit_text ORDER BY rowid DESC LIMIT 1');
  const indexedSeq = () => Number(newest.get()?.['seq'] ?? 0);
  const add = database.prepare(
    `INSERT INTO audit_text (rowid, type, words)
     SELECT seq, substr(event_type, ${'automation.governance.'.length + 1}), ${wordsOfRow} FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  return {
    indexedSeq,
    index: () => add.run(indexedSeq(), INDEXED_AT_ONCE).changes,
  };
}
