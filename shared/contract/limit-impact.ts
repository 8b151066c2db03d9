import { z } from 'zod';
import { limitsSchema } from './limits';

const { shape } = limitsSchema;

/** The limits of which the history tells what they would have stopped; of the others nothing can be counted. */
const weighedSchema = z.strictObject({
  perAgentDailyCreationLimit: shape.perAgentDailyCreationLimit.exactOptional(),
  lineageDepthLimit: shape.lineageDepthLimit.exactOptional(),
  perAgentCreationReviewThreshold: shape.perAgentCreationReviewThreshold.exactOptional(),
  runReviewThreshold: shape.runReviewThreshold.exactOptional(),
  weeklySpendCapNanos: shape.weeklySpendCapNanos.exactOptional(),
  spendWarningThresholdRatio: shape.spendWarningThresholdRatio.exactOptional(),
  approvalTtlMs: shape.approvalTtlMs.exactOptional(),
});

/** One limit as it might be: exactly one field. */
export const candidateLimitSchema = weighedSchema.refine((candidate) => Object.keys(candidate).length === 1, {
  message: 'name exactly one limit',
});

/** One limit as it might be. */
export type CandidateLimit = Readonly<z.infer<typeof weighedSchema>>;

/** The name of a limit that the history can be held against. */
export type WeighedLimit = keyof CandidateLimit;

/** Whether the history can be held against this limit. */
export function isWeighed(name: string): name is WeighedLimit {
  return Object.hasOwn(weighedSchema.shape, name);
}

/** What is counted: creations and weeks of agents that it stops, reviews that it asks for, warnings, decisions that come too late. */
export const impactUnits = ['creations', 'reviews', 'weeks', 'warnings', 'decisions'] as const;

/** What a limit would have done in the last `IMPACT_DAYS` days. */
export const limitImpactSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('counted'),
    unit: z.enum(impactUnits),
    count: z.int().min(0),
    /** How many creations, runs, weeks or decisions were looked at. */
    of: z.int().min(1),
    /** Whether there was more than was looked at, so that it is at least so many. */
    isCut: z.boolean(),
  }),
  z.object({ state: z.literal('noHistory') }),
  /** A warning is a part of a cap, and no agent has one. */
  z.object({ state: z.literal('noCap') }),
]);

/** What a limit would have done. */
export type LimitImpact = Readonly<z.infer<typeof limitImpactSchema>>;

/** How many days back a limit is held against what happened. */
export const IMPACT_DAYS = 30;
