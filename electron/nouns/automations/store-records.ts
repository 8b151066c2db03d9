import { type GovernanceRecord, governanceRecordSchema } from '../../../shared/contract/governance';
import { SESSIONS_ENDING } from '../../../shared/contract/session';
import { type DocumentKind, documentsOf, instantOf, numberOf, textsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows, ifReadable } from '../../kernel/store/unreadable';

/** Reads of the custody records of automations. */
export interface RecordsReader {
  find(automationId: string): GovernanceRecord | undefined;
  /** Automations that this agent created at that instant or later, deleted ones included. */
  createdSince(agentId: string, sinceMs: number): number;
  /** Automations that agents created and that are neither deleted nor retired; counts no further than `most`. */
  activeByAgents(most: number): number;
  activeOf(agentId: string): number;
  /** By id, those after it with a review, findings, an expiry that is over, or retired; those of deleted ones left out. */
  needingLook(afterAutomationId: string, limit: number): readonly GovernanceRecord[];
  /** Agents whose custody an automation is in, in the order of section 8: its creator, then the oldest ancestor on. */
  lineageAgents(automationId: string): readonly string[];
  /** The agent that created an automation; undefined when none did, or its record is no JSON. */
  creatorAgent(automationId: string): string | undefined;
  /** Agents in the lineage or the flow of an automation. */
  agentsOf(automationId: string): readonly string[];
  /** Automations in whose lineage or flow this agent is. */
  automationsOf(agentId: string): readonly string[];
  /** By id, those after it; those of deleted and purged automations as well. */
  listAfter(automationId: string, limit: number): readonly GovernanceRecord[];
  /** When the next automation expires that has not yet. */
  nextExpiry(): number | undefined;
  /** When the first one expires after that instant that has not yet. */
  nextExpiryAfter(atMs: number): number | undefined;
  /** Those that expire after the one instant and until the other, and have not yet; the earliest first. */
  expiring(afterMs: number, untilMs: number, limit: number): readonly GovernanceRecord[];
}

/** Reads and writes of custody records. */
export interface Records extends RecordsReader {
  save(record: GovernanceRecord): void;
  /** Only an import does, where one without a definition takes the place of a purged automation's. */
  remove(automationId: string): void;
}

const isToExpire =
  'expires_at_ms IS NOT NULL AND expired_at_ms IS NULL AND retired_at_ms IS NULL AND deleted_at_ms IS NULL';

/** Not one that stands for the sessions of an engine, which nobody decided to create. */
const isCreated = `automation_id NOT LIKE '%${SESSIONS_ENDING}'`;

/** How custody records are stored. */
export const recordKind: DocumentKind<GovernanceRecord> = {
  table: 'governance_records',
  key: ['automation_id'],
  columns: 'automation_id, doc',
  schema: governanceRecordSchema,
  named: ({ automationId }) => [automationId],
};

/** The custody records in this database. */
export function createRecords(database: DatabaseSync, unreadable = createUnreadableRows()): Records {
  const documents = documentsOf(database, unreadable, recordKind);
  const { find, save, remove } = documents;
  /** Reads the records of which an index alone has answered the ids, so that none keeps the others from being listed. */
  const eachOf = (idsSql: string) => {
    const ids = database.prepare(idsSql);
    return (...values: SqlValue[]) =>
      (ids.all(...values) as SqlRow[]).flatMap(({ automation_id: automationId }) => {
        return ifReadable(() => find(automationId ?? null)) ?? [];
      });
  };
  const creatorAgent = database.prepare(
    `SELECT iif(json_valid(doc), creator_agent_id, NULL) AS value FROM governance_records WHERE automation_id = ?`,
  );
  const createdByAgents = numberOf(database, 'SELECT coalesce(sum(created), 0) AS value FROM active_automations');
  const agentsOf = textsOf(database, 'SELECT agent_id AS value FROM automation_agents WHERE automation_id = ?');
  return {
    creatorAgent(automationId) {
      const agentId = creatorAgent.get(automationId)?.['value'];
      return typeof agentId === 'string' ? agentId : undefined;
    },
    find,
    save,
    remove,
    createdSince: numberOf(
      database,
      `SELECT count(*) AS value FROM governance_records
       WHERE creator_agent_id = ? AND created_at_ms >= ? AND ${isCreated}`,
    ),
    activeByAgents: (most) => Math.min(most, createdByAgents()),
    activeOf: numberOf(
      database,
      'SELECT coalesce(max(automations), 0) AS value FROM active_automations WHERE agent_id = ?',
    ),
    needingLook: eachOf(
      `SELECT automation_id FROM governance_records INDEXED BY records_needing_look
       WHERE needs_look = 1 AND deleted_at_ms IS NULL AND automation_id > ? ORDER BY automation_id LIMIT ?`,
    ),
    lineageAgents: textsOf(
      database,
      `SELECT agent_id AS value FROM automation_agents WHERE automation_id = ? AND part = 'lineage'
       ORDER BY place, agent_id`,
    ),
    agentsOf: (automationId) => [...new Set(agentsOf(automationId))].toSorted(),
    automationsOf: textsOf(
      database,
      'SELECT DISTINCT automation_id AS value FROM automation_agents WHERE agent_id = ? ORDER BY automation_id',
    ),
    listAfter: documents.many(
      'SELECT automation_id, doc FROM governance_records WHERE automation_id > ? ORDER BY automation_id LIMIT ?',
    ),
    nextExpiry: instantOf(
      database,
      `SELECT min(expires_at_ms) AS value FROM governance_records INDEXED BY records_by_expiry
       WHERE ${isToExpire}`,
    ),
    nextExpiryAfter: instantOf(
      database,
      `SELECT min(expires_at_ms) AS value FROM governance_records INDEXED BY records_by_expiry
       WHERE expires_at_ms > ? AND ${isToExpire}`,
    ),
    expiring: eachOf(
      `SELECT automation_id FROM governance_records INDEXED BY records_by_expiry
       WHERE expires_at_ms > ? AND expires_at_ms <= ? AND ${isToExpire} ORDER BY expires_at_ms LIMIT ?`,
    ),
  };
}
