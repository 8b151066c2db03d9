import { z } from 'zod';
import { actorSchema, agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { unreadableField } from '../kernel/unreadable';
import { named } from '../kernel/wire';
import { approvalSchema } from './approval';
import { automationSchema } from './automation';
import { type ContractEntry, command, deskPage, listPage, query } from './contract-entry';
import { creationReviewSchema, grantSchema } from './governance';
import { limitsSchema, overridesSchema } from './limits';
import { listedRunSchema } from './run';
import { spendWindowSchema, weekPaceSchema } from './spend';

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

const reasonSchema = z.string().max(10_000);
const agentAnswer = z.object({ agent: agentSummarySchema, ...unreadableField });

const nextCursor = z.string().exactOptional();
const ofAgent = z.strictObject({ agentId: agentIdSchema, ...deskPage });

/** What an agent is to an automation: it created it, one of its descendants did, it takes part in its flow, or was granted it. */
export const agentParts = ['created', 'descendant', 'flow', 'granted'] as const;

const listedAgentSchema = agentSummarySchema.extend({
  /** Its own cap, else the general one; null for none. */
  weeklyCapNanos: nanosSchema.nullable(),
  weeklyTokens: z.int(),
  /** Pending approvals that it asked for or that are about it. */
  waitingCount: z.int(),
});

/** An agent as the desk lists it. */
export type ListedAgent = Readonly<z.infer<typeof listedAgentSchema>>;

const agentDetailsSchema = z.object({
  agentId: z.string(),
  /** Both absent for an agent of which nothing was heard yet. */
  firstSeenAtMs: instantSchema.exactOptional(),
  lastSeenAtMs: instantSchema.exactOptional(),
  pausedAtMs: instantSchema.exactOptional(),
  pauseReason: z.string().exactOptional(),
  /** Since when its spend stops it, while it does. */
  spendPausedAtMs: instantSchema.exactOptional(),
  spendPauseReason: z.string().exactOptional(),
  review: creationReviewSchema.exactOptional(),
  waitingCount: z.int(),
  /** Runs of its automations that pausing it would stop. */
  runsUnderWay: z.int(),
  activeTokens: z.int(),
  /** What it spent in each window as it is now. */
  spend: z.object({
    daily: spendWindowSchema,
    weekly: spendWindowSchema,
    monthly: spendWindowSchema,
    lifetime: spendWindowSchema,
  }),
  reservedNanos: nanosSchema,
  pace: weekPaceSchema,
  /** Until when an approved quota override lifts its cap, while one does. */
  overrideUntilMs: instantSchema.exactOptional(),
  /** Its own cap, else the general one; null for none. */
  weeklyCapNanos: nanosSchema.nullable(),
  generalLimits: limitsSchema,
  overrides: overridesSchema,
  /** Every chain that is kept for it, the longest first. */
  chains: z.array(keptChainSchema),
  /** Those above it, in any chain, who are stopped: it starts nothing either. */
  stoppedAbove: z.object({ pausedAgentIds: z.array(z.string()), spendPausedAgentIds: z.array(z.string()) }),
  /** In the order of a tree: each after its parent, 1 deep for the agent's own children. */
  descendants: z.array(z.object({ agentId: z.string(), depth: z.int() })),
  areDescendantsCut: z.boolean(),
});

/** All that the desk shows of one agent but its lists. */
export type AgentDetails = Readonly<z.infer<typeof agentDetailsSchema>>;

const agentAutomationSchema = automationSchema
  .pick({ automationId: true, name: true, status: true, updatedAtMs: true })
  .strip()
  .extend({
    part: z.enum(agentParts),
    isReviewRequired: z.boolean(),
    isRetired: z.boolean(),
    expiresAtMs: instantSchema.exactOptional(),
  });

/** An automation as the list of an agent has it. */
export type AgentAutomation = Readonly<z.infer<typeof agentAutomationSchema>>;

const agentRunSchema = listedRunSchema.extend({ automationName: z.string() });

/** A run with the name of its automation; its id where the definition is gone. */
export type AgentRun = Readonly<z.infer<typeof agentRunSchema>>;

/** An approval as the list of an agent has it. */
export const agentApprovalSchema = approvalSchema
  .pick({
    approvalId: true,
    requestType: true,
    requestedBy: true,
    targetResource: true,
    status: true,
    cancelReason: true,
    waitingUntilMs: true,
    reviewedBy: true,
    createdAtMs: true,
    updatedAtMs: true,
    expiresAtMs: true,
  })
  .extend({ title: z.string() });

/** An approval as the list of an agent has it. */
export type AgentApproval = Readonly<z.infer<typeof agentApprovalSchema>>;

const agentEventSchema = z.object({
  seq: z.int(),
  atMs: instantSchema,
  /** Without the prefix. */
  name: z.string(),
  actor: actorSchema,
  automationId: z.string().exactOptional(),
  approvalId: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  code: z.string().exactOptional(),
  /** Whose lineage was stated or corrected, or could not be kept, and to what; the oldest first. */
  lineage: z.object({ agentId: z.string(), ancestorIds: z.array(z.string()) }).exactOptional(),
});

/** A row of the audit log about an agent, with what its payload says in a word. */
export type AgentEvent = Readonly<z.infer<typeof agentEventSchema>>;

const agentGrantSchema = grantSchema.extend({ automationName: z.string() });

/** A grant that stands, with the name of its automation. */
export type AgentGrant = Readonly<z.infer<typeof agentGrantSchema>>;

/** Grants that one answer carries at most. */
export const AGENT_GRANTS_SIZE = 200;

/** Agents and their pauses (spec/governance.md sections 2 and 12), and what only the operator asks of them. */
export const agentContract = {
  'agents.list': {
    ...query('operator', 'engine'),
    summary: 'Lists the agents that are known, the most recently seen first.',
    input: z.object({
      ...listPage(300),
    }),
    output: z.object({ agents: z.array(agentSummarySchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/agents' },
  },
  'agent.pause': {
    ...command('operator'),
    summary: 'Pauses an agent: it creates and starts nothing, and its runs are paused. Also one that is yet unknown.',
    input: z.strictObject({ agentId: agentIdSchema, reason: reasonSchema.exactOptional() }),
    output: agentAnswer,
    http: { method: 'POST', path: '/governance/agents/{agent_id}/pause' },
  },
  'agent.resume': {
    ...command('operator'),
    summary: 'Resumes an agent. Its runs stay paused until somebody resumes them.',
    input: z.strictObject({ agentId: agentIdSchema, reason: reasonSchema.exactOptional() }),
    output: agentAnswer,
    http: { method: 'POST', path: '/governance/agents/{agent_id}/resume' },
  },
  'agents.pauseAll': {
    ...command('operator'),
    summary: 'Pauses every agent that is not paused and turns creation off, as one action that resumeAll undoes.',
    input: z.strictObject({ reason: reasonSchema.exactOptional() }),
    output: z.object({ count: z.int(), ...unreadableField }),
  },
  'agents.resumeAll': {
    ...command('operator'),
    summary: 'Undoes pauseAll: resumes the agents that it paused, and turns creation on again if it was on.',
    input: z.strictObject({ reason: reasonSchema.exactOptional() }),
    output: z.object({ count: z.int(), ...unreadableField }),
  },
  'agents.overview': {
    ...query('operator'),
    summary: 'Lists agents with their cap and what waits, the most recently seen first.',
    input: z.strictObject({
      /** Only those with this text in their id. */
      search: z.string().trim().max(200).exactOptional(),
      ...deskPage,
    }),
    output: z.object({ agents: z.array(listedAgentSchema), nextCursor }),
  },
  'agent.details': {
    ...query('operator'),
    summary: 'All that the desk shows of one agent but its lists; also of one that was only heard of.',
    input: z.strictObject({ agentId: agentIdSchema }),
    output: agentDetailsSchema,
  },
  'agent.automations': {
    ...query('operator'),
    summary: 'Automations that an agent or its descendants created, that it takes part in or was granted.',
    input: ofAgent,
    output: z.object({ automations: z.array(agentAutomationSchema), nextCursor }),
  },
  'agent.runs': {
    ...query('operator'),
    summary: 'Runs of the automations that an agent owns or takes part in, the newest first.',
    input: ofAgent,
    output: z.object({ runs: z.array(agentRunSchema), nextCursor }),
  },
  'agent.approvals': {
    ...query('operator'),
    summary: 'Approvals that an agent asked for or that are about it, the newest updated first.',
    input: ofAgent,
    output: z.object({ approvals: z.array(agentApprovalSchema), nextCursor }),
  },
  'agent.grants': {
    ...query('operator'),
    summary: 'The grants that an agent has and that stand.',
    input: z.strictObject({ agentId: agentIdSchema }),
    output: z.object({ grants: z.array(agentGrantSchema), isCut: z.boolean() }),
  },
  'agent.history': {
    ...query('operator'),
    summary: 'Audit rows about an agent, the newest first.',
    input: ofAgent,
    output: z.object({ events: z.array(agentEventSchema), nextCursor }),
  },
  'agent.disconnect': {
    ...command('operator'),
    summary: 'Revokes every token of an agent at once and for good. Engines that speak for it are not touched.',
    input: z.strictObject({ agentId: agentIdSchema }),
    output: z.object({ revokedCount: z.int() }),
  },
} as const satisfies Record<string, ContractEntry>;
