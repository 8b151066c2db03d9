import type { Engine } from '../../../shared/contract/engine';
import type { PlanQuota } from '../../../shared/contract/session-quota';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';

/** A window of an agent's plan, and how much of it is used. */
export type KnownQuota = PlanQuota & { readonly agentId: string; readonly engine: Engine };

/** Which window of which plan. */
export type PlanWindow = Pick<KnownQuota, 'agentId' | 'engine' | 'windowMinutes'>;

/** Reads of how much of their plans engines have used. */
export interface SessionQuotasReader {
  /** The windows that last at that instant, by agent, the shortest first. */
  lasting(atMs: number): readonly KnownQuota[];
  /** The windows of an agent that last at that instant. */
  ofAgent(agentId: string, atMs: number): readonly KnownQuota[];
  /** Whether there is room for a window of an agent: it is known, or the agent has not as many others as are kept. */
  hasRoom(window: PlanWindow): boolean;
  /** When it was told last that the agent's sessions are stopped by this window. */
  stopToldAtMs(window: PlanWindow): number | undefined;
}

/** Reads and writes of how much of their plans engines have used. */
export interface SessionQuotas extends SessionQuotasReader {
  /** Keeps the latest word about a window; an older one than is known changes nothing. */
  note(quota: KnownQuota): void;
  noteStopTold(window: PlanWindow, atMs: number): void;
  /** Forgets the windows that were over, and of which no stop was told any more, before these instants. */
  forgetBefore(atMs: number, toldAtMs: number): void;
}

/** Windows that are kept for one agent, and that are listed. */
const MOST_OF_AGENT = 20;
const MOST_LISTED = 200;

/** How much of their plans engines have used, in this database. */
export function createSessionQuotas(database: DatabaseSync): SessionQuotas {
  const lasting = database.prepare(
    'SELECT * FROM session_quotas WHERE resets_at_ms > ? ORDER BY agent_id, engine, window_minutes LIMIT ?',
  );
  const ofAgent = database.prepare(
    'SELECT * FROM session_quotas WHERE agent_id = ? AND resets_at_ms > ? ORDER BY engine, window_minutes',
  );
  const stopTold = database.prepare(
    'SELECT stop_told_at_ms FROM session_quotas WHERE agent_id = ? AND engine = ? AND window_minutes = ?',
  );
  const noteStopTold = database.prepare(
    'UPDATE session_quotas SET stop_told_at_ms = ? WHERE agent_id = ? AND engine = ? AND window_minutes = ?',
  );
  const count = database.prepare(
    'SELECT count(*) AS windows FROM session_quotas WHERE agent_id = ? AND NOT (engine = ? AND window_minutes = ?)',
  );
  const save = database.prepare(
    `INSERT INTO session_quotas (agent_id, engine, window_minutes, used_percent, resets_at_ms, at_ms)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (agent_id, engine, window_minutes) DO UPDATE SET
       used_percent = excluded.used_percent, resets_at_ms = excluded.resets_at_ms, at_ms = excluded.at_ms
     WHERE excluded.at_ms >= at_ms`,
  );
  const forget = database.prepare(
    'DELETE FROM session_quotas WHERE resets_at_ms < ? AND coalesce(stop_told_at_ms, 0) < ?',
  );
  return {
    lasting: (atMs) => (lasting.all(atMs, MOST_LISTED) as SqlRow[]).map(quotaOf),
    ofAgent: (agentId, atMs) => (ofAgent.all(agentId, atMs) as SqlRow[]).map(quotaOf),
    stopToldAtMs({ agentId, engine, windowMinutes }) {
      const atMs = (stopTold.get(agentId, engine, windowMinutes) as SqlRow | undefined)?.['stop_told_at_ms'];
      return typeof atMs === 'number' ? atMs : undefined;
    },
    noteStopTold({ agentId, engine, windowMinutes }, atMs) {
      noteStopTold.run(atMs, agentId, engine, windowMinutes);
    },
    hasRoom({ agentId, engine, windowMinutes }) {
      return Number((count.get(agentId, engine, windowMinutes) as SqlRow)['windows']) < MOST_OF_AGENT;
    },
    note({ agentId, engine, windowMinutes, usedPercent, resetsAtMs, atMs }) {
      save.run(agentId, engine, windowMinutes, usedPercent, resetsAtMs, atMs);
    },
    forgetBefore(atMs, toldAtMs) {
      forget.run(atMs, toldAtMs);
    },
  };
}

function quotaOf(row: SqlRow): KnownQuota {
  return {
    agentId: String(row['agent_id']),
    engine: row['engine'] as Engine,
    windowMinutes: Number(row['window_minutes']),
    usedPercent: Number(row['used_percent']),
    resetsAtMs: Number(row['resets_at_ms']),
    atMs: Number(row['at_ms']),
  };
}
