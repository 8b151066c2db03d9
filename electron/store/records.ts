import { type GovernanceRecord, governanceRecordSchema } from '../../shared/governance';
import { documentsOf, instantOf, numberOf, textsOf } from './documents';
import type { DatabaseSync } from './sqlite';

/** Reads of the custody records of automations. */
export interface RecordsReader {
  find(automationId: string): GovernanceRecord | undefined;
  /** Automations that this agent created since then, deleted ones included. */
  createdSince(agentId: string, sinceMs: number): number;
  /** Automations that agents created and that are neither deleted nor retired; counts no further than `most`. */
  activeByAgents(most: number): number;
  activeOf(agentId: string): number;
  /** By id, those after it with a review, findings, an expiry that is over, or retired; those of deleted ones left out. */
  needingLook(afterAutomationId: string, limit: number): readonly GovernanceRecord[];
  /** Agents whose custody an automation is in, in the order of section 8: its creator, then the oldest ancestor on. */
  lineageAgents(automationId: string): readonly string[];
  /** The agent that created an automation; undefined when none did. */
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
}

const isToExpire =
  'expires_at_ms IS NOT NULL AND expired_at_ms IS NULL AND retired_at_ms IS NULL AND deleted_at_ms IS NULL';

const isActive = 'creator_agent_id IS NOT NULL AND deleted_at_ms IS NULL AND retired_at_ms IS NULL';

/** The custody records in this database. */
export function createRecords(database: DatabaseSync): Records {
  const documents = documentsOf(database, governanceRecordSchema);
  const upsert = database.prepare(
    `INSERT INTO governance_records (automation_id, doc) VALUES (?, ?)
     ON CONFLICT (automation_id) DO UPDATE SET doc = excluded.doc`,
  );
  const creatorAgent = textsOf(
    database,
    `SELECT creator_agent_id AS value FROM governance_records
     WHERE automation_id = ? AND creator_agent_id IS NOT NULL`,
  );
  return {
    creatorAgent: (automationId) => creatorAgent(automationId)[0],
    find: documents.one('SELECT doc FROM governance_records WHERE automation_id = ?'),
    createdSince: numberOf(
      database,
      'SELECT count(*) AS value FROM governance_records WHERE creator_agent_id = ? AND created_at_ms > ?',
    ),
    activeByAgents: numberOf(
      database,
      `SELECT count(*) AS value FROM
       (SELECT 1 FROM governance_records INDEXED BY records_active_by_agents WHERE ${isActive} LIMIT ?)`,
    ),
    activeOf: numberOf(
      database,
      'SELECT coalesce(max(automations), 0) AS value FROM active_automations WHERE agent_id = ?',
    ),
    needingLook: documents.many(
      `SELECT doc FROM governance_records INDEXED BY records_needing_look
       WHERE needs_look = 1 AND deleted_at_ms IS NULL AND automation_id > ? ORDER BY automation_id LIMIT ?`,
    ),
    lineageAgents: textsOf(
      database,
      `SELECT agent_id AS value FROM automation_agents WHERE automation_id = ? AND part = 'lineage'
       ORDER BY place, agent_id`,
    ),
    agentsOf: textsOf(
      database,
      'SELECT DISTINCT agent_id AS value FROM automation_agents WHERE automation_id = ? ORDER BY agent_id',
    ),
    automationsOf: textsOf(
      database,
      'SELECT DISTINCT automation_id AS value FROM automation_agents WHERE agent_id = ? ORDER BY automation_id',
    ),
    listAfter: documents.many(
      'SELECT doc FROM governance_records WHERE automation_id > ? ORDER BY automation_id LIMIT ?',
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
    expiring: documents.many(
      `SELECT doc FROM governance_records INDEXED BY records_by_expiry
       WHERE expires_at_ms > ? AND expires_at_ms <= ? AND ${isToExpire} ORDER BY expires_at_ms LIMIT ?`,
    ),
    save(record) {
      upsert.run(record.automationId, JSON.stringify(record));
    },
  };
}
