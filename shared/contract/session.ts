import { z } from 'zod';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { maybeLine, storedTextSchema } from '../kernel/stored-text';
import { approvalSchema, jsonSchema } from './approval';
import { type ContractEntry, command } from './contract-entry';
import { askModes, engineAsks, engines } from './engine';
import { runStatuses, sessionSchema } from './run';
import { toolRuleSchema } from './tool-rule';

/** How the id of an automation ends whose runs are the sessions of an agent; no other automation gets such an id. */
export const SESSIONS_ENDING = ' sessions';

/** How many sessions, those of its sub-agents with them, one agent may begin in an hour (spec/sessions.md section 1). */
export const MAX_NEW_SESSIONS_PER_HOUR = 600;

/** How many calls are told at a time, and how many a session tells so in all: what no answer is wanted for is told in batches. */
export const MOST_CALLS_TOLD = 500;
export const MOST_CALLS_OF_SESSION = 100_000;

/** What becomes of a tool call: the engine goes its own way, it is allowed, denied, or the operator is asked. */
export const callAnswers = ['nothing', 'allow', 'deny', 'ask'] as const;

/** What becomes of a tool call. */
export type CallAnswer = (typeof callAnswers)[number];

/** A tool call of a session, as its engine has it. */
export const sessionCallSchema = z.strictObject({
  toolName: storedTextSchema.trim().min(1).max(2_000),
  action: jsonSchema,
  /** The engine's id of this call; the same in every event about it that has one. */
  toolUseId: maybeLine(200),
  /** Whether it only looks at something, as far as the engine's adapter knows. */
  isLook: z.boolean().exactOptional(),
  engineAsks: z.enum(engineAsks),
  /** Whether the tool is one of Gatehouse's own server, where its name says so: a project may have another server of that name. */
  isOwnTool: z.boolean().exactOptional(),
  askMode: z.enum(askModes).exactOptional(),
});

/** A tool call of a session, as its engine has it. */
export type SessionCall = Readonly<z.infer<typeof sessionCallSchema>>;

/** A tool call that was carried out without anybody being asked, told afterwards. */
export const toldLaterSchema = sessionCallSchema.pick({ toolName: true, action: true }).extend({
  /** By it the same call is known, however often it is told. */
  toolUseId: storedTextSchema.trim().min(1).max(200),
  atMs: instantSchema,
  endedAtMs: instantSchema.exactOptional(),
  isError: z.boolean().exactOptional(),
});

/** A tool call that was carried out without anybody being asked, told afterwards. */
export type ToldLater = Readonly<z.infer<typeof toldLaterSchema>>;

/** How a call stands in the timeline: what became of it, or `terminal`: it was asked about and carried out by a yes in the terminal. */
export const toldAnswers = [...callAnswers, 'terminal'] as const;

/** How a call stands in the timeline. */
export type ToldAnswer = (typeof toldAnswers)[number];

/** What a session did, a line for each call: its timeline (spec/sessions.md section 2). */
export const toldCallSchema = z.object({
  /** The same for as long as it is kept. */
  callId: z.int(),
  runId: z.string(),
  agentId: z.string(),
  atMs: instantSchema,
  toolName: z.string(),
  /** What it was about, in one line. */
  title: z.string(),
  answer: z.enum(toldAnswers),
  approvalId: z.string().exactOptional(),
  endedAtMs: instantSchema.exactOptional(),
  isError: z.literal(true).exactOptional(),
  /** What became of the request for it; told to the operator alone. */
  decision: z
    .object({
      ...approvalSchema.pick({
        status: true,
        reviewedBy: true,
        toolRuleId: true,
        reviewNotes: true,
        cancelReason: true,
      }).shape,
      isMissed: z.boolean(),
      /** What the standing rule is about that decided; also of one that was revoked since. */
      rule: toolRuleSchema.pick({ toolName: true, pattern: true }).exactOptional(),
    })
    .exactOptional(),
});

/** A call in the timeline of a session. */
export type ToldCall = Readonly<z.infer<typeof toldCallSchema>>;

/** A session as it is listed: what its engine says of it, where it is, and how much it did. */
export const listedSessionSchema = sessionSchema.extend({
  runId: z.string(),
  agentId: z.string(),
  status: z.enum(runStatuses),
  startedAtMs: instantSchema,
  finishedAtMs: instantSchema.exactOptional(),
  costNanos: nanosSchema.nullable(),
  totalTokens: z.int(),
  counts: z.object({ calls: z.int(), asked: z.int(), denied: z.int(), failed: z.int() }),
});

/** A session as it is listed. */
export type ListedSession = Readonly<z.infer<typeof listedSessionSchema>>;

const runIdSchema = z.string().min(1).max(400);

/** The rows of the contract about sessions (spec/sessions.md). */
export const sessionContract = {
  'session.decide': {
    kind: 'command',
    changes: ['sessions'],
    summary:
      'Answers what becomes of a tool call that is about to be carried out: nothing, allow, deny or ask. It is told with that; the first event of a session starts its run.',
    who: ['agent'],
    isForSubAgents: true,
    input: z.strictObject({ session: sessionSchema, call: sessionCallSchema }),
    output: z.object({
      runId: z.string(),
      answer: z.enum(callAnswers),
      /** Why, for the model to read. */
      sentence: z.string().exactOptional(),
      /** Whether the engine is to end its turn, because nothing that it does will be carried out. */
      endsTurn: z.boolean(),
    }),
    http: { method: 'POST', path: '/governance/tool_calls/decide' },
  },
  'session.tell': {
    kind: 'command',
    changes: ['sessions'],
    summary: 'Tells that a session began, went on or ended, or how a tool call of it ended. Changes nothing else.',
    who: ['agent'],
    isForSubAgents: true,
    input: z.strictObject({
      session: sessionSchema,
      event: z.enum(['started', 'going_on', 'called', 'ended']),
      call: sessionCallSchema.pick({ toolName: true, action: true, toolUseId: true }).exactOptional(),
      /** Whether the call failed. */
      isError: z.boolean().exactOptional(),
    }),
    output: z.object({ runId: z.string() }),
    http: { method: 'POST', path: '/governance/sessions/events' },
  },
  'session.tellCalls': {
    kind: 'command',
    changes: ['sessions'],
    summary:
      'Tells of tool calls of a session that were carried out without a question, in batches. One that is known by its id is not told twice.',
    who: ['agent'],
    isForSubAgents: true,
    input: z.strictObject({ session: sessionSchema, calls: z.array(toldLaterSchema).max(MOST_CALLS_TOLD) }),
    output: z.object({ runId: z.string(), kept: z.int() }),
    http: { method: 'POST', path: '/governance/sessions/calls' },
  },
  'session.gone': {
    ...command('operator'),
    summary: 'Ends a session whose engine is gone without a word.',
    input: z.strictObject({ runId: runIdSchema }),
    output: z.object({ runId: z.string() }),
  },
  'sessions.list': {
    kind: 'query',
    summary: 'Lists sessions, the newest first. An agent sees its own and those of its sub-agents.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({
      engine: z.enum(engines).exactOptional(),
      state: z.enum(['under_way', 'over']).exactOptional(),
      workspace: z.string().max(4_096).exactOptional(),
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(100).exactOptional(),
    }),
    output: z.object({
      sessions: z.array(listedSessionSchema),
      count: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
    http: { method: 'GET', path: '/governance/sessions' },
  },
  'sessions.get': {
    kind: 'query',
    summary: 'Answers one session.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({ runId: runIdSchema }),
    output: z.object({ session: listedSessionSchema }),
    http: { method: 'GET', path: '/governance/sessions/{run_id}' },
  },
  'sessions.calls': {
    kind: 'query',
    summary:
      'What a session did, the newest call first; kept for thirty days. The operator is told what became of each request.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({
      runId: runIdSchema,
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(100).exactOptional(),
    }),
    output: z.object({ calls: z.array(toldCallSchema), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/sessions/{run_id}/calls' },
  },
} as const satisfies Record<string, ContractEntry>;
