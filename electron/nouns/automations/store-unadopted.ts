import { type FileRecord, fileRecordSchema } from '../../../shared/contract/state-file';
import { type DocumentKind, documentsOf } from '../../kernel/store/documents';
import type { DatabaseSync } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';

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

/** How custody records that wait for their definition are stored. */
export const unadoptedRecordKind: DocumentKind<FileRecord> = {
  table: 'unadopted_records',
  key: ['automation_id'],
  columns: 'automation_id, doc',
  schema: fileRecordSchema,
  named: ({ automationId }) => [automationId],
};

/** The custody records in this database that wait for their definition. */
export function createUnadoptedRecords(database: DatabaseSync, unreadable = createUnreadableRows()): UnadoptedRecords {
  const documents = documentsOf(database, unreadable, unadoptedRecordKind);
  const upsert = database.prepare(
    `INSERT INTO unadopted_records (automation_id, doc) VALUES (?, ?)
     ON CONFLICT (automation_id) DO UPDATE SET doc = excluded.doc`,
  );
  const remove = database.prepare('DELETE FROM unadopted_records WHERE automation_id = ?');
  return {
    find: documents.one('SELECT automation_id, doc FROM unadopted_records WHERE automation_id = ?'),
    listAfter: documents.many(
      'SELECT automation_id, doc FROM unadopted_records WHERE automation_id > ? ORDER BY automation_id LIMIT ?',
    ),
    save(record) {
      upsert.run(record.automationId, JSON.stringify(record));
    },
    remove(automationId) {
      remove.run(automationId);
    },
  };
}
