import { z } from 'zod';
import { actorSchema } from '../kernel/actor';
import { nanosSchema } from '../kernel/money';
import { instantSchema } from '../kernel/time';
import { named } from '../kernel/wire';

/** Ancestors that one stated chain has at most. */
export const MAX_ANCESTORS = 64;

/** A chain of ancestors that was stated for an agent and is kept (spec/governance.md section 3). */
export const keptChainSchema = z.object({
  /** The oldest first; each once, never the agent itself. */
  ancestorIds: z.array(z.string()),
  /** Both absent where nobody noted it: of an earlier version, or from an import. */
  statedBy: actorSchema.exactOptional(),
  statedAtMs: instantSchema.exactOptional(),
});

/** A chain of ancestors that is kept for an agent. */
export type KeptChain = Readonly<z.infer<typeof keptChainSchema>>;

/** How an agent stands, as the operator and engines see it (spec/api.md section 2, GET /governance/agents). */
export const agentSummarySchema = z.object({
  agentId: z.string(),
  isPaused: named('paused', z.boolean()),
  /** Whether its spend really stops it now. */
  isSpendPaused: named('spend_paused', z.boolean()),
  isReviewRequired: named('review_required', z.boolean()),
  createdLast24h: named('created_last_24h', z.int()),
  activeAutomations: z.int(),
  /** The longest chain that is kept, oldest first. */
  lineage: z.array(z.string()),
  lastSeenAtMs: instantSchema,
  weeklyCostNanos: nanosSchema,
});

/** How an agent stands. */
export type AgentSummary = Readonly<z.infer<typeof agentSummarySchema>>;
