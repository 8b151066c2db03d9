import { type Grant, grantSchema } from '../../../shared/contract/governance';
import { type DocumentKind, documentsOf, writeOf } from '../../kernel/store/documents';
import type { DatabaseSync } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';

/** Reads of grants. */
export interface GrantsReader {
  find(grantId: string): Grant | undefined;
  /** Those of an automation, revoked ones included, the oldest first. */
  of(automationId: string): readonly Grant[];
  /** Unrevoked ones that this agent has, by automation. */
  heldBy(agentId: string, limit: number): readonly Grant[];
  /** The unrevoked grant that lets this agent modify this automation. */
  findModify(automationId: string, agentId: string): Grant | undefined;
}

/** Reads and writes of grants. */
export interface Grants extends GrantsReader {
  save(grant: Grant): void;
  /** Removes the grants of an automation; only an import that replaces them does. */
  removeOf(automationId: string): void;
}

/** How grants are stored. */
export const grantKind: DocumentKind<Grant> = {
  table: 'grants',
  key: ['grant_id'],
  columns: 'grant_id, doc',
  schema: grantSchema,
  named: ({ grantId }) => [grantId],
};

/** The grants in this database. */
export function createGrants(database: DatabaseSync, unreadable = createUnreadableRows()): Grants {
  const documents = documentsOf(database, unreadable, grantKind);
  const findModify = documents.many(
    `SELECT grant_id, doc FROM grants INDEXED BY grants_to_agent
     WHERE agent_id = ? AND automation_id = ? AND revoked_at_ms IS NULL`,
  );
  return {
    find: documents.find,
    save: documents.save,
    removeOf: writeOf(database, 'DELETE FROM grants WHERE automation_id = ?'),
    of: documents.many('SELECT grant_id, doc FROM grants WHERE automation_id = ? ORDER BY created_at_ms, grant_id'),
    heldBy: documents.many(
      'SELECT grant_id, doc FROM grants WHERE agent_id = ? AND revoked_at_ms IS NULL ORDER BY automation_id LIMIT ?',
    ),
    findModify: (automationId, agentId) =>
      findModify(agentId, automationId).find(
        ({ grantKind, grantedTo }) => grantKind === 'modify' && grantedTo.kind === 'agent',
      ),
  };
}
