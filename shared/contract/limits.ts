import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { nanosSchema } from '../kernel/nanos';
import { DAY_MS, HOUR_MS } from '../kernel/time';
import { type ContractEntry, command, query } from './contract-entry';

const countSchema = z.int().min(0).max(1_000_000);
const spanSchema = z
  .int()
  .min(0)
  .max(10 * 365 * DAY_MS);
const ratioSchema = z.number().min(0).max(1);

/** The limits that the operator can edit (spec/governance.md section 2, Limits). 0 turns off where the table says so. */
export const limitsSchema = z.strictObject({
  creationEnabled: z.boolean(),
  perAgentDailyCreationLimit: countSchema,
  activeAgentAutomationCap: countSchema,
  lineageDepthLimit: countSchema,
  perAgentCreationReviewThreshold: countSchema,
  runReviewThreshold: countSchema,
  weeklySpendCapNanos: nanosSchema.nullable(),
  spendWarningThresholdRatio: ratioSchema,
  planStopRatio: ratioSchema,
  defaultExpiresAfterMs: spanSchema,
  expirationWarningWindowMs: spanSchema,
  healthCheckIntervalMs: spanSchema.min(60_000),
  healthWindowRunLimit: countSchema,
  healthFailureRateThreshold: ratioSchema,
  healthGuardrailStopThreshold: countSchema,
  approvalTtlMs: spanSchema.min(1_000),
  perAgentPauseEnabled: z.boolean(),
  independentReviewRequired: z.boolean(),
});

/** The limits in force. */
export type Limits = Readonly<z.infer<typeof limitsSchema>>;

/** What holds until the operator changes it. */
export const defaultLimits: Limits = {
  creationEnabled: true,
  perAgentDailyCreationLimit: 10,
  activeAgentAutomationCap: 50,
  lineageDepthLimit: 3,
  perAgentCreationReviewThreshold: 5,
  runReviewThreshold: 20,
  weeklySpendCapNanos: null,
  spendWarningThresholdRatio: 0.8,
  planStopRatio: 0,
  defaultExpiresAfterMs: 90 * DAY_MS,
  expirationWarningWindowMs: 7 * DAY_MS,
  healthCheckIntervalMs: 6 * HOUR_MS,
  healthWindowRunLimit: 20,
  healthFailureRateThreshold: 0.5,
  healthGuardrailStopThreshold: 2,
  approvalTtlMs: 72 * HOUR_MS,
  perAgentPauseEnabled: true,
  independentReviewRequired: false,
};

/** What the operator can set for one agent instead of the general limit (section 2, Per-agent limits). */
export const overridesSchema = z.strictObject({
  weeklySpendCapNanos: nanosSchema.exactOptional(),
  perAgentDailyCreationLimit: countSchema.exactOptional(),
  perAgentCreationReviewThreshold: countSchema.exactOptional(),
  planStopRatio: ratioSchema.exactOptional(),
  approvalTtlMs: spanSchema.min(1_000).exactOptional(),
});

/** One agent's own limits; what is not set falls back to the general one. */
export type Overrides = Readonly<z.infer<typeof overridesSchema>>;

/** The limits that hold for an agent with these overrides. */
export function effectiveLimits(limits: Limits, overrides: Overrides): Limits {
  return { ...limits, ...overrides };
}

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

const limitsAnswer = z.object({ limits: limitsSchema });

/** The limits, and an agent's own (spec/governance.md section 2). */
export const limitsContract = {
  'limits.get': {
    ...query('operator', 'engine', 'agent'),
    summary: 'The limits in force.',
    input: z.strictObject({}),
    output: limitsAnswer,
    http: { method: 'GET', path: '/governance/limits' },
  },
  'limits.impact': {
    ...query('operator'),
    summary: 'What one limit would have stopped in the last 30 days, if it had been as given.',
    input: z.strictObject({ candidate: candidateLimitSchema }),
    output: z.object({ impact: limitImpactSchema }),
  },
  'limits.update': {
    ...command('operator'),
    summary: 'Changes some limits; null clears an optional one.',
    input: limitsSchema.partial(),
    output: limitsAnswer,
    http: { method: 'PATCH', path: '/governance/limits' },
  },
  'agent.setLimits': {
    ...command('operator'),
    summary: "Changes some of an agent's own limits; null clears one, so that the general one holds again.",
    input: z.strictObject({
      agentId: agentIdSchema,
      weeklySpendCapNanos: shape.weeklySpendCapNanos.exactOptional(),
      perAgentDailyCreationLimit: shape.perAgentDailyCreationLimit.nullable().exactOptional(),
      perAgentCreationReviewThreshold: shape.perAgentCreationReviewThreshold.nullable().exactOptional(),
      planStopRatio: shape.planStopRatio.nullable().exactOptional(),
      approvalTtlMs: shape.approvalTtlMs.nullable().exactOptional(),
    }),
    output: z.object({ agentId: z.string(), overrides: overridesSchema, effective: limitsSchema }),
    http: { method: 'PATCH', path: '/governance/agents/{agent_id}/limits' },
  },
} as const satisfies Record<string, ContractEntry>;
