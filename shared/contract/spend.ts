import { z } from 'zod';
import { nanosSchema } from '../kernel/money';
import { instantSchema } from '../kernel/time';

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
