import { z } from 'zod';
import { actorSchema, agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { unreadableField } from '../kernel/unreadable';
import { agentSummarySchema, MAX_ANCESTORS } from './agent';
import { automationStatuses } from './automation';
import { type ContractEntry, command, query } from './contract-entry';

/** An agent with the chains of those above it, each the oldest first. */
export type Descent = { readonly agentId: string; readonly chains: readonly (readonly string[])[] };

/**
 * Everybody who is below an agent through any chain, also those that are only named in one; the agent itself left out, and each
 * once where lineages make a circle (spec/governance.md section 3).
 */
export function agentIdsBelow(agents: Iterable<Descent>, topId: string): ReadonlySet<string> {
  const childIds = new Map<string, Set<string>>();
  for (const { agentId, chains } of agents) {
    for (const chain of chains) {
      const path = [...chain, agentId];
      for (const [index, childId] of path.slice(1).entries()) {
        const parentId = path[index] ?? '';
        childIds.set(parentId, (childIds.get(parentId) ?? new Set()).add(childId));
      }
    }
  }
  // A set hands out what is added while it is walked, each once.
  const found = new Set([topId]);
  for (const id of found) for (const childId of childIds.get(id) ?? []) found.add(childId);
  found.delete(topId);
  return found;
}

/** Agents, and automations, that one answer has at most; a picture of more is no help. */
export const LINEAGE_SIZE = 1_500;

const lineageAgentSchema = z.object({
  agentId: z.string(),
  /** The longest chain that is kept, oldest first. */
  ancestorIds: z.array(z.string()),
  /** Every other chain that is kept. */
  otherChains: z.array(z.array(z.string())),
  isPaused: z.boolean(),
  isSpendPaused: z.boolean(),
  isReviewRequired: z.boolean(),
  lastSeenAtMs: instantSchema,
  /** This week's; what its descendants spend is charged to it too, so it is that of the whole subtree. */
  weeklyCostNanos: nanosSchema,
  weeklyCapNanos: nanosSchema.nullable(),
});

const lineageAutomationSchema = z.object({
  automationId: z.string(),
  name: z.string(),
  status: z.enum(automationStatuses),
  /** Absent where a human or the system created it. */
  creatorAgentId: z.string().exactOptional(),
  /** What the rules made of it, where that says more than the status. */
  lifecycle: z.enum(['retired', 'expired', 'paused']).exactOptional(),
  isReviewRequired: z.boolean(),
});

/** Who created what, as one tree (spec/governance.md sections 1 and 12). */
export const lineageContract = {
  'lineage.tree': {
    ...query('operator'),
    summary: 'The agents that were seen last and the automations that were changed last, each with who created it.',
    input: z.strictObject({}),
    output: z.object({
      agents: z.array(lineageAgentSchema),
      automations: z.array(lineageAutomationSchema),
      /** Whether there are more of either. */
      isCut: z.boolean(),
      depthLimit: z.int(),
      warningRatio: z.number(),
    }),
  },
  'agents.pauseSubtree': {
    ...command('operator'),
    summary: 'Pauses an agent and every agent that descends from it, with their runs.',
    input: z.strictObject({ agentId: agentIdSchema, reason: z.string().max(10_000).exactOptional() }),
    output: z.object({ agentIds: z.array(z.string()), ...unreadableField }),
  },
  'agent.noteLineage': {
    ...command('gatehouse'),
    summary:
      'Keeps a chain that was stated for an agent; sent by the API before the request that stated it is carried out.',
    input: z.strictObject({
      agentId: z.string(),
      /** The oldest first. */
      ancestorIds: z.array(z.string()),
      /** An agent, where its own token named a sub-agent. */
      statedBy: actorSchema,
    }),
    output: z.object({}),
  },
  'agent.setLineage': {
    ...command('operator'),
    summary: 'Corrects who is above an agent: replaces every chain that is kept for it by this one, oldest first.',
    input: z.strictObject({ agentId: agentIdSchema, ancestorIds: z.array(agentIdSchema).max(MAX_ANCESTORS) }),
    output: z.object({ agent: agentSummarySchema }),
    http: { method: 'POST', path: '/governance/agents/{agent_id}/lineage' },
  },
} as const satisfies Record<string, ContractEntry>;

/** An agent as the tree has it. */
export type LineageAgent = Readonly<z.infer<typeof lineageAgentSchema>>;

/** An automation as the tree has it. */
export type LineageAutomation = Readonly<z.infer<typeof lineageAutomationSchema>>;
