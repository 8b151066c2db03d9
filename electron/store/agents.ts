import { z } from 'zod';
import type { DatabaseSync } from './sqlite';

const ancestorsSchema = z.array(z.string());

/** Reads of what is known of agents. */
export interface AgentsReader {
  /** The ancestor chain that is kept for an agent, oldest first; empty for one never seen. */
  lineage(agentId: string): readonly string[];
}

/** Reads and writes of what is known of agents. */
export interface Agents extends AgentsReader {
  keepLineage(agentId: string, ancestorIds: readonly string[], now: number): void;
}

/** The agents in this database. */
export function createAgents(database: DatabaseSync): Agents {
  const find = database.prepare('SELECT ancestor_ids FROM agents WHERE agent_id = ?');
  const upsert = database.prepare(
    `INSERT INTO agents (agent_id, ancestor_ids, first_seen_at_ms) VALUES (?, ?, ?)
     ON CONFLICT (agent_id) DO UPDATE SET ancestor_ids = excluded.ancestor_ids`,
  );
  return {
    lineage(agentId) {
      const row = find.get(agentId);
      return row === undefined ? [] : ancestorsSchema.parse(JSON.parse(String(row['ancestor_ids'])));
    },
    keepLineage(agentId, ancestorIds, now) {
      upsert.run(agentId, JSON.stringify(ancestorIds), now);
    },
  };
}
