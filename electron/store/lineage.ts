import { z } from 'zod';
import { keptChainSchema } from '../../shared/agent';
import type { LineageAutomation } from '../../shared/contract-lineage';
import type { DatabaseSync, SqlRow } from './sqlite';

const idsSchema = z.array(z.string());
const chainsSchema = z.array(keptChainSchema);

/** An agent with its week's spend, as it was last written. */
export type AgentPlace = {
  readonly agentId: string;
  readonly ancestorIds: readonly string[];
  /** Every chain that is kept for it but the longest. */
  readonly otherChains: readonly (readonly string[])[];
  readonly isPaused: boolean;
  /** Whether its spend stopped it when it was last counted; it may be over since. */
  readonly isMarkedSpendPaused: boolean;
  readonly isReviewRequired: boolean;
  readonly lastSeenAtMs: number;
  readonly weekStartMs: number | undefined;
  readonly weekCostNanos: number;
  readonly ownCapNanos: number | undefined;
};

/** Reads of who created what, without reading anything whole: a picture needs many of them at once. */
export interface LineageReader {
  /** The most recently seen first. */
  agents(limit: number): readonly AgentPlace[];
  /** The newest updated first; deleted ones left out. */
  automations(limit: number): readonly LineageAutomation[];
}

/** The lineage in this database. */
export function createLineage(database: DatabaseSync): LineageReader {
  const agents = database.prepare(
    `SELECT agents.agent_id AS agentId, agents.doc ->> '$.ancestorIds' AS ancestorIds,
       agents.doc ->> '$.chains' AS chains, paused_at_ms AS pausedAtMs,
       spend_paused_at_ms AS spendPausedAtMs, review_required AS isReviewRequired, last_seen_at_ms AS lastSeenAtMs,
       window_start_ms AS weekStartMs, cost_nanos AS weekCostNanos,
       agents.doc ->> '$.overrides.weeklySpendCapNanos' AS ownCapNanos
     FROM agents LEFT JOIN spend_windows ON spend_windows.agent_id = agents.agent_id AND kind = 'weekly'
     ORDER BY last_seen_at_ms DESC, agents.agent_id DESC LIMIT ?`,
  );
  const automations = database.prepare(
    `SELECT automation_id AS automationId, automations.doc ->> '$.name' AS name, status,
       creator_agent_id AS creatorAgentId, retired_at_ms AS retiredAtMs, expired_at_ms AS expiredAtMs,
       governance_records.doc ->> '$.pausedForLifecycle' AS isPaused,
       governance_records.doc ->> '$.reviewRequired' AS isReviewRequired
     FROM automations INDEXED BY automations_by_update JOIN governance_records USING (automation_id)
     WHERE automations.deleted_at_ms IS NULL ORDER BY automations.updated_at_ms DESC, automation_id DESC LIMIT ?`,
  );
  return {
    agents: (limit) => agents.all(limit).map((row) => agentOf(row as SqlRow)),
    automations: (limit) => automations.all(limit).map((row) => automationOf(row as SqlRow)),
  };
}

function agentOf(row: SqlRow): AgentPlace {
  return {
    agentId: String(row['agentId']),
    ancestorIds: idsSchema.parse(JSON.parse(String(row['ancestorIds']))),
    otherChains: chainsSchema
      .parse(JSON.parse(String(row['chains'] ?? '[]')))
      .slice(1)
      .map((chain) => chain.ancestorIds),
    isPaused: row['pausedAtMs'] !== null,
    isMarkedSpendPaused: row['spendPausedAtMs'] !== null,
    isReviewRequired: row['isReviewRequired'] === 1,
    lastSeenAtMs: Number(row['lastSeenAtMs']),
    weekStartMs: row['weekStartMs'] === null ? undefined : Number(row['weekStartMs']),
    weekCostNanos: Number(row['weekCostNanos'] ?? 0),
    ownCapNanos: row['ownCapNanos'] === null ? undefined : Number(row['ownCapNanos']),
  };
}

function automationOf(row: SqlRow): LineageAutomation {
  const creator = row['creatorAgentId'];
  const lifecycle =
    row['retiredAtMs'] !== null
      ? 'retired'
      : row['expiredAtMs'] !== null
        ? 'expired'
        : row['isPaused'] === 1
          ? 'paused'
          : undefined;
  return {
    automationId: String(row['automationId']),
    name: String(row['name']),
    status: row['status'] as LineageAutomation['status'],
    ...(typeof creator === 'string' && { creatorAgentId: creator }),
    ...(lifecycle !== undefined && { lifecycle }),
    isReviewRequired: row['isReviewRequired'] === 1,
  };
}
