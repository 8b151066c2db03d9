import { type FileRecord, fileRecordSchema } from '../../shared/state-file';
import { documentsOf } from './documents';
import type { DatabaseSync } from './sqlite';

/** Reads of the custody records that wait for their definition (spec/governance.md section 15), each with its grants. */
export interface UnadoptedRecordsReader {
  find(automationId: string): FileRecord | undefined;
  /** By id, those after it. */
  listAfter(automationId: string, limit: number): readonly FileRecord[];
}

/** Reads and writes of the custody records that wait for their definition. */
export interface UnadoptedRecords extends UnadoptedRecordsReader {
  save(record: FileRecord): void;
  remove(automationId: string): void;
}

/** The custody records in this database that wait for their definition. */
export function createUnadoptedRecords(database: DatabaseSync): UnadoptedRecords {
  const documents = documentsOf(database, fileRecordSchema);
  const upsert = database.prepare(
    `INSERT INTO unadopted_records (automation_id, doc) VALUES (?, ?)
     ON CONFLICT (automation_id) DO UPDATE SET doc = excluded.doc`,
  );
  const remove = database.prepare('DELETE FROM unadopted_records WHERE automation_id = ?');
  return {
    find: documents.one('SELECT doc FROM unadopted_records WHERE automation_id = ?'),
    listAfter: documents.many(
      'SELECT doc FROM unadopted_records WHERE automation_id > ? ORDER BY automation_id LIMIT ?',
    ),
    save(record) {
      upsert.run(record.automationId, JSON.stringify(record));
    },
    remove(automationId) {
      remove.run(automationId);
    },
  };
}
