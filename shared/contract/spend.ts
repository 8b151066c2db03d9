import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { type ContractEntry, command, deskPage, listPage, query } from './contract-entry';
import { listedRunSchema } from './run';

/** The windows that spend is counted in; bounds are those of the UTC calendar, weeks begin on Monday (section 2). */
export const windowKinds = ['daily', 'weekly', 'monthly', 'lifetime'] as const;

/** A window that spend is counted in. */
export type WindowKind = (typeof windowKinds)[number];

/** What one agent spent in one window. */
export const spendWindowSchema = z.object({
  kind: z.enum(windowKinds),
  windowStartMs: instantSchema,
  windowEndMs: instantSchema.exactOptional(),
  promptTokens: z.int(),
  completionTokens: z.int(),
  totalTokens: z.int(),
  costNanos: nanosSchema,
  lastAutomationId: z.string().exactOptional(),
  lastRunId: z.string().exactOptional(),
  updatedAtMs: instantSchema,
  softWarningAtMs: instantSchema.exactOptional(),
  hardStopAtMs: instantSchema.exactOptional(),
});

/** What one agent spent in one window. */
export type SpendWindow = Readonly<z.infer<typeof spendWindowSchema>>;

/** What one agent spent, and whether that stopped it. */
export const spendSummarySchema = z.object({
  agentId: z.string(),
  daily: spendWindowSchema,
  weekly: spendWindowSchema,
  monthly: spendWindowSchema,
  lifetime: spendWindowSchema,
  updatedAtMs: instantSchema,
  pausedAtMs: instantSchema.exactOptional(),
  pauseReason: z.string().exactOptional(),
});

/** What one agent spent, and whether that stopped it. */
export type SpendSummary = Readonly<z.infer<typeof spendSummarySchema>>;

/** Where an agent's spend of this week is heading, if it goes on as it has since Monday 00:00 UTC. */
export const weekPaceSchema = z.discriminatedUnion('kind', [
  /** Nothing was charged this week. */
  z.object({ kind: z.literal('nothing') }),
  /** The week is too young for its pace to say anything. */
  z.object({ kind: z.literal('tooEarly') }),
  z.object({ kind: z.literal('uncapped'), projectedNanos: nanosSchema }),
  z.object({ kind: z.literal('below'), projectedNanos: nanosSchema }),
  /** The cap will be reached at that time, before the week is over. */
  z.object({ kind: z.literal('reaches'), projectedNanos: nanosSchema, atMs: instantSchema }),
  z.object({ kind: z.literal('reached') }),
]);

/** Where an agent's spend of this week is heading. */
export type WeekPace = Readonly<z.infer<typeof weekPaceSchema>>;

/** Tokens and cost of one report. */
export type Usage = {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly costNanos: number;
};

/** Rows of days that one answer carries at most. */
export const SPEND_DAYS_SIZE = 20_000;

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
  /** The weekly caps that these agents are under: none, only some are, or all, and what they may spend together then. */
  weeklyCap: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('some') }),
    z.object({ kind: z.literal('all'), nanos: nanosSchema }),
  ]),
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

/** The rows of the contract that are about what agents spent (spec/governance.md section 8). */
export const spendContract = {
  'spend.list': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Lists what each agent spent, the highest cost of this week first. An agent sees its own.',
    isForSubAgents: true,
    input: z.object({
      ...listPage(300),
    }),
    output: z.object({ spend: z.array(spendSummarySchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/spend' },
  },
  'spend.get': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Answers what one agent spent today, this week, this month and ever. An agent sees its own.',
    isForSubAgents: true,
    input: z.object({ agentId: agentIdSchema }),
    output: z.object({ spend: spendSummarySchema }),
    http: { method: 'GET', path: '/governance/agents/{agent_id}/spend' },
  },
  'spend.days': {
    ...query('operator'),
    summary: 'What each agent used on each UTC day, for charts; the oldest day first.',
    input: z.strictObject({
      /** All agents, if absent. */
      agentId: agentIdSchema.exactOptional(),
      /** The last 400 days, if absent. */
      sinceMs: instantSchema.exactOptional(),
    }),
    output: z.object({
      days: z.array(
        z.object({
          agentId: z.string(),
          dayStartMs: instantSchema,
          totalTokens: z.int(),
          costNanos: nanosSchema,
          /** The part of the automations that the agent created itself; the rest is its descendants'. */
          ownCostNanos: nanosSchema,
          /** The part that was charged as it was estimated, because nobody reported. */
          estimatedNanos: nanosSchema,
        }),
      ),
      /** Whether there were more than are answered; then the oldest are left out. */
      isCut: z.boolean(),
    }),
  },
  'reservations.chargeDue': {
    ...command('gatehouse'),
    summary: 'Charges the reservations that nobody settled within an hour at their estimate.',
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
  'spend.liftEndedPauses': {
    ...command('gatehouse'),
    summary: 'Lifts the spend pauses that no longer hold: when a new week begins.',
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
  'spend.chart': {
    ...query('operator'),
    summary: 'What was spent on each day of a period by the agents whose automations cost most, and by all others.',
    input: ofPeriod,
    output: spendChartSchema,
  },
  'spend.byAgent': {
    ...query('operator'),
    summary: 'What each agent was charged, with its cap, its pace and what is reserved; the highest week first.',
    input: z.strictObject({
      ...deskPage,
    }),
    output: z.object({
      agents: z.array(agentSpendSchema),
      nextCursor: z.string().exactOptional(),
    }),
  },
  'spend.byAutomation': {
    ...query('operator'),
    summary: 'The automations whose runs cost most in a period.',
    input: ofPeriod,
    output: z.object({
      automations: z.array(automationSpendSchema),
      /** All that cost something, those left out included. */
      count: z.int(),
    }),
  },
  'spend.byRun': {
    ...query('operator'),
    summary: 'The runs that cost most, of those that were queued in a period and have begun.',
    input: ofPeriod,
    output: z.object({ runs: z.array(runSpendSchema) }),
  },
} as const satisfies Record<string, ContractEntry>;
