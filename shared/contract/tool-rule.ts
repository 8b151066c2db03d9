import { z } from 'zod';
import { actorSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/time';
import { jsonSchema } from './approval';

/** How long a standing rule holds: for the run or session of its request, an hour, until local midnight, or until it is revoked. */
export const toolRuleDurations = ['run', 'hour', 'today', 'until_revoked'] as const;

/** How long a standing rule holds. */
export type ToolRuleDuration = (typeof toolRuleDurations)[number];

/** Longest that a rule for one run holds, in milliseconds: what a run is called is the agent's word. */
export const LONGEST_RUN_RULE_MS = 24 * 3_600_000;

/** Live rules that one agent may have at a time; each of its requests is held against them. */
export const MAX_LIVE_RULES = 100;

/** How far back a preview looks, in milliseconds. */
export const PREVIEW_MS = 7 * 24 * 3_600_000;

/** Requests that a preview names at most, the newest. */
export const MOST_EXAMPLES = 20;

const prefixSchema = z.strictObject({ kind: z.literal('command_prefix'), prefix: z.string().min(1).max(500) });
const pathSchema = z.strictObject({ kind: z.literal('path'), folder: z.string().min(1).max(1_000) });
const anySchema = z.strictObject({ kind: z.literal('any') });

/**
 * Which inputs of a tool a rule covers: one act to the letter, commands that begin with these words, files below a folder, or
 * any. The names of its fields are single words, which the wire spells the same.
 */
export const toolPatternSchema = z.discriminatedUnion('kind', [
  /** `hash` is the act's, as approvals have it; `summary` is one line of it for people. */
  z.strictObject({ kind: z.literal('exact'), hash: z.string(), summary: z.string() }),
  prefixSchema,
  pathSchema,
  anySchema,
]);

/** Which inputs of a tool a rule covers. */
export type ToolPattern = Readonly<z.infer<typeof toolPatternSchema>>;

/** A pattern as it is asked for: an exact one brings its act, unless the rule is made of a request that has it. */
export const givenPatternSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exact'), action: jsonSchema.exactOptional() }),
  prefixSchema,
  pathSchema,
  anySchema,
]);

/** A pattern as it is asked for. */
export type GivenPattern = Readonly<z.infer<typeof givenPatternSchema>>;

/** The rule that the operator makes of the request that they approve; agent, tool, folder and run are the request's. */
export const ruleOfRequestSchema = z.strictObject({
  pattern: givenPatternSchema,
  duration: z.enum(toolRuleDurations),
});

/** The rule that the operator makes of the request that they approve. */
export type RuleOfRequest = Readonly<z.infer<typeof ruleOfRequestSchema>>;

/** A standing rule: the operator's answer to later tool calls of an agent and of its sub-agents (`id/…`), as long as it holds. */
export const toolRuleSchema = z.object({
  ruleId: z.string(),
  agentId: z.string(),
  toolName: z.string(),
  pattern: toolPatternSchema,
  /** The folder that the operator trusts by this rule: it covers only what is said to happen inside. */
  workspace: z.string().exactOptional(),
  /** The session or run that it is for; absent for any. */
  session: z.string().exactOptional(),
  duration: z.enum(toolRuleDurations),
  /** The request that it was made of. */
  approvalId: z.string().exactOptional(),
  createdAtMs: instantSchema,
  createdBy: actorSchema,
  reason: z.string().exactOptional(),
  /** Absent where only revoking it ends it. */
  expiresAtMs: instantSchema.exactOptional(),
  revokedAtMs: instantSchema.exactOptional(),
  revokedBy: actorSchema.exactOptional(),
  revokeReason: z.string().exactOptional(),
  useCount: z.int().min(0),
  lastUsedAtMs: instantSchema.exactOptional(),
});

/** A standing rule. */
export type ToolRule = Readonly<z.infer<typeof toolRuleSchema>>;
