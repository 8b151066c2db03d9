import { z } from 'zod';
import { actorSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/time';
import { automationStatuses } from './automation';
import { findingSchema, reviewKinds } from './governance';
import { runStatuses } from './run';

/** What is to be said of an automation's life besides its status, the weightiest first. */
export const lifecycleMarks = [
  'deleted',
  'retired',
  'expired',
  'lifecycle_paused',
  'review_required',
  'expires_soon',
] as const;

/** Something to be said of an automation's life besides its status. */
export type LifecycleMark = (typeof lifecycleMarks)[number];

/** What the operator can do with an automation. */
export const automationActions = [
  'acknowledge',
  'run',
  'pause',
  'resume',
  'extend',
  'retire',
  'delete',
  'restore',
] as const;

/** Something that the operator can do with an automation. */
export type AutomationAction = (typeof automationActions)[number];

/** Set on an automation that is deleted and can be restored. */
export const deletionSchema = z.object({
  deletedBy: actorSchema,
  deletedAtMs: instantSchema,
  restoreUntilMs: instantSchema,
});

/** Findings that an overview carries at most, the most severe first; the counts are of all. */
export const MOST_LISTED_FINDINGS = 5;

/** An automation as the desk lists it: where it stands, what was found, and what the operator can do about it now. */
export const automationOverviewSchema = z.object({
  automationId: z.string(),
  name: z.string(),
  status: z.enum(automationStatuses),
  creator: actorSchema,
  createdAtMs: instantSchema,
  marks: z.array(z.enum(lifecycleMarks)),
  expiresAtMs: instantSchema.exactOptional(),
  expiredAtMs: instantSchema.exactOptional(),
  retiredAtMs: instantSchema.exactOptional(),
  retireReason: z.string().exactOptional(),
  reviewKind: z.enum(reviewKinds).exactOptional(),
  reviewRequestedAtMs: instantSchema.exactOptional(),
  runsSinceReview: z.int(),
  deletion: deletionSchema.exactOptional(),
  findings: z.array(findingSchema),
  findingCounts: z.object({ critical: z.int(), warning: z.int(), info: z.int() }),
  /** Ids of all findings: what the operator has seen when it acknowledges. */
  findingIds: z.array(z.string()),
  /** Runs that a pause, a retirement or a deletion would pause. */
  runsUnderWay: z.int(),
  lastRun: z.object({ runId: z.string(), status: z.enum(runStatuses), atMs: instantSchema }).exactOptional(),
  /** What would be carried out now. */
  actions: z.array(z.enum(automationActions)),
});

/** An automation as the desk lists it. */
export type AutomationOverview = Readonly<z.infer<typeof automationOverviewSchema>>;
