import { z } from 'zod';
import { riskSchema } from '../judgement';
import { actorSchema } from '../kernel/actor';
import type { JsonObject } from '../kernel/fields';
import { instantSchema } from '../kernel/instant';
import { storedTextSchema } from '../kernel/stored-text';
import { approvalStatuses, requestTypes } from './request-kinds';

/** Pending approvals that one agent may have at a time (spec/api.md section 1). */
export const MAX_PENDING_PER_AGENT = 50;

/** Pending approvals that one token may have at a time, whatever names it asks under (spec/api.md section 1). */
export const MAX_PENDING_PER_TOKEN = 200;

const MAX_JSON_DEPTH = 64;

/**
 * What is wrong with a JSON value, if anything: it nests deeper than `left` levels, which keeps later recursion over agents' JSON
 * bounded, or has a number that JSON cannot write (`1e999` is read as infinite, and has no canonical form). In one walk that makes
 * no list of the values: there may be twenty thousand.
 */
function problemIn(value: unknown, left = MAX_JSON_DEPTH): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'has a number that is too large';
  if (typeof value !== 'object' || value === null) return undefined;
  if (left === 0) return `nested deeper than ${MAX_JSON_DEPTH} levels`;
  for (const key in value) {
    const problem = problemIn((value as JsonObject)[key], left - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Any JSON value that an agent sends along, at most 64 levels deep. */
export const jsonSchema = z.unknown().check(({ value, issues }) => {
  const message = problemIn(value);
  if (message !== undefined) issues.push({ code: 'custom', message, input: value });
});

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
  /** How dangerous the act is, judged now; in the operator's answers alone (spec/judgement.md section 7). */
  risk: riskSchema.exactOptional(),
});

/** An approval as everyone sees it. */
export type Approval = Readonly<z.infer<typeof approvalSchema>>;

/**
 * An approval as the window lists it: a large one comes without its action, of its context only what an engine says of its session,
 * marked partial, and is asked for whole
 * when it is looked at. So a page stays small whatever agents send.
 */
export const listedApprovalSchema = approvalSchema.extend({
  isPartial: z.literal(true).exactOptional(),
  /** Of a partial one: its title, which its act would say. */
  title: z.string().exactOptional(),
});

/** An approval as the window lists it. */
export type ListedApproval = Readonly<z.infer<typeof listedApprovalSchema>>;

/** What became of an approval, of one that is known: all of it that can change. */
export const approvalOutcomeSchema = approvalSchema.pick({
  approvalId: true,
  status: true,
  revision: true,
  expiresAtMs: true,
  reviewedBy: true,
  reviewedAtMs: true,
  reviewNotes: true,
  toolRuleId: true,
  onlyRunId: true,
  cancelReason: true,
  consumedAtMs: true,
  updatedAtMs: true,
  guidance: true,
});

/** What became of an approval. */
export type ApprovalOutcome = Readonly<z.infer<typeof approvalOutcomeSchema>>;

/** An approval as it is stored: without the guidance and the risk, which follow from the rest. */
export type ApprovalRecord = Omit<Approval, 'guidance' | 'risk'>;
