import { z } from 'zod';
import { keptChainSchema } from '../../../shared/contract/agent';
import { creationReviewSchema } from '../../../shared/contract/governance';
import { overridesSchema } from '../../../shared/contract/limits';
import { instantSchema } from '../../../shared/kernel/instant';

/** What is stored of an agent. */
export const agentSchema = z.object({
  agentId: z.string(),
  /** The longest of the chains, oldest first. */
  ancestorIds: z.array(z.string()),
  /** Every chain that is kept, the longest first; absent where there is none, and where an older version kept the longest alone. */
  chains: z.array(keptChainSchema).exactOptional(),
  firstSeenAtMs: instantSchema,
  lastSeenAtMs: instantSchema,
  /** Set while the operator has paused it. */
  pausedAtMs: instantSchema.exactOptional(),
  pauseReason: z.string().exactOptional(),
  /** Whether it was paused with all others, so that resuming all resumes it. */
  isPausedByAll: z.literal(true).exactOptional(),
  /** Set while its spend has stopped it. */
  spendPausedAtMs: instantSchema.exactOptional(),
  spendPauseReason: z.string().exactOptional(),
  review: creationReviewSchema.exactOptional(),
  overrides: overridesSchema,
});

/** What is stored of an agent. */
export type StoredAgent = Readonly<z.infer<typeof agentSchema>>;

/** What is known of an agent. */
export type KnownAgent = StoredAgent & {
  /**
   * Set where its row cannot be read. All that is known then is its id, and that it counts as paused; it cannot be saved, so
   * that its row stays as it is.
   */
  readonly isUnreadable?: true;
};

/** An agent that nothing is known of yet. */
export function newAgent(agentId: string, now: number): KnownAgent {
  return { agentId, ancestorIds: [], firstSeenAtMs: now, lastSeenAtMs: now, overrides: {} };
}
