import { z } from 'zod';
import { actorSchema, agentIdSchema } from '../kernel/actor';
import { type ErrorCode, errorCatalogue } from '../kernel/errors';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { named } from '../kernel/wire';
import { approvalSchema } from './approval';
import { type ContractEntry, command, query } from './contract-entry';
import { spendSummarySchema } from './spend';

/** Why something needs the operator's look (spec/governance.md section 2). */
export const reviewKinds = [
  'creation_quota',
  'run_drift',
  'health_drift',
  'expiration_soon',
  'expired',
  'dependency_revoked',
  'retired',
] as const;

/** Why something needs the operator's look. */
export type ReviewKind = (typeof reviewKinds)[number];

/** Who created an automation: the creator, its root, and the agents in between, oldest first, depth from 1. */
export const provenanceSchema = z.object({
  creator: actorSchema,
  rootActor: actorSchema,
  ancestorChain: z.array(z.object({ depth: z.int(), actor: actorSchema })),
  depth: z.int(),
  requestSource: z.string().exactOptional(),
});

/** Who created an automation. */
export type Provenance = Readonly<z.infer<typeof provenanceSchema>>;

/** Something that a check found, with its evidence. */
export const findingSchema = z.object({
  findingId: z.string(),
  kind: z.enum(reviewKinds),
  severity: z.enum(['info', 'warning', 'critical']),
  summary: z.string(),
  detail: z.string().exactOptional(),
  observedAtMs: instantSchema,
  automationRunId: z.string().exactOptional(),
  approvalId: z.string().exactOptional(),
  evidence: z.unknown().exactOptional(),
});

/** Something that a check found. */
export type Finding = Readonly<z.infer<typeof findingSchema>>;

/** A revocable permission for one agent to modify one automation. */
export const grantSchema = z.object({
  grantId: z.string(),
  automationId: z.string(),
  grantKind: z.enum(['modify', 'capability']),
  grantedTo: actorSchema,
  grantedBy: actorSchema,
  capabilityKey: z.string().exactOptional(),
  createdAtMs: instantSchema,
  reason: z.string().exactOptional(),
  revokedAtMs: instantSchema.exactOptional(),
  revokeReason: z.string().exactOptional(),
});

/** A revocable permission for one agent to modify one automation. */
export type Grant = Readonly<z.infer<typeof grantSchema>>;

/** What an automation may do beyond running, as its definition says. */
export const declaredCapabilitiesSchema = z.object({ createsAgents: z.boolean(), modifiesGrants: z.boolean() });

const recordShape = {
  automationId: z.string(),
  provenance: provenanceSchema,
  declaredCapabilities: declaredCapabilitiesSchema,
  createdAtMs: instantSchema,
  updatedAtMs: instantSchema,
  deletedAtMs: instantSchema.exactOptional(),
  deleteRetentionUntilMs: instantSchema.exactOptional(),
  publishedExternally: z.boolean(),
  creationPaused: z.boolean(),
  reviewRequired: z.boolean(),
  reviewKind: z.enum(reviewKinds).exactOptional(),
  reviewRequestedAtMs: instantSchema.exactOptional(),
  reviewRequestId: z.string().exactOptional(),
  lastReviewedAtMs: instantSchema.exactOptional(),
  runsSinceReview: z.int(),
  expiresAtMs: instantSchema.exactOptional(),
  expiredAtMs: instantSchema.exactOptional(),
  retiredAtMs: instantSchema.exactOptional(),
  retireReason: z.string().exactOptional(),
  pausedForLifecycle: z.boolean(),
  healthLastCheckedAtMs: instantSchema.exactOptional(),
  healthFindings: z.array(findingSchema),
};

/** The custody record of one automation, as it is stored; its grants are kept beside it. */
export const governanceRecordSchema = z.object(recordShape);

/** The custody record of one automation. */
export type GovernanceRecord = Readonly<z.infer<typeof governanceRecordSchema>>;

/** The custody record as it is answered: with its grants. */
export const governanceAnswerSchema = z.object({
  ...recordShape,
  modifyGrants: z.array(grantSchema),
  capabilityGrants: z.array(grantSchema),
  grantCount: z.int(),
  capabilityGrantCount: z.int(),
});

/** Where an agent stands with its creations (spec/governance.md sections 2 and 6). */
export const creationReviewSchema = z.object({
  agentId: z.string(),
  createdSinceReview: z.int(),
  reviewRequired: z.boolean(),
  reviewKind: z.enum(reviewKinds).exactOptional(),
  reviewRequestedAtMs: instantSchema.exactOptional(),
  reviewRequestId: z.string().exactOptional(),
  lastReviewedAtMs: instantSchema.exactOptional(),
  lastReviewNotes: z.string().exactOptional(),
  updatedAtMs: instantSchema,
});

/** Where an agent stands with its creations. */
export type CreationReview = Readonly<z.infer<typeof creationReviewSchema>>;

const nothing = z.strictObject({});
const countAnswer = z.object({ count: z.int() });

/** The review and lifecycle fields of a custody record. */
export const lifecycleSchema = governanceRecordSchema.pick({
  reviewRequired: true,
  reviewKind: true,
  reviewRequestedAtMs: true,
  reviewRequestId: true,
  lastReviewedAtMs: true,
  runsSinceReview: true,
  expiresAtMs: true,
  expiredAtMs: true,
  retiredAtMs: true,
  retireReason: true,
  pausedForLifecycle: true,
  healthLastCheckedAtMs: true,
  healthFindings: true,
});

/** What needs the operator's look, and the checks that find it (spec/governance.md sections 6, 8 and 9). */
export const reviewContract = {
  'reviews.list': {
    ...query('operator', 'engine'),
    summary:
      'What needs a look: agents to review, automations with a review, findings or an end, and what is asked of both; each list goes on in the next page.',
    input: z.object({
      /** Of each of the three lists. */
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(1_000).exactOptional(),
    }),
    output: z.object({
      agentCreationReviews: z.array(creationReviewSchema),
      automationLifecycleReviews: z.array(
        z.object({ automationId: z.string(), creatorId: z.string(), review: lifecycleSchema }),
      ),
      pendingApprovals: z.array(approvalSchema),
      count: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
    http: { method: 'GET', path: '/governance/reviews' },
  },
  'automation.acknowledge': {
    ...command('operator'),
    summary:
      'Says that the operator has looked at an automation: approves its pending review, or ends the one that nobody can decide any more. It stays paused if it is.',
    input: z.strictObject({
      automationId: z.string().min(1).max(200),
      /** The findings that the operator saw; one that came since refuses. */
      findingIds: z.array(z.string().max(200)).max(10_000),
      notes: z.string().max(10_000).exactOptional(),
    }),
    output: z.object({ isChanged: z.boolean() }),
  },
  'health.check': {
    ...command('operator', 'engine', 'gatehouse'),
    summary:
      'Looks at the recent runs and the expiry of every automation, in one commit; answers how many findings hold.',
    input: nothing,
    output: z.object({ findingCount: z.int() }),
    http: { method: 'POST', path: '/governance/health_check' },
  },
  'automations.checkExpiry': {
    ...command('gatehouse'),
    summary: 'Ends the automations whose time is over, and warns of those that come to their end.',
    input: nothing,
    output: countAnswer,
  },
} as const satisfies Record<string, ContractEntry>;

const automationIdSchema = z.string().trim().min(1).max(200);
const reasonSchema = z.string().max(10_000);

const readingValueSchema = z.union([z.number(), z.boolean(), z.string()]);
const codeSchema = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]);

/** The rows of the contract about whose an automation is, who may change it, and what an agent may still create. */
export const custodyContract = {
  'automation.governance': {
    ...query('operator', 'engine', 'agent'),
    summary:
      'Answers the custody record of an automation with its grants, reviews and spend. An agent sees its own spend.',
    input: z.object({ automationId: automationIdSchema }),
    output: z.object({
      governance: governanceAnswerSchema,
      /** Where the agent that created it stands; null for one that no agent created. */
      agentReview: creationReviewSchema.nullable(),
      lifecycle: lifecycleSchema,
      spend: z.object({
        weeklySpendCapNanos: nanosSchema.nullable(),
        warningThresholdRatio: z.number(),
        agents: z.array(spendSummarySchema),
      }),
    }),
    http: { method: 'GET', path: '/automations/v2/{automation_id}/governance' },
  },
  'grants.list': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Lists the grants of an automation, revoked ones included, the oldest first.',
    input: z.object({ automationId: automationIdSchema }),
    output: z.object({
      automationId: named('automationID', z.string()),
      modifyGrants: z.array(grantSchema),
      capabilityGrants: z.array(grantSchema),
      count: z.int(),
    }),
    http: { method: 'GET', path: '/automations/v2/{automation_id}/grants' },
  },
  'grant.create': {
    ...command('operator'),
    summary:
      'Lets an agent change an automation; only the operator can. A grant that stands already is answered again.',
    forbidden: 'AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN',
    input: z.strictObject({
      automationId: automationIdSchema,
      grantedToAgentId: agentIdSchema,
      reason: reasonSchema.exactOptional(),
    }),
    output: z.object({ grant: grantSchema }),
    http: { method: 'POST', path: '/automations/v2/{automation_id}/grants', acceptsCamelCase: true },
  },
  'grant.revoke': {
    ...command('operator'),
    summary: 'Takes a grant back; the automation is paused until the operator has looked at it.',
    forbidden: 'AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN',
    input: z.strictObject({
      automationId: automationIdSchema,
      grantId: z.string().min(1).max(100),
      reason: reasonSchema.exactOptional(),
    }),
    output: z.object({ grant: grantSchema }),
    http: { method: 'DELETE', path: '/automations/v2/{automation_id}/grants/{grant_id}', acceptsCamelCase: true },
  },
  'agent.allowance': {
    ...query('operator', 'engine', 'agent'),
    summary:
      'What the agent may still do: each rule of creation with its value, limit and verdict. An agent asks for itself.',
    isForSubAgents: true,
    input: z.object({ agentId: agentIdSchema }),
    output: z.object({
      agentId: z.string(),
      canCreate: z.boolean(),
      /** The code that a creation would be refused with now; null when it would not be. */
      code: codeSchema.nullable(),
      rules: z.array(
        z.object({
          rule: z.string(),
          code: codeSchema,
          value: readingValueSchema,
          limit: readingValueSchema.nullable(),
          isMet: z.boolean(),
        }),
      ),
    }),
    http: { method: 'GET', path: '/governance/agents/{agent_id}/allowance' },
  },
} as const satisfies Record<string, ContractEntry>;
