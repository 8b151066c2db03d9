import { z } from 'zod';
import { HOUR_MS } from './time';

/** The limits that the operator can edit (spec/governance.md section 2). Only those that are enforced so far are here. */
export const limitsSchema = z.object({
  /** How long an approval waits for a decision when the asker does not say. */
  approvalTtlMs: z.int().min(1),
  /** Whether a human may never decide what the same human asked for. */
  isIndependentReviewRequired: z.boolean(),
});

/** The limits in force. */
export type Limits = Readonly<z.infer<typeof limitsSchema>>;

/** What holds until the operator changes it. */
export const defaultLimits: Limits = { approvalTtlMs: 72 * HOUR_MS, isIndependentReviewRequired: false };
