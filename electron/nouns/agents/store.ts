import type { Overrides } from '../../../shared/contract/limits';
import { type DocumentKind, documentsOf, numberOf, textsOf, writeOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows, UnreadableRowError } from '../../kernel/store/unreadable';
import { agentSchema, type KnownAgent, type StoredAgent } from './known-agent';

/** How agents are stored. */
export const agentKind: DocumentKind<StoredAgent> = {
  table: 'agents',
  key: ['agent_id'],
  columns: 'agent_id, doc',
  schema: agentSchema,
  named: ({ agentId }) => [agentId],
};

/** An agent whose row cannot be read: whatever it was allowed, it is paused now. */
function unreadableAgent(agentId: string, lastSeenAtMs: number): KnownAgent {
  return {
    agentId,
    ancestorIds: [],
    firstSeenAtMs: lastSeenAtMs,
    lastSeenAtMs,
    pausedAtMs: lastSeenAtMs,
    pauseReason: 'What is stored of this agent cannot be read, so it counts as paused.',
    overrides: {},
    isUnreadable: true,
  };
}

/** A place in the list, the most recently seen first. */
export type AgentPlace = Pick<KnownAgent, 'lastSeenAtMs' | 'agentId'>;

/** Reads of what is known of agents. One whose row cannot be read is answered as paused, and as unreadable. */
export interface AgentsReader {
  find(agentId: string): KnownAgent | undefined;
  /** An agent's own limits, none for one that is not known. */
  overridesOf(agentId: string): Overrides;
  /** Whether every agent is paused by the operator, or cannot be read and counts as such; true without any. */
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
  /** Throws UnreadableRowError for one that was read as unreadable. */
  save(agent: KnownAgent): void;
}

/** The agents in this database. */
export function createAgents(database: DatabaseSync, unreadable = createUnreadableRows()): Agents {
  const rows = documentsOf(database, unreadable, agentKind);
  const findRow = database.prepare('SELECT agent_id, doc FROM agents WHERE agent_id = ?');
  const find = (agentId: string, lastSeenAtMs = 0) => {
    const row = findRow.get(agentId);
    return row === undefined
      ? undefined
      : (rows.readOrLeaveOut(row as SqlRow) ?? unreadableAgent(agentId, lastSeenAtMs));
  };
  /** Places come from an index alone; only then is each document read, so that none keeps the others from being listed. */
  const at = (places: unknown[]) =>
    (places as SqlRow[]).flatMap((row) => find(String(row['agent_id']), Number(row['last_seen_at_ms'] ?? 0)) ?? []);
  const list = database.prepare(
    `SELECT agent_id, last_seen_at_ms FROM agents INDEXED BY agents_by_last_seen
     WHERE (last_seen_at_ms, agent_id) < (?, ?) ORDER BY last_seen_at_ms DESC, agent_id DESC LIMIT ?`,
  );
  // Walks the ids in their index; a hundred thousand of them take some ten milliseconds, and no desk has as many.
  const search = database.prepare(
    `SELECT agent_id, last_seen_at_ms FROM agents INDEXED BY agents_by_last_seen
     WHERE (last_seen_at_ms, agent_id) < (?, ?) AND instr(lower(agent_id), lower(?)) > 0
     ORDER BY last_seen_at_ms DESC, agent_id DESC LIMIT ?`,
  );
  const paused = database.prepare(
    'SELECT agent_id FROM agents INDEXED BY agents_paused WHERE paused_at_ms IS NOT NULL ORDER BY agent_id',
  );
  const spendPaused = database.prepare(
    `SELECT agent_id FROM agents INDEXED BY agents_spend_paused
     WHERE spend_paused_at_ms IS NOT NULL ORDER BY agent_id`,
  );
  const needingReview = database.prepare(
    `SELECT agent_id FROM agents INDEXED BY agents_needing_review
     WHERE review_required = 1 AND agent_id > ? ORDER BY agent_id LIMIT ?`,
  );
  const countOf = (where: string) => numberOf(database, `SELECT count(*) AS value FROM agents ${where}`);
  const [count, pausedCount] = [countOf(''), countOf('WHERE paused_at_ms IS NOT NULL')];
  // From one id to the next in an index: as many steps as there are agents, however many automations each has.
  const nextNames = [
    'automation_agents WHERE',
    'grants INDEXED BY grants_to_agent WHERE revoked_at_ms IS NULL AND',
    'tokens INDEXED BY tokens_of_agent WHERE revoked_at_ms IS NULL AND',
  ].map((from) => textsOf(database, `SELECT agent_id AS value FROM ${from} agent_id > ? ORDER BY agent_id LIMIT 1`));
  const isKnown = numberOf(database, 'SELECT count(*) AS value FROM agents WHERE agent_id = ?');
  const isMarkedPaused = numberOf(
    database,
    `SELECT count(*) AS value FROM agents INDEXED BY agents_paused WHERE paused_at_ms IS NOT NULL AND agent_id = ?`,
  );
  const walk = (nextAfter: (agentId: string) => readonly string[]) => {
    const unseen: string[] = [];
    for (let [agentId] = nextAfter(''); agentId !== undefined; [agentId] = nextAfter(agentId)) {
      if (isKnown(agentId) === 0) unseen.push(agentId);
    }
    return unseen;
  };
  return {
    overridesOf: (agentId) => find(agentId)?.overrides ?? {},
    areAllPaused() {
      const unpaused = count() - pausedCount();
      const unreadableIds = unpaused === 0 ? [] : unreadable.all().filter(({ table }) => table === agentKind.table);
      return unpaused === unreadableIds.filter(({ id }) => isKnown(id) > 0 && isMarkedPaused(id) === 0).length;
    },
    find: (agentId) => find(agentId),
    search: (text, limit, after) =>
      at(search.all(after?.lastSeenAtMs ?? Number.MAX_SAFE_INTEGER, after?.agentId ?? '', text, limit)),
    childrenOf: textsOf(
      database,
      'SELECT agent_id AS value FROM agent_parents WHERE parent_id = ? ORDER BY agent_id LIMIT ?',
    ),
    list: (limit, after) => at(list.all(after?.lastSeenAtMs ?? Number.MAX_SAFE_INTEGER, after?.agentId ?? '', limit)),
    unseen: () => [...new Set(nextNames.flatMap(walk))],
    paused: () => at(paused.all()),
    spendPaused: () => at(spendPaused.all()),
    needingReview: (afterAgentId, limit) => at(needingReview.all(afterAgentId, limit)),
    save: saveIn(database),
  };
}

function saveIn(database: DatabaseSync): Agents['save'] {
  // One that was seen no later stays where it is in the list.
  const update = database.prepare('UPDATE agents SET doc = ? WHERE agent_id = ? AND last_seen_at_ms = ?');
  const upsert = writeOf(
    database,
    `INSERT INTO agents (agent_id, doc, last_seen_at_ms) VALUES (?, ?, ?)
     ON CONFLICT (agent_id) DO UPDATE SET doc = excluded.doc, last_seen_at_ms = excluded.last_seen_at_ms`,
  );
  return (agent) => {
    const { agentId, lastSeenAtMs } = agent;
    if (agent.isUnreadable === true) {
      throw new UnreadableRowError({ table: agentKind.table, id: agentId, problem: 'was read as unreadable' });
    }
    const doc = JSON.stringify(agent);
    const isPlaceRight = update.run(doc, agentId, lastSeenAtMs).changes > 0;
    if (!isPlaceRight) upsert(agentId, doc, lastSeenAtMs);
  };
}
