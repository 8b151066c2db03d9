import { z } from 'zod';
import { type SpendWindow, spendWindowSchema } from '../../../shared/contract/spend';
import { instantSchema } from '../../../shared/kernel/instant';
import { nanosSchema } from '../../../shared/kernel/nanos';
import {
  type DocumentKind,
  documentsOf,
  instantOf,
  listOf,
  numberOf,
  type RowKind,
  rowsOf,
  textsOf,
  writeOf,
} from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows, UnreadableRowError, type UnreadableRows } from '../../kernel/store/unreadable';

/** An estimated cost that is set aside for a run until the real one is reported. */
export type Reservation = {
  readonly runId: string;
  readonly usageId: string;
  readonly costNanos: number;
  /** When it is charged at its estimate if nothing was reported. */
  readonly dueAtMs: number;
};

/** What one agent used on one UTC day. */
export type SpendDay = {
  readonly dayStartMs: number;
  readonly totalTokens: number;
  readonly costNanos: number;
  /** The part that runs of automations cost which the agent created itself; the rest is its descendants'. */
  readonly ownCostNanos: number;
  /** The part that was charged as reservations estimated it, because nobody reported. */
  readonly estimatedNanos: number;
};

/** A day as a state file has it; where it does not say otherwise, all of the cost is the agent's own and was reported. */
type KeptDay = Pick<SpendDay, 'dayStartMs' | 'totalTokens' | 'costNanos'> & Partial<SpendDay>;

/** An agent's place in the list by weekly cost, as its week was last written. */
export type SpendPlace = { readonly agentId: string; readonly windowStartMs: number; readonly costNanos: number };

/** What was used by everybody together. */
export type SpendTotal = { readonly totalTokens: number; readonly costNanos: number };

/** Reads of spend. */
export interface SpendReader {
  /**
   * The windows of an agent as they were last written; none for an agent that spent nothing. One that cannot be read is left
   * out, which is for showing only: to decide by what was spent, ask `windowsToCharge` or `isWeekUnreadable`.
   */
  windows(agentId: string): readonly SpendWindow[];
  /** As `windows`. Throws UnreadableRowError where one cannot be read. */
  windowsToCharge(agentId: string): readonly SpendWindow[];
  /** Whether there is a weekly window of an agent that cannot be read, so that nobody knows what it spent. */
  isWeekUnreadable(agentId: string): boolean;
  /** Agents that ever spent: those of the newest week first, the highest cost of it first. */
  byWeek(limit: number, after?: SpendPlace): readonly SpendPlace[];
  /** The answer that a usage report was given. Throws UnreadableRowError where it is there and is no JSON. */
  answer(runId: string, usageId: string): unknown;
  reservation(runId: string, usageId: string): Reservation | undefined;
  reservationsOf(runId: string): readonly Reservation[];
  reservationsOfAutomation(automationId: string): readonly Reservation[];
  /** The agents for which a cost is set aside under a usage_id. */
  payersOf(runId: string, usageId: string): readonly string[];
  /** The usage_ids of a run and how each report was answered; those that cannot be read are left out. */
  answersOf(runId: string): readonly { readonly usageId: string; readonly answer: unknown }[];
  /** What is reserved for an agent in all. */
  reservedFor(agentId: string): number;
  due(now: number, limit: number): readonly Reservation[];
  nextDue(): number | undefined;
  /** From that day on, the oldest first. */
  days(agentId: string, sinceMs: number): readonly SpendDay[];
  /** Of all agents from that day on, the newest first. */
  daysOfAll(sinceMs: number, limit: number): readonly (SpendDay & { readonly agentId: string })[];
  /**
   * Of all agents together from that UTC day on; undefined where nothing was reported. An agent's ancestors are charged with it,
   * so only those without ancestors are counted, or each dollar would be there once for every generation.
   */
  totalSince(dayStartMs: number): SpendTotal | undefined;
}

/** Reads and writes of spend. */
export interface Spend extends SpendReader {
  saveWindow(agentId: string, window: SpendWindow): void;
  addToDay(agentId: string, day: SpendDay): void;
  /** Puts these days in the place of all others; only an import does. */
  replaceDays(agentId: string, days: readonly KeptDay[]): void;
  /** Keeps the answer, in place of an earlier one that said only that an estimate was charged. */
  keepAnswer(runId: string, usageId: string, answer: unknown): void;
  reserve(reservation: Reservation, agentIds: readonly string[]): void;
  dropReservation(runId: string, usageId: string): void;
}

/** How spend windows are stored; the document does not say of whom it is. */
export const spendWindowKind: DocumentKind<SpendWindow> = {
  table: 'spend_windows',
  key: ['agent_id', 'kind'],
  columns: 'agent_id, kind, doc',
  schema: spendWindowSchema,
  named: ({ kind }) => [undefined, kind],
};

/** How answers of usage reports are stored. */
export const answerKind: RowKind<{ readonly usageId: string; readonly answer: unknown }> = {
  table: 'usage_reports',
  key: ['run_id', 'usage_id'],
  columns: 'run_id, usage_id, answer',
  isWithoutRowIds: true,
  parse: (row) => ({
    usageId: String(row['usage_id']),
    answer: JSON.parse(String(row['answer'])) as unknown,
  }),
};

const reservationRowSchema = z.object({
  run_id: z.string(),
  usage_id: z.string(),
  cost_nanos: nanosSchema,
  due_at_ms: instantSchema,
});

/** How reservations are stored. */
export const reservationKind: RowKind<unknown> = {
  table: 'reservations',
  key: ['run_id', 'usage_id'],
  columns: 'run_id, usage_id, cost_nanos, due_at_ms',
  isWithoutRowIds: true,
  parse: (row) => reservationRowSchema.parse(row),
};

/** The columns of a day, of an agent or of an automation. */
export const dayColumnsSchema = z.object({
  day_start_ms: instantSchema,
  total_tokens: z.int().min(0),
  cost_nanos: nanosSchema,
  estimated_nanos: nanosSchema,
});

const agentDayRowSchema = dayColumnsSchema.extend({ agent_id: z.string(), own_cost_nanos: nanosSchema });

/** How the days of agents are stored. */
export const spendDayKind: RowKind<unknown> = {
  table: 'spend_days',
  key: ['agent_id', 'day_start_ms'],
  columns: '*',
  isWithoutRowIds: true,
  parse: (row) => agentDayRowSchema.parse(row),
};

/** The spend in this database. */
export function createSpend(database: DatabaseSync, unreadable = createUnreadableRows()): Spend {
  const windows = documentsOf(database, unreadable, spendWindowKind);
  const windowsOf = listOf<SqlRow>(
    database,
    'SELECT agent_id, kind, doc FROM spend_windows WHERE agent_id = ? ORDER BY kind',
  );
  const weekOf = listOf<SqlRow>(
    database,
    "SELECT agent_id, kind, doc FROM spend_windows WHERE agent_id = ? AND kind = 'weekly'",
  );
  return {
    ...answersIn(database, unreadable),
    ...reservationsIn(database),
    ...daysIn(database),
    windows: (agentId) => windowsOf(agentId).flatMap((row) => windows.readOrLeaveOut(row) ?? []),
    windowsToCharge: (agentId) =>
      windowsOf(agentId).map((row) => {
        const found = windows.read(row);
        if (!found.isReadable) throw new UnreadableRowError(found.unreadable);
        return found.value;
      }),
    isWeekUnreadable: (agentId) => weekOf(agentId).some((row) => !windows.read(row).isReadable),
    byWeek: byWeekIn(database),
    saveWindow: saveWindowIn(database),
  };
}

/** Agents week by week: those of one are sorted by what they cost when they are asked for, so that no charge moves one in an index. */
function byWeekIn(database: DatabaseSync): Spend['byWeek'] {
  const ofWeek = listOf<SpendPlace>(
    database,
    `SELECT agent_id AS agentId, window_start_ms AS windowStartMs, cost_nanos AS costNanos
     FROM spend_windows INDEXED BY spend_by_week WHERE kind = 'weekly' AND window_start_ms = ?`,
  );
  const newest = instantOf(
    database,
    `SELECT max(window_start_ms) AS value FROM spend_windows INDEXED BY spend_by_week
     WHERE kind = 'weekly' AND window_start_ms < ?`,
  );
  const inOrder = (one: SpendPlace, other: SpendPlace) =>
    other.costNanos - one.costNanos || Number(one.agentId < other.agentId) - Number(one.agentId > other.agentId);
  return (limit, after) => {
    const places: SpendPlace[] = [];
    let week = after?.windowStartMs ?? newest(Number.MAX_SAFE_INTEGER);
    while (week !== undefined && places.length < limit) {
      const sorted = ofWeek(week).toSorted(inOrder);
      const from = after?.windowStartMs === week ? sorted.filter((place) => inOrder(after, place) < 0) : sorted;
      places.push(...from.slice(0, limit - places.length));
      week = newest(week);
    }
    return places;
  };
}

function saveWindowIn(database: DatabaseSync): Spend['saveWindow'] {
  // A window that goes on stays where it is in the index of weeks.
  const goOn = database.prepare(
    'UPDATE spend_windows SET doc = ?, cost_nanos = ? WHERE agent_id = ? AND kind = ? AND window_start_ms = ?',
  );
  const begin = writeOf(
    database,
    `INSERT INTO spend_windows (agent_id, kind, doc, window_start_ms, cost_nanos) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (agent_id, kind) DO UPDATE
     SET doc = excluded.doc, window_start_ms = excluded.window_start_ms, cost_nanos = excluded.cost_nanos`,
  );
  return (agentId, window) => {
    const { kind, windowStartMs, costNanos } = window;
    const doc = JSON.stringify(window);
    const hasGoneOn = goOn.run(doc, costNanos, agentId, kind, windowStartMs).changes > 0;
    if (!hasGoneOn) begin(agentId, kind, doc, windowStartMs, costNanos);
  };
}

/** How usage reports were answered. */
function answersIn(
  database: DatabaseSync,
  unreadable: UnreadableRows,
): Pick<Spend, 'answer' | 'answersOf' | 'keepAnswer'> {
  const answers = rowsOf(database, unreadable, answerKind);
  const find = answers.one('SELECT run_id, usage_id, answer FROM usage_reports WHERE run_id = ? AND usage_id = ?');
  const keep = writeOf(
    database,
    `INSERT INTO usage_reports (run_id, usage_id, answer) VALUES (?, ?, ?)
     ON CONFLICT (run_id, usage_id) DO UPDATE SET answer = excluded.answer`,
  );
  return {
    answer: (runId, usageId) => find(runId, usageId)?.answer,
    answersOf: answers.many('SELECT run_id, usage_id, answer FROM usage_reports WHERE run_id = ? ORDER BY usage_id'),
    keepAnswer(runId, usageId, answer) {
      keep(runId, usageId, JSON.stringify(answer));
    },
  };
}

/** What is set aside. */
function reservationsIn(
  database: DatabaseSync,
): Pick<
  Spend,
  | 'reservation'
  | 'reservationsOf'
  | 'reservationsOfAutomation'
  | 'payersOf'
  | 'reservedFor'
  | 'due'
  | 'nextDue'
  | 'reserve'
  | 'dropReservation'
> {
  const columns = `reservations.run_id AS runId, usage_id AS usageId, reservations.cost_nanos AS costNanos,
    due_at_ms AS dueAtMs`;
  const list = (rest: string) => listOf<Reservation>(database, `SELECT ${columns} FROM ${rest}`);
  const find = list('reservations WHERE run_id = ? AND usage_id = ?');
  const insert = writeOf(
    database,
    'INSERT INTO reservations (run_id, usage_id, cost_nanos, due_at_ms) VALUES (?, ?, ?, ?)',
  );
  const insertAgent = writeOf(
    database,
    'INSERT INTO reservation_agents (agent_id, run_id, usage_id, cost_nanos) VALUES (?, ?, ?, ?)',
  );
  return {
    reservation: (runId, usageId) => find(runId, usageId)[0],
    reservationsOf: list('reservations WHERE run_id = ? ORDER BY usage_id'),
    reservationsOfAutomation: list(
      'runs JOIN reservations USING (run_id) WHERE automation_id = ? ORDER BY row_id, usage_id',
    ),
    payersOf: textsOf(
      database,
      'SELECT agent_id AS value FROM reservation_agents WHERE run_id = ? AND usage_id = ? ORDER BY agent_id',
    ),
    // total() and not sum(): the largest amounts together are more than an integer holds.
    reservedFor: numberOf(
      database,
      `SELECT CAST(min(${Number.MAX_SAFE_INTEGER}, total(cost_nanos)) AS INTEGER) AS value
       FROM reservation_agents WHERE agent_id = ?`,
    ),
    due: list('reservations WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?'),
    nextDue: instantOf(database, 'SELECT min(due_at_ms) AS value FROM reservations'),
    reserve({ runId, usageId, costNanos, dueAtMs }, agentIds) {
      insert(runId, usageId, costNanos, dueAtMs);
      for (const agentId of agentIds) insertAgent(agentId, runId, usageId, costNanos);
    },
    dropReservation: writeOf(database, 'DELETE FROM reservations WHERE run_id = ? AND usage_id = ?'),
  };
}

/** What agents used on UTC days. */
function daysIn(database: DatabaseSync): Pick<Spend, 'days' | 'daysOfAll' | 'totalSince' | 'addToDay' | 'replaceDays'> {
  const columns = `day_start_ms AS dayStartMs, total_tokens AS totalTokens, cost_nanos AS costNanos,
    own_cost_nanos AS ownCostNanos, estimated_nanos AS estimatedNanos`;
  const add = writeOf(
    database,
    `INSERT INTO spend_days (agent_id, day_start_ms, total_tokens, cost_nanos, own_cost_nanos, estimated_nanos)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (day_start_ms, agent_id) DO UPDATE SET
       total_tokens = min(${Number.MAX_SAFE_INTEGER}, total_tokens + excluded.total_tokens),
       cost_nanos = min(${Number.MAX_SAFE_INTEGER}, cost_nanos + excluded.cost_nanos),
       own_cost_nanos = min(${Number.MAX_SAFE_INTEGER}, own_cost_nanos + excluded.own_cost_nanos),
       estimated_nanos = min(${Number.MAX_SAFE_INTEGER}, estimated_nanos + excluded.estimated_nanos)`,
  );
  const drop = writeOf(database, 'DELETE FROM spend_days WHERE agent_id = ?');
  // total() and not sum(): the largest amounts together are more than an integer holds.
  const totalSince = listOf<SpendTotal & { readonly count: number }>(
    database,
    `SELECT count(*) AS count,
       CAST(min(${Number.MAX_SAFE_INTEGER}, total(total_tokens)) AS INTEGER) AS totalTokens,
       CAST(min(${Number.MAX_SAFE_INTEGER}, total(cost_nanos)) AS INTEGER) AS costNanos
     FROM spend_days
     WHERE day_start_ms >= ?
       AND NOT EXISTS (SELECT 1 FROM agent_parents WHERE agent_parents.agent_id = spend_days.agent_id)`,
  );
  return {
    days: listOf<SpendDay>(
      database,
      `SELECT ${columns} FROM spend_days WHERE agent_id = ? AND day_start_ms >= ? ORDER BY day_start_ms`,
    ),
    daysOfAll: listOf<SpendDay & { readonly agentId: string }>(
      database,
      `SELECT agent_id AS agentId, ${columns} FROM spend_days
       WHERE day_start_ms >= ? ORDER BY day_start_ms DESC, agent_id DESC LIMIT ?`,
    ),
    totalSince(dayStartMs) {
      const { count = 0, totalTokens = 0, costNanos = 0 } = totalSince(dayStartMs)[0] ?? {};
      return count === 0 ? undefined : { totalTokens, costNanos };
    },
    addToDay(agentId, { dayStartMs, totalTokens, costNanos, ownCostNanos, estimatedNanos }) {
      add(agentId, dayStartMs, totalTokens, costNanos, ownCostNanos, estimatedNanos);
    },
    replaceDays(agentId, given) {
      drop(agentId);
      for (const { dayStartMs, totalTokens, costNanos, ownCostNanos = costNanos, estimatedNanos = 0 } of given) {
        add(agentId, dayStartMs, totalTokens, costNanos, ownCostNanos, estimatedNanos);
      }
    },
  };
}
