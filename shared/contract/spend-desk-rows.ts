import { z } from 'zod';
import { nanosSchema } from '../kernel/money';
import { instantSchema } from '../kernel/time';
import type { ContractEntry } from './contract-entry';
import { listedRunSchema } from './run';
import { weekPaceSchema } from './spend';

/** The periods that the desk's charts show, in UTC days up to today. */
export const chartPeriods = [30, 90] as const;

/** A period of the desk's charts, in days. */
export type ChartPeriod = (typeof chartPeriods)[number];

const ofPeriod = z.strictObject({ days: z.union([z.literal(30), z.literal(90)]) });
const amountSchema = z.object({ costNanos: nanosSchema, totalTokens: z.int() });

/** Agents that a chart names; all others are one series. */
export const CHART_AGENTS = 8;

/** Automations and runs that a table of the most expensive ones has. */
export const DEAREST_SIZE = 20;

/** Runs without a reported cost are counted no further than this. */
export const MOST_UNKNOWN_COUNTED = 1_000;

const agentSpendSchema = z.object({
  agentId: z.string(),
  daily: amountSchema,
  weekly: amountSchema,
  monthly: amountSchema,
  lifetime: amountSchema,
  reservedNanos: nanosSchema,
  /** Its own cap, else the general one; null for none. */
  weeklyCapNanos: nanosSchema.nullable(),
  pace: weekPaceSchema,
  isPaused: z.boolean(),
  isSpendPaused: z.boolean(),
});

/** A row of the table by agent: what it was charged, its descendants' part with it. */
export type AgentSpend = Readonly<z.infer<typeof agentSpendSchema>>;

const automationSpendSchema = amountSchema.extend({
  automationId: z.string(),
  /** Absent where the definition is gone. */
  name: z.string().exactOptional(),
  creatorAgentId: z.string().exactOptional(),
  /** The part that was charged as it was estimated, because nobody reported. */
  estimatedNanos: nanosSchema,
});

/** A row of the table by automation. */
export type AutomationSpend = Readonly<z.infer<typeof automationSpendSchema>>;

const runSpendSchema = listedRunSchema.extend({ automationName: z.string().exactOptional() });

/** A row of the table by run. */
export type RunSpend = Readonly<z.infer<typeof runSpendSchema>>;

const costsSchema = z.array(nanosSchema);

const spendChartSchema = z.object({
  /** The UTC days of the period, the oldest first; every list of costs has one for each. */
  dayStartsMs: z.array(instantSchema),
  /** The agents whose own automations cost most, the highest first. */
  series: z.array(z.object({ agentId: z.string(), costsNanos: costsSchema })),
  others: z.object({ agentCount: z.int(), costsNanos: costsSchema }),
  /** What automations cost that no agent created. */
  byPeople: costsSchema,
  /** Every run once: what the period cost, of that as estimated, and what the week and the day did. */
  totalNanos: nanosSchema,
  totalTokens: z.int(),
  estimatedNanos: nanosSchema,
  thisWeekNanos: nanosSchema,
  todayNanos: nanosSchema,
  /** Runs of the period that have begun and of which nobody has reported a cost, counted up to `MOST_UNKNOWN_COUNTED`. */
  unknownRuns: z.int(),
});

/** What was spent on each day of a period, by agent; each run's cost is in it once. */
export type SpendChart = Readonly<z.infer<typeof spendChartSchema>>;

/** The rows of the contract for the desk's view of spend; only the operator asks. */
export const spendDeskContract = {
  'spend.chart': {
    kind: 'query',
    summary: 'What was spent on each day of a period by the agents whose automations cost most, and by all others.',
    who: ['operator'],
    input: ofPeriod,
    output: spendChartSchema,
  },
  'spend.byAgent': {
    kind: 'query',
    summary: 'What each agent was charged, with its cap, its pace and what is reserved; the highest week first.',
    who: ['operator'],
    input: z.strictObject({
      limit: z.int().min(1).max(100).exactOptional(),
      cursor: z.string().max(300).exactOptional(),
    }),
    output: z.object({
      agents: z.array(agentSpendSchema),
      nextCursor: z.string().exactOptional(),
    }),
  },
  'spend.byAutomation': {
    kind: 'query',
    summary: 'The automations whose runs cost most in a period.',
    who: ['operator'],
    input: ofPeriod,
    output: z.object({
      automations: z.array(automationSpendSchema),
      /** All that cost something, those left out included. */
      count: z.int(),
    }),
  },
  'spend.byRun': {
    kind: 'query',
    summary: 'The runs that cost most, of those that were queued in a period and have begun.',
    who: ['operator'],
    input: ofPeriod,
    output: z.object({ runs: z.array(runSpendSchema) }),
  },
} as const satisfies Record<string, ContractEntry>;
