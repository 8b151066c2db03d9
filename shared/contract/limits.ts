import { z } from 'zod';
import { nanosSchema } from '../kernel/money';
import { HOUR_MS } from '../kernel/time';

const countSchema = z.int().min(0).max(1_000_000);
const spanSchema = z
  .int()
  .min(0)
  .max(10 * 365 * 24 * HOUR_MS);
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

const DAY_MS = 24 * HOUR_MS;

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
  approvalTtlMs: spanSchema.min(1_000).exactOptional(),
});

/** One agent's own limits; what is not set falls back to the general one. */
export type Overrides = Readonly<z.infer<typeof overridesSchema>>;

/** The limits that hold for an agent with these overrides. */
export function effectiveLimits(limits: Limits, overrides: Overrides): Limits {
  return { ...limits, ...overrides };
}
