import { z } from 'zod';
import { keptChainSchema } from '../../shared/agent';
import { creationReviewSchema } from '../../shared/governance';
import { type Overrides, overridesSchema } from '../../shared/limits';
import { instantSchema } from '../../shared/time';
import { documentsOf, numberOf, textsOf } from './documents';
import type { DatabaseSync } from './sqlite';

const agentSchema = z.object({
  agentId: z.string(),
  /** The longest of the chains, oldest first. */
  ancestorIds: z.array(z.string()),
  /** Every chain that is kept, the longest first; absent where an older version wrote it, which kept the longest alone. */
  chains: z.array(keptChainSchema).exactOptional(),
  firstSeenAtMs: instantSchema,
  lastSeenAtMs: instantSchema,
  /** Set while the operator has paused it. */
  pausedAtMs: instantSchema.exactOptional(),
  pauseReason: z.string().exactOptional(),
  /** Whether it was paused with all others, so that resuming all resumes it. */
  isPausedByAll: z.literal(true).exactOptional(),
  /** Set while its spend has stopped it. */
  spendPausedAtMs: instantSchema.exactOptional(),
  spendPauseReason: z.string().exactOptional(),
  review: creationReviewSchema.exactOptional(),
  overrides: overridesSchema,
});

/** What is known of an agent. */
export type KnownAgent = Readonly<z.infer<typeof agentSchema>>;

/** An agent that nothing is known of yet. */
export function newAgent(agentId: string, now: number): KnownAgent {
  return { agentId, ancestorIds: [], firstSeenAtMs: now, lastSeenAtMs: now, overrides: {} };
}

/** A place in the list, the most recently seen first. */
export type AgentPlace = Pick<KnownAgent, 'lastSeenAtMs' | 'agentId'>;

/** Reads of what is known of agents. */
export interface AgentsReader {
  find(agentId: string): KnownAgent | undefined;
  /** An agent's own limits, none for one that is not known; reads nothing else of it. */
  overridesOf(agentId: string): Overrides;
  /** Whether every agent is paused by the operator; true without any. */
  areAllPaused(): boolean;
  /** The most recently seen first; those after a place in the list. */
  list(limit: number, after?: AgentPlace): readonly KnownAgent[];
  /** As `list`, but only those with this text in their id, whatever the case of its ASCII letters. */
  search(text: string, limit: number, after?: AgentPlace): readonly KnownAgent[];
  /** Ids of the agents of which a kept chain ends with this one, in order. */
  childrenOf(agentId: string, limit: number): readonly string[];
  /** Ids of agents that have a part in an automation, a grant or a token, and of which nothing is known yet. */
  unseen(): readonly string[];
  paused(): readonly KnownAgent[];
  spendPaused(): readonly KnownAgent[];
  /** Those after this id whose creations wait for a review, by id. */
  needingReview(afterAgentId: string, limit: number): readonly KnownAgent[];
}

/** Reads and writes of what is known of agents. */
export interface Agents extends AgentsReader {
  save(agent: KnownAgent): void;
}

/** The agents in this database. */
export function createAgents(database: DatabaseSync): Agents {
  const documents = documentsOf(database, agentSchema);
  const upsert = database.prepare(
    'INSERT INTO agents (agent_id, doc) VALUES (?, ?) ON CONFLICT (agent_id) DO UPDATE SET doc = excluded.doc',
  );
  const list = documents.many(
    `SELECT doc FROM agents WHERE (last_seen_at_ms, agent_id) < (?, ?)
     ORDER BY last_seen_at_ms DESC, agent_id DESC LIMIT ?`,
  );
  // Walks the ids in their index; a hundred thousand of them take some ten milliseconds, and no desk has as many.
  const search = documents.many(
    `SELECT doc FROM agents INDEXED BY agents_by_last_seen
     WHERE (last_seen_at_ms, agent_id) < (?, ?) AND instr(lower(agent_id), lower(?)) > 0
     ORDER BY last_seen_at_ms DESC, agent_id DESC LIMIT ?`,
  );
  const overridesOf = database.prepare("SELECT doc -> '$.overrides' AS value FROM agents WHERE agent_id = ?");
  const countOf = (where: string) => numberOf(database, `SELECT count(*) AS value FROM agents ${where}`);
  const [count, pausedCount] = [countOf(''), countOf('WHERE paused_at_ms IS NOT NULL')];
  // From one id to the next in an index: as many steps as there are agents, however many automations each has.
  const nextNames = [
    'automation_agents WHERE',
    'grants INDEXED BY grants_to_agent WHERE revoked_at_ms IS NULL AND',
    'tokens INDEXED BY tokens_of_agent WHERE revoked_at_ms IS NULL AND',
  ].map((from) => textsOf(database, `SELECT agent_id AS value FROM ${from} agent_id > ? ORDER BY agent_id LIMIT 1`));
  const isKnown = numberOf(database, 'SELECT count(*) AS value FROM agents WHERE agent_id = ?');
  const walk = (nextAfter: (agentId: string) => readonly string[]) => {
    const unseen: string[] = [];
    for (let [agentId] = nextAfter(''); agentId !== undefined; [agentId] = nextAfter(agentId)) {
      if (isKnown(agentId) === 0) unseen.push(agentId);
    }
    return unseen;
  };
  return {
    overridesOf(agentId) {
      const value = String(overridesOf.get(agentId)?.['value'] ?? '{}');
      return value === '{}' ? {} : overridesSchema.parse(JSON.parse(value));
    },
    areAllPaused: () => count() === pausedCount(),
    find: documents.one('SELECT doc FROM agents WHERE agent_id = ?'),
    search: (text, limit, after) =>
      search(after?.lastSeenAtMs ?? Number.MAX_SAFE_INTEGER, after?.agentId ?? '', text, limit),
    childrenOf: textsOf(
      database,
      'SELECT agent_id AS value FROM agent_parents WHERE parent_id = ? ORDER BY agent_id LIMIT ?',
    ),
    list: (limit, after) => list(after?.lastSeenAtMs ?? Number.MAX_SAFE_INTEGER, after?.agentId ?? '', limit),
    unseen: () => [...new Set(nextNames.flatMap(walk))],
    paused: documents.many('SELECT doc FROM agents WHERE paused_at_ms IS NOT NULL ORDER BY agent_id'),
    spendPaused: documents.many('SELECT doc FROM agents WHERE spend_paused_at_ms IS NOT NULL ORDER BY agent_id'),
    needingReview: documents.many(
      'SELECT doc FROM agents WHERE review_required = 1 AND agent_id > ? ORDER BY agent_id LIMIT ?',
    ),
    save(agent) {
      upsert.run(agent.agentId, JSON.stringify(agent));
    },
  };
}
