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
  const { find, many, save, remove } = documentsOf(database, unreadable, unadoptedRecordKind);
  return {
    find,
    listAfter: many(
      'SELECT automation_id, doc FROM unadopted_records WHERE automation_id > ? ORDER BY automation_id LIMIT ?',
    ),
    save,
    remove,
  };
}
