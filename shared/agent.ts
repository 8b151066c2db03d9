import { z } from 'zod';
import { nanosSchema } from './money';
import { instantSchema } from './time';
import { named } from './wire';

/** How an agent stands, as the operator and engines see it (spec/api.md section 2, GET /governance/agents). */
export const agentSummarySchema = z.object({
  agentId: z.string(),
  isPaused: named('paused', z.boolean()),
  /** Whether its spend really stops it now. */
  isSpendPaused: named('spend_paused', z.boolean()),
  isReviewRequired: named('review_required', z.boolean()),
  createdLast24h: named('created_last_24h', z.int()),
  activeAutomations: z.int(),
  /** The longest ancestor chain ever recorded, oldest first. */
  lineage: z.array(z.string()),
  lastSeenAtMs: instantSchema,
  weeklyCostNanos: nanosSchema,
});

/** How an agent stands. */
export type AgentSummary = Readonly<z.infer<typeof agentSummarySchema>>;
