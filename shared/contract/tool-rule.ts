import { z } from 'zod';
import { riskReasonSchema, riskSchema } from '../judgement';
import { actorSchema, agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { jsonSchema } from './approval';
import { type ContractEntry, command, query } from './contract-entry';
import { engines } from './engine';
import { approvalStatuses } from './request-kinds';
import { toolRuleDurations } from './rule-durations';

/** Longest that a rule for one run holds, in milliseconds: what a run is called is the agent's word. */
export const LONGEST_RUN_RULE_MS = 24 * 3_600_000;

/** Live rules that one agent may have at a time; each of its requests is held against them. */
export const MAX_LIVE_RULES = 100;

/** How far back a preview looks, in milliseconds. */
export const PREVIEW_MS = 7 * 24 * 3_600_000;

/** Requests that a preview names at most, the newest. */
export const MOST_EXAMPLES = 20;

/** What a standing rule does with what it covers. */
export const ruleVerdicts = ['allow', 'deny'] as const;

/** What a standing rule does with what it covers. */
export type RuleVerdict = (typeof ruleVerdicts)[number];

/**
 * Acts that people allow together: edits of files in the workspace; tests, builds and linters; commands and tools that only look
 * (spec/judgement.md section 6).
 */
export const ruleBundles = ['edits', 'checks', 'looks'] as const;

/** Acts that people allow together. */
export type RuleBundle = (typeof ruleBundles)[number];

/** Examples that a rule is held against when it is made, of each kind. */
export const MOST_RULE_EXAMPLES = 20;

const prefixSchema = z.strictObject({ kind: z.literal('command_prefix'), prefix: z.string().min(1).max(500) });
const pathSchema = z.strictObject({ kind: z.literal('path'), folder: z.string().min(1).max(1_000) });
const filesSchema = z.strictObject({ kind: z.literal('files'), glob: z.string().trim().min(1).max(200) });
const hostSchema = z.strictObject({
  kind: z.literal('host'),
  host: z
    .string()
    .max(253)
    .regex(
      /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z\d](?:[a-z\d-]*[a-z\d])?$/,
      'is the name of a host in small letters',
    ),
});
const bundleSchema = z.strictObject({ kind: z.literal('bundle'), bundle: z.enum(ruleBundles) });
const anySchema = z.strictObject({ kind: z.literal('any') });
const plainPatterns = [prefixSchema, pathSchema, filesSchema, hostSchema, bundleSchema, anySchema] as const;

/**
 * Which acts a rule covers: one to the letter, commands that begin with these words, files below a folder, files by a pattern as
 * git's ignore rules have them, what is fetched from a host, a bundle, or any input of its tool. The names of its fields are single
 * words, which the wire spells the same.
 */
export const toolPatternSchema = z.discriminatedUnion('kind', [
  /** `hash` is the act's, as approvals have it; `summary` is one line of it for people. */
  z.strictObject({ kind: z.literal('exact'), hash: z.string(), summary: z.string() }),
  ...plainPatterns,
]);

/** Which inputs of a tool a rule covers. */
export type ToolPattern = Readonly<z.infer<typeof toolPatternSchema>>;

/** A pattern as it is asked for: an exact one brings its act, unless the rule is made of a request that has it. */
export const givenPatternSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exact'), action: jsonSchema.exactOptional() }),
  ...plainPatterns,
]);

/** A pattern as it is asked for. */
export type GivenPattern = Readonly<z.infer<typeof givenPatternSchema>>;

/** The rule that the operator makes of the request that they approve; agent, tool, folder and run are the request's. */
export const ruleOfRequestSchema = z.strictObject({
  pattern: givenPatternSchema,
  duration: z.enum(toolRuleDurations),
  /** Holds in every folder, and not only in the workspace of the request. */
  isAnywhere: z.literal(true).exactOptional(),
});

/** An act that a rule covers or does not: a command, a path or an address, as its pattern has them; or a call of a tool. */
export const ruleExampleSchema = z.union([
  z.string().min(1).max(2_000),
  z.strictObject({ tool: z.string().min(1).max(2_000), action: jsonSchema }),
]);

/** An act that a rule covers or does not. */
export type RuleExample = Readonly<z.infer<typeof ruleExampleSchema>>;

const examplesSchema = z.array(ruleExampleSchema).max(MOST_RULE_EXAMPLES);

/** The rule that the operator makes of the request that they approve. */
export type RuleOfRequest = Readonly<z.infer<typeof ruleOfRequestSchema>>;

/** A standing rule: the operator's answer to later tool calls, as long as it holds (spec/judgement.md section 6). */
export const toolRuleSchema = z.object({
  ruleId: z.string(),
  /** Absent in rules of before there were two: these allow. */
  verdict: z.enum(ruleVerdicts).exactOptional(),
  /** Whose calls: those of this agent and of its sub-agents (`id/…`), else of the agents of this engine, else of anyone. */
  agentId: z.string().exactOptional(),
  engine: z.enum(engines).exactOptional(),
  /** Absent where the pattern says enough: commands for whichever tool runs them, files for whichever uses them. */
  toolName: z.string().exactOptional(),
  pattern: toolPatternSchema,
  /** The folder of the project in which it holds. */
  workspace: z.string().exactOptional(),
  /** It holds wherever it happens; without this and a workspace, only for what says no folder. */
  isAnywhere: z.literal(true).exactOptional(),
  /** The session or run that it is for; absent for any. */
  session: z.string().exactOptional(),
  duration: z.enum(toolRuleDurations),
  /** The request that it was made of. */
  approvalId: z.string().exactOptional(),
  createdAtMs: instantSchema,
  createdBy: actorSchema,
  /** What the operator says of it; an agent that is denied by it reads that. */
  reason: z.string().exactOptional(),
  /** Acts that it covers, and acts that it does not: it was made only because these hold. */
  match: z.array(ruleExampleSchema).exactOptional(),
  notMatch: z.array(ruleExampleSchema).exactOptional(),
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

/** How many requests that waited a new rule has decided. */
export const settledSchema = z.int().min(0);

const approvalIdSchema = z.string().min(1).max(100);
const reasonSchema = z.string().max(10_000);
const ruleAnswer = z.object({ toolRule: toolRuleSchema });

/** A rule as the operator writes it, by itself or in a file. */
export const givenRuleSchema = z.strictObject({
  verdict: z.enum(ruleVerdicts).exactOptional(),
  agentId: agentIdSchema.exactOptional(),
  engine: z.enum(engines).exactOptional(),
  toolName: z.string().trim().min(1).max(2_000).exactOptional(),
  pattern: givenPatternSchema,
  duration: z.enum(toolRuleDurations),
  /** The run or session; for that duration only. */
  session: z.string().min(1).max(500).exactOptional(),
  workspace: z.string().min(1).max(1_000).exactOptional(),
  isAnywhere: z.literal(true).exactOptional(),
  reason: reasonSchema.exactOptional(),
  match: examplesSchema.exactOptional(),
  notMatch: examplesSchema.exactOptional(),
});

/** A rule as the operator writes it. */
export type GivenRule = Readonly<z.infer<typeof givenRuleSchema>>;

/** Rules that are tried or loaded at a time. */
export const MOST_GIVEN_RULES = 100;

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
      /** How often the operator has approved the like in the last seven days, where often, and the pattern that covers it. */
      habit: z.object({ count: z.int(), pattern: z.int() }).exactOptional(),
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
      'Makes a standing rule: tool calls that it covers are approved, or denied, at once; what waits and is covered is settled by it.',
    input: givenRuleSchema,
    output: ruleAnswer.extend({ settled: settledSchema }),
    http: { method: 'POST', path: '/governance/tool_rules' },
  },
  'toolRules.try': {
    ...query('operator'),
    summary:
      'What these rules would have done with the tool calls of the last days, held against what was decided; changes nothing.',
    input: z.strictObject({ rules: z.array(givenRuleSchema).min(1).max(MOST_GIVEN_RULES) }),
    output: z.object({
      /** Tool calls that were looked at, the newest; `isCut` where there are older ones. */
      count: z.int(),
      isCut: z.boolean(),
      allowed: z.int(),
      denied: z.int(),
      /** Of those allowed, how many the operator had denied; of those denied, how many the operator had approved. */
      allowedButDenied: z.int(),
      deniedButApproved: z.int(),
      /** Some that were decided otherwise, the newest first. */
      otherwise: z.array(toolCallExampleSchema.extend({ verdict: z.enum(ruleVerdicts), rule: z.int() })),
    }),
    http: { method: 'POST', path: '/governance/tool_rules/try' },
  },
  'toolRules.load': {
    ...command('operator'),
    summary: 'Makes all of these rules, or none of them where one is refused.',
    input: z.strictObject({ rules: z.array(givenRuleSchema).min(1).max(MOST_GIVEN_RULES) }),
    output: z.object({ toolRules: z.array(toolRuleSchema), settled: settledSchema }),
    http: { method: 'POST', path: '/governance/tool_rules/load' },
  },
  'toolCalls.explain': {
    ...query('operator'),
    summary: 'How dangerous a tool call is, why, and what would become of it. Changes nothing and is not logged.',
    input: z.strictObject({
      agentId: agentIdSchema.exactOptional(),
      tool: z.string().trim().min(1).max(2_000),
      action: jsonSchema,
      /** What an engine says with it: `cwd`, `session_id`. */
      context: jsonSchema.exactOptional(),
    }),
    output: z.object({
      risk: riskSchema,
      workspace: z.string().exactOptional(),
      would: z.enum(['ask', 'allow', 'deny']),
      /** The standing rule by which it would. */
      ruleId: z.string().exactOptional(),
      /** The simple commands in it as they were understood. */
      reads: z.array(z.object({ words: z.array(z.string()), level: riskSchema.shape.level })),
    }),
    http: { method: 'POST', path: '/governance/tool_calls/explain' },
  },
  'toolRule.revoke': {
    ...command('operator'),
    summary: 'Ends a standing rule; the next such request waits for the operator again.',
    input: z.strictObject({ ruleId: z.string().min(1).max(100), reason: reasonSchema.exactOptional() }),
    output: ruleAnswer,
    http: { method: 'DELETE', path: '/governance/tool_rules/{rule_id}' },
  },
} as const satisfies Record<string, ContractEntry>;
