import { z } from 'zod';
import { type RowKind, textsOf } from '../../kernel/store/documents';
import type { DatabaseSync } from '../../kernel/store/sqlite';
import { dayColumnsSchema, type SpendDay } from './store';

/** What an automation's runs used on a day. */
type AutomationDay = Omit<SpendDay, 'ownCostNanos'>;

const automationDayRowSchema = dayColumnsSchema.extend({ automation_id: z.string() });

/** How the days of automations are stored. */
export const automationDayKind: RowKind<unknown> = {
  table: 'automation_days',
  key: ['automation_id', 'day_start_ms'],
  columns: '*',
  isWithoutRowIds: true,
  parse: (row) => automationDayRowSchema.parse(row),
};

/** Sums over days; they end at the largest exact number and never wrap. */
type DaySums = { readonly totalTokens: number; readonly costNanos: number; readonly estimatedNanos: number };

/** Sums over days by agent, by automation and by day, for charts and tables over a period. */
export interface SpendDaysReader {
  /** What agents' own automations cost from that day on, in no order; 0 for those with older days only. */
  ownCosts(sinceMs: number): readonly { readonly agentId: string; readonly costNanos: number }[];
  /** What each of so many agents was charged on the days from the one to before the other, the cost of descendants with it. */
  costsBetween(
    fromMs: number,
    toMs: number,
    limit: number,
  ): readonly { readonly agentId: string; readonly costNanos: number }[];
  /** What all agents' own automations cost on each day from that day on, the oldest first. */
  ownCostsByDay(sinceMs: number): readonly { readonly dayStartMs: number; readonly costNanos: number }[];
  /** What the runs of all automations used on each day from that day on, each run once; the oldest first. */
  runsByDay(sinceMs: number): readonly (DaySums & { readonly dayStartMs: number })[];
  /** What the runs of each automation used from that day on, in no order; 0 for those with older days only. */
  ofAutomations(sinceMs: number): readonly (DaySums & { readonly automationId: string })[];
  /** The days of one automation, the oldest first. */
  ofAutomation(automationId: string): readonly AutomationDay[];
  /** Ids after this one, in order, of automations that have days. */
  automationIdsAfter(automationId: string, limit: number): readonly string[];
}

/** Sums over days, and the write of an automation's. */
export interface SpendDays extends SpendDaysReader {
  addToAutomation(automationId: string, day: AutomationDay): void;
  /** Puts what these add up to in the place of all days of an automation; only an import does. */
  replaceAutomation(automationId: string, days: readonly AutomationDay[]): void;
}

// total() and not sum(): the largest amounts together are more than an integer holds.
const sum = (column: string) => `CAST(min(${Number.MAX_SAFE_INTEGER}, total(${column})) AS INTEGER)`;
const sums = `${sum('total_tokens')} AS totalTokens, ${sum('cost_nanos')} AS costNanos,
  ${sum('estimated_nanos')} AS estimatedNanos`;

/**
 * Every id that has days, each found by one step in the primary key. Sums by id are two to four times as fast over these as over
 * the index by day, which would have to be sorted.
 */
const eachOf = (table: string, column: string) => `WITH RECURSIVE ids (id) AS (
    SELECT min(${column}) FROM ${table}
    UNION ALL SELECT (SELECT min(${column}) FROM ${table} WHERE ${column} > ids.id) FROM ids WHERE id IS NOT NULL
  )`;

/** The sums over days in this database; each reads nothing but the entries of its period in one index. */
export function createSpendDays(database: DatabaseSync): SpendDays {
  const many = (sql: string) => {
    const statement = database.prepare(sql);
    return (sinceMs: number): unknown[] => statement.all(sinceMs);
  };
  const add = database.prepare(
    `INSERT INTO automation_days (automation_id, day_start_ms, total_tokens, cost_nanos, estimated_nanos)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (day_start_ms, automation_id) DO UPDATE SET
       total_tokens = min(${Number.MAX_SAFE_INTEGER}, total_tokens + excluded.total_tokens),
       cost_nanos = min(${Number.MAX_SAFE_INTEGER}, cost_nanos + excluded.cost_nanos),
       estimated_nanos = min(${Number.MAX_SAFE_INTEGER}, estimated_nanos + excluded.estimated_nanos)`,
  );
  const ofAutomation = database.prepare(
    `SELECT day_start_ms AS dayStartMs, total_tokens AS totalTokens, cost_nanos AS costNanos,
       estimated_nanos AS estimatedNanos
     FROM automation_days WHERE automation_id = ? ORDER BY day_start_ms`,
  );
  const ofAutomations = database.prepare(
    `${eachOf('automation_days', 'automation_id')}
     SELECT id AS automationId, (
       SELECT json_array(${sum('total_tokens')}, ${sum('cost_nanos')}, ${sum('estimated_nanos')})
       FROM automation_days WHERE automation_id = id AND day_start_ms >= ?
     ) AS daySums
     FROM ids WHERE id IS NOT NULL`,
  );
  const dropOf = database.prepare('DELETE FROM automation_days WHERE automation_id = ?');
  const addToAutomation = (automationId: string, day: AutomationDay) => {
    add.run(automationId, day.dayStartMs, day.totalTokens, day.costNanos, day.estimatedNanos);
  };
  const costsBetween = database.prepare(
    `SELECT agent_id AS agentId, ${sum('cost_nanos')} AS costNanos
     FROM spend_days WHERE day_start_ms >= ? AND day_start_ms < ? GROUP BY +agent_id LIMIT ?`,
  );
  return {
    ownCosts: many(
      `${eachOf('spend_days', 'agent_id')}
       SELECT id AS agentId, (SELECT ${sum('own_cost_nanos')} FROM spend_days WHERE agent_id = id AND day_start_ms >= ?)
         AS costNanos
       FROM ids WHERE id IS NOT NULL`,
    ) as SpendDaysReader['ownCosts'],
    costsBetween: (fromMs, toMs, limit) =>
      costsBetween.all(fromMs, toMs, limit) as ReturnType<SpendDaysReader['costsBetween']>,
    ownCostsByDay: many(
      `SELECT day_start_ms AS dayStartMs, ${sum('own_cost_nanos')} AS costNanos
       FROM spend_days WHERE day_start_ms >= ? GROUP BY day_start_ms`,
    ) as SpendDaysReader['ownCostsByDay'],
    runsByDay: many(
      `SELECT day_start_ms AS dayStartMs, ${sums}
       FROM automation_days WHERE day_start_ms >= ? GROUP BY day_start_ms`,
    ) as SpendDaysReader['runsByDay'],
    ofAutomations: (sinceMs) =>
      ofAutomations.all(sinceMs).flatMap(({ automationId, daySums }) => {
        const [totalTokens, costNanos, estimatedNanos] = JSON.parse(String(daySums)) as [number, number, number];
        return { automationId: String(automationId), totalTokens, costNanos, estimatedNanos };
      }),
    ofAutomation: (automationId) => ofAutomation.all(automationId) as AutomationDay[],
    automationIdsAfter: textsOf(
      database,
      `SELECT DISTINCT automation_id AS value FROM automation_days
       WHERE automation_id > ? ORDER BY automation_id LIMIT ?`,
    ),
    addToAutomation,
    replaceAutomation(automationId, days) {
      dropOf.run(automationId);
      for (const day of days) addToAutomation(automationId, day);
    },
  };
}
