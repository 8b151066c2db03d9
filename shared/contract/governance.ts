import { z } from 'zod';
import { actorSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/time';

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
