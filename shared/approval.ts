import { z } from 'zod';
import { actorSchema } from './actor';
import { storedTextSchema } from './stored-text';
import { instantSchema } from './time';

/** What can be asked for (spec/governance.md section 2). */
export const requestTypes = [
  'capability_request',
  'external_post',
  'quota_override',
  'lifecycle_review',
  'elevated_capability',
  'depth_override',
  'retirement_action',
  'tool_call',
] as const;

/** The kind of an approval. */
export type RequestType = (typeof requestTypes)[number];

/** The request types whose approval stands until it expires; all others are used up by one act (section 7). */
export const standingRequestTypes: readonly RequestType[] = [
  'capability_request',
  'elevated_capability',
  'quota_override',
  'depth_override',
];

/** Where an approval can be: one of these, and out of `pending` for good. */
export const approvalStatuses = ['pending', 'approved', 'denied', 'expired', 'cancelled'] as const;

/** The status of an approval. */
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** Pending approvals that one agent may have at a time (spec/api.md section 1). */
export const MAX_PENDING_PER_AGENT = 50;

/** Pending approvals that one token may have at a time, whatever names it asks under (spec/api.md section 1). */
export const MAX_PENDING_PER_TOKEN = 200;

const MAX_JSON_DEPTH = 64;

/** Whether each number in a JSON value is one that JSON can write: `1e999` is read as infinite, and has no canonical form. */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  // No list of the values is made: there may be twenty thousand.
  for (const key in value) if (!hasFiniteNumbers((value as Readonly<Record<string, unknown>>)[key])) return false;
  return true;
}

/** Whether a JSON value nests no deeper than `left` levels. Keeps later recursion over agents' JSON bounded. */
function isShallow(value: unknown, left = MAX_JSON_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (left === 0) return false;
  for (const key in value) if (!isShallow((value as Readonly<Record<string, unknown>>)[key], left - 1)) return false;
  return true;
}

/** Any JSON value that an agent sends along, at most 64 levels deep. */
export const jsonSchema = z
  .unknown()
  .refine((value) => isShallow(value), { message: `nested deeper than ${MAX_JSON_DEPTH} levels`, abort: true })
  .refine(hasFiniteNumbers, { message: 'has a number that is too large' });

/** What an approval is about: `{type: "agent", id: "scout"}`. */
export const targetResourceSchema = z.strictObject({
  type: storedTextSchema.trim().min(1).max(100),
  id: storedTextSchema.trim().min(1).max(2_000),
});

/** A sentence for the asker to read, and whether asking the same again makes sense (section 7). */
const guidanceSchema = z.object({
  canAskAgain: z.boolean(),
  sentence: z.string(),
});

/** An approval as everyone sees it: a request that a human decides (spec/governance.md section 2). */
export const approvalSchema = z.object({
  approvalId: z.string(),
  requestType: z.enum(requestTypes),
  requestedBy: actorSchema,
  targetResource: targetResourceSchema,
  rationale: z.string(),
  context: z.unknown(),
  action: z.unknown().exactOptional(),
  actionHash: z.string().exactOptional(),
  status: z.enum(approvalStatuses),
  /** 1, then one more at each change. */
  revision: z.int(),
  expiresAtMs: instantSchema,
  /** How long the asker said that it waits. */
  waitingUntilMs: instantSchema.exactOptional(),
  /** The asker's lineage at the time of asking, oldest first. */
  ancestorIds: z.array(z.string()),
  reviewedBy: actorSchema.exactOptional(),
  reviewedAtMs: instantSchema.exactOptional(),
  reviewNotes: z.string().exactOptional(),
  /** The standing rule of the operator's that approved it as it was asked (decision 21). */
  toolRuleId: z.string().exactOptional(),
  /** The run alone that an approved quota_override is for; absent where it lifts the cap for all that the agent pays. */
  onlyRunId: z.string().exactOptional(),
  cancelReason: z.string().exactOptional(),
  consumedAtMs: instantSchema.exactOptional(),
  createdAtMs: instantSchema,
  updatedAtMs: instantSchema,
  guidance: guidanceSchema,
});

/** An approval as everyone sees it. */
export type Approval = Readonly<z.infer<typeof approvalSchema>>;

/**
 * An approval as the window lists it: a large one comes without context and action, marked partial, and is asked for whole
 * when it is looked at. So a page stays small whatever agents send.
 */
export const listedApprovalSchema = approvalSchema.extend({ isPartial: z.literal(true).exactOptional() });

/** An approval as the window lists it. */
export type ListedApproval = Readonly<z.infer<typeof listedApprovalSchema>>;

/** An approval as it is stored: without the guidance, which follows from the rest. */
export type ApprovalRecord = Omit<Approval, 'guidance'>;
