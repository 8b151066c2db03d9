import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { storedTextSchema } from '../kernel/stored-text';
import { type ContractEntry, command } from './contract-entry';
import { askModes, engineNames, MAX_HOLD_SECONDS, strengths, unavailableAnswers } from './engine';
import { tokenSchema } from './token';

/** An engine by the name that people type. */
export const engineSchema = z.enum(Object.keys(engineNames) as [keyof typeof engineNames]);

/** Characters of why an engine is unguarded. */
export const LONGEST_REASON = 2_000;

/** What the operator answers to a program that asks to be connected (decision 0020). */
export const connectionContract = {
  'connection.accept': {
    ...command('operator'),
    summary: 'Lets an engine connect: makes its agent’s token.',
    input: z.strictObject({
      engine: engineSchema,
      agentId: agentIdSchema,
      /** The agent that it works for; recorded as its lineage. */
      parentAgentId: agentIdSchema.exactOptional(),
    }),
    output: z.object({ token: tokenSchema, secret: z.string() }),
  },
  'connection.refuse': {
    ...command('operator'),
    summary: 'Refuses an engine that asked to be connected.',
    input: z.strictObject({ engine: engineSchema, agentId: agentIdSchema }),
    output: z.object({}),
  },
  'connection.note': {
    ...command('operator'),
    summary:
      'Writes into the log that what an engine does does not come here any more, and why; without a reason, that it does again.',
    input: z.strictObject({
      engine: engineSchema,
      agentId: agentIdSchema,
      reason: storedTextSchema.trim().min(1).max(LONGEST_REASON).exactOptional(),
    }),
    output: z.object({}),
  },
} as const satisfies Record<string, ContractEntry>;

/** How an engine's hooks behave while it is connected. */
export const hookSettingsSchema = z.object({
  askMode: z.enum(askModes),
  ifUnavailable: z.enum(unavailableAnswers),
  holdSeconds: z.int().min(0).max(MAX_HOLD_SECONDS),
});

/** An engine as Settings shows it. */
export const engineStatusSchema = z.object({
  engine: engineSchema,
  /** Whether it was found on this machine. */
  isInstalled: z.boolean(),
  /** `unguarded` is connected, but its tool calls do not come here any more. */
  state: z.enum(['not_connected', 'connected', 'unguarded']),
  /** Why it is unguarded. */
  cause: z
    .enum(['hook_removed', 'hook_changed', 'older', 'off', 'untrusted', 'unreadable', 'token', 'launcher', 'session'])
    .exactOptional(),
  /** What is wrong, each as a sentence; a connected one can have something too. */
  findings: z.array(z.string()),
  agentId: z.string().exactOptional(),
  connectedAtMs: instantSchema.exactOptional(),
  lastSeenAtMs: instantSchema.exactOptional(),
  hook: hookSettingsSchema.exactOptional(),
  strength: z.enum(strengths).exactOptional(),
  maxHoldSeconds: z.int(),
  /** The files that connecting changes, or has changed. */
  files: z.array(z.string()),
});

/** An engine as Settings shows it. */
export type EngineStatus = Readonly<z.infer<typeof engineStatusSchema>>;

/** A program that asks to be connected, as the operator sees it. */
export const pairingSchema = z.object({
  connectionId: z.string(),
  engine: engineSchema,
  agentId: z.string(),
  code: z.string(),
  expiresAtMs: instantSchema,
  /** Whether there is an agent of this name already: what asks would be taken for it. */
  isKnownAgent: z.boolean(),
});

/** One thing that was tried on a connection. */
export const checkSchema = z.object({
  name: z.string(),
  isOk: z.boolean(),
  /** Whether it only tells something, which is neither well nor wrong. */
  isNote: z.literal(true).exactOptional(),
  says: z.string(),
  /** What to do, when it is not ok. */
  fix: z.string().exactOptional(),
});

/** One thing that was tried on a connection, and what came of it. */
export type Check = Readonly<z.infer<typeof checkSchema>>;

/** What connecting an engine would change: each file as a unified diff, the token left out; or why it cannot be connected. */
export const enginePreviewSchema = z.object({
  files: z.array(z.object({ path: z.string(), diff: z.string() })),
  problem: z.string().exactOptional(),
});

/** What connecting an engine would change. */
export type EnginePreview = Readonly<z.infer<typeof enginePreviewSchema>>;

/** What became of changing an engine's configuration. */
export const changedEngineSchema = z.object({
  /** Why nothing was changed. */
  problem: z.string().exactOptional(),
  /** What was done, a sentence each. */
  done: z.array(z.string()),
});

/** What became of changing an engine's configuration. */
export type ChangedEngine = Readonly<z.infer<typeof changedEngineSchema>>;
