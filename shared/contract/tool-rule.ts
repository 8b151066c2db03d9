import { z } from 'zod';
import { riskReasonSchema } from '../judgement';
import { actorSchema, agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/time';
import { approvalStatuses, jsonSchema } from './approval';
import { type ContractEntry, command, query } from './contract-entry';

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

const approvalIdSchema = z.string().min(1).max(100);
const reasonSchema = z.string().max(10_000);
const ruleAnswer = z.object({ toolRule: toolRuleSchema });

/** A request that a rule would have matched. */
const toolCallExampleSchema = z.object({
  approvalId: z.string(),
  /** Who asked: the agent, or one of its sub-agents. */
  agentId: z.string(),
  createdAtMs: instantSchema,
  status: z.enum(approvalStatuses),
  /** One line of the act. */
  summary: z.string(),
});

/** The operator's standing rules for tool calls (decision 21). No agent or engine learns of them. */
export const toolRuleContract = {
  'toolRules.list': {
    ...query('operator'),
    summary: 'Lists standing rules, the newest first: those that hold, those that are over, or all.',
    input: z.object({
      agentId: agentIdSchema.exactOptional(),
      state: z.enum(['live', 'over', 'all']).exactOptional(),
      limit: z.coerce.number().int().min(1).max(100).exactOptional(),
      cursor: z.string().max(200).exactOptional(),
    }),
    output: z.object({
      toolRules: z.array(toolRuleSchema),
      count: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
    http: { method: 'GET', path: '/governance/tool_rules' },
  },
  'toolRules.get': {
    ...query('operator'),
    summary: 'Answers one standing rule, also one that is over.',
    input: z.object({ ruleId: z.string().min(1).max(100) }),
    output: ruleAnswer,
    http: { method: 'GET', path: '/governance/tool_rules/{rule_id}' },
  },
  'toolRules.offer': {
    ...query('operator'),
    summary: 'Which standing rules can be made of a waiting tool_call; none where its risk is high.',
    input: z.strictObject({ approvalId: approvalIdSchema }),
    output: z.object({
      /** Whether it is a request of the kind that a rule can answer at all. */
      isToolCall: z.boolean(),
      agentId: z.string().exactOptional(),
      toolName: z.string().exactOptional(),
      /** The folder that the operator would trust by the rule. */
      workspace: z.string().exactOptional(),
      /** Whether the request says of which run or session it is. */
      hasSession: z.boolean(),
      /** The narrowest first; empty where a rule would allow what is of high risk, or nobody knows where it happens. */
      patterns: z.array(toolPatternSchema),
      /** Why there are none; empty where it is the place. */
      riskReasons: z.array(riskReasonSchema),
    }),
  },
  'toolRules.preview': {
    ...query('operator'),
    summary: 'What a rule made of this request would have matched in the last seven days.',
    input: ruleOfRequestSchema.extend({ approvalId: approvalIdSchema }),
    output: z.object({
      count: z.int(),
      /** Whether so much was asked that only the newest was looked at. */
      isCut: z.boolean(),
      /** The newest first, at most `MOST_EXAMPLES`. */
      examples: z.array(toolCallExampleSchema),
      /** When the rule would end if it were made now. */
      expiresAtMs: instantSchema.exactOptional(),
    }),
  },
  'toolRule.create': {
    ...command('operator'),
    summary:
      'Makes a standing rule: later tool calls of an agent and its sub-agents that it covers are approved at once.',
    input: z.strictObject({
      agentId: agentIdSchema,
      toolName: z.string().trim().min(1).max(2_000),
      pattern: givenPatternSchema,
      duration: z.enum(toolRuleDurations),
      /** The run or session; for that duration only. */
      session: z.string().min(1).max(500).exactOptional(),
      workspace: z.string().min(1).max(1_000).exactOptional(),
      reason: reasonSchema.exactOptional(),
    }),
    output: ruleAnswer,
    http: { method: 'POST', path: '/governance/tool_rules' },
  },
  'toolRule.revoke': {
    ...command('operator'),
    summary: 'Ends a standing rule; the next such request waits for the operator again.',
    input: z.strictObject({ ruleId: z.string().min(1).max(100), reason: reasonSchema.exactOptional() }),
    output: ruleAnswer,
    http: { method: 'DELETE', path: '/governance/tool_rules/{rule_id}' },
  },
} as const satisfies Record<string, ContractEntry>;
