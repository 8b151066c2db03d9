import { textsOf } from './documents';
import type { SpendDay } from './spend';
import type { DatabaseSync } from './sqlite';

/** What an automation's runs used on a day. */
type AutomationDay = Omit<SpendDay, 'ownCostNanos'>;

/** Sums over days; they end at the largest exact number and never wrap. */
type DaySums = { readonly totalTokens: number; readonly costNanos: number; readonly estimatedNanos: number };

/** Sums over days by agent, by automation and by day, for charts and tables over a period. */
export interface SpendDaysReader {
  /** What agents' own automations cost from that day on, in no order. */
  ownCosts(sinceMs: number): readonly { readonly agentId: string; readonly costNanos: number }[];
  /** What all agents' own automations cost on each day from that day on, the oldest first. */
  ownCostsByDay(sinceMs: number): readonly { readonly dayStartMs: number; readonly costNanos: number }[];
  /** What the runs of all automations used on each day from that day on, each run once; the oldest first. */
  runsByDay(sinceMs: number): readonly (DaySums & { readonly dayStartMs: number })[];
  /** What the runs of each automation used from that day on, in no order. */
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

/** The sums over days in this database; each reads nothing but the entries of its period in one index. */
export function createSpendDays(database: DatabaseSync): SpendDays {
  const many = (sql: string) => {
    const statement = database.prepare(sql);
    return (sinceMs: number): unknown[] => statement.all(sinceMs);
  };
  const add = database.prepare(
    `INSERT INTO automation_days (automation_id, day_start_ms, total_tokens, cost_nanos, estimated_nanos)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (automation_id, day_start_ms) DO UPDATE SET
       total_tokens = min(${Number.MAX_SAFE_INTEGER}, total_tokens + excluded.total_tokens),
       cost_nanos = min(${Number.MAX_SAFE_INTEGER}, cost_nanos + excluded.cost_nanos),
       estimated_nanos = min(${Number.MAX_SAFE_INTEGER}, estimated_nanos + excluded.estimated_nanos)`,
  );
  const ofAutomation = database.prepare(
    `SELECT day_start_ms AS dayStartMs, total_tokens AS totalTokens, cost_nanos AS costNanos,
       estimated_nanos AS estimatedNanos
     FROM automation_days WHERE automation_id = ? ORDER BY day_start_ms`,
  );
  const dropOf = database.prepare('DELETE FROM automation_days WHERE automation_id = ?');
  const addToAutomation = (automationId: string, day: AutomationDay) => {
    add.run(automationId, day.dayStartMs, day.totalTokens, day.costNanos, day.estimatedNanos);
  };
  return {
    ownCosts: many(
      `SELECT agent_id AS agentId, ${sum('own_cost_nanos')} AS costNanos
       FROM spend_days INDEXED BY spend_days_by_day WHERE day_start_ms >= ? GROUP BY agent_id`,
    ) as SpendDaysReader['ownCosts'],
    ownCostsByDay: many(
      `SELECT day_start_ms AS dayStartMs, ${sum('own_cost_nanos')} AS costNanos
       FROM spend_days INDEXED BY spend_days_by_day WHERE day_start_ms >= ? GROUP BY day_start_ms`,
    ) as SpendDaysReader['ownCostsByDay'],
    runsByDay: many(
      `SELECT day_start_ms AS dayStartMs, ${sums}
       FROM automation_days INDEXED BY automation_days_by_day WHERE day_start_ms >= ? GROUP BY day_start_ms`,
    ) as SpendDaysReader['runsByDay'],
    ofAutomations: many(
      `SELECT automation_id AS automationId, ${sums}
       FROM automation_days INDEXED BY automation_days_by_day WHERE day_start_ms >= ? GROUP BY automation_id`,
    ) as SpendDaysReader['ofAutomations'],
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
