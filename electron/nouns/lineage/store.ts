import type { LineageAutomation } from '../../../shared/contract/lineage';
import { defined } from '../../../shared/kernel/fields';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { type KnownAgent } from '../agents/known-agent';
import { type AgentsReader, createAgents } from '../agents/store';

/** An agent with its week's spend, as it was last written. */
export type LineageMember = {
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

/** Reads of who created what, without reading anything large: a picture needs many of them at once. */
export interface LineageReader {
  /** The most recently seen first. */
  agents(limit: number): readonly LineageMember[];
  /** The newest updated first; deleted ones left out. */
  automations(limit: number): readonly LineageAutomation[];
}

/** The lineage in this database. */
export function createLineage(
  database: DatabaseSync,
  knownAgents: Pick<AgentsReader, 'list'> = createAgents(database),
): LineageReader {
  const week = database.prepare(
    `SELECT window_start_ms AS startMs, cost_nanos AS costNanos FROM spend_windows
     WHERE agent_id = ? AND kind = 'weekly' AND json_valid(doc)`,
  );
  const agentOf = (agent: KnownAgent): LineageMember => {
    const { startMs, costNanos } = (week.get(agent.agentId) as SqlRow | undefined) ?? {};
    return {
      agentId: agent.agentId,
      ancestorIds: agent.ancestorIds,
      otherChains: (agent.chains ?? []).slice(1).map((chain) => chain.ancestorIds),
      isPaused: agent.pausedAtMs !== undefined,
      isMarkedSpendPaused: agent.spendPausedAtMs !== undefined,
      isReviewRequired: agent.review?.reviewRequired === true,
      lastSeenAtMs: agent.lastSeenAtMs,
      weekStartMs: typeof startMs === 'number' ? startMs : undefined,
      weekCostNanos: typeof costNanos === 'number' ? costNanos : 0,
      ownCapNanos: agent.overrides.weeklySpendCapNanos,
    };
  };
  const automations = database.prepare(
    `SELECT automation_id AS automationId, automations.doc ->> '$.name' AS name, status,
       creator_agent_id AS creatorAgentId, retired_at_ms AS retiredAtMs, expired_at_ms AS expiredAtMs,
       governance_records.doc ->> '$.pausedForLifecycle' AS isPaused,
       governance_records.doc ->> '$.reviewRequired' AS isReviewRequired
     FROM automations INDEXED BY automations_by_update JOIN governance_records USING (automation_id)
     WHERE automations.deleted_at_ms IS NULL AND json_valid(automations.doc) AND json_valid(governance_records.doc)
     ORDER BY automations.updated_at_ms DESC, automation_id DESC LIMIT ?`,
  );
  return {
    agents: (limit) => knownAgents.list(limit).map(agentOf),
    automations: (limit) => automations.all(limit).map((row) => automationOf(row as SqlRow)),
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
    ...defined({ lifecycle }),
    isReviewRequired: row['isReviewRequired'] === 1,
  };
}
