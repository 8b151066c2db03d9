import { z } from 'zod';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { storedTextSchema } from '../kernel/stored-text';
import { type ContractEntry, command, query } from './contract-entry';
import { engines } from './engine';

/** Who says what a session has used, the most trusted first (spec/sessions.md section 4). */
export const usageSources = ['otlp', 'transcript', 'final'] as const;

/** Who says what a session has used. */
export type UsageSource = (typeof usageSources)[number];

/**
 * What part of a session a source speaks of: its conversation, which its sub-agents' are part of, what the engine asks a model
 * beside it (a title, a summary), or both together. Transcripts know nothing of what is asked beside.
 */
export const usageParts = ['whole', 'conversation', 'auxiliary'] as const;

/** What part of a session a source speaks of. */
export type UsagePart = (typeof usageParts)[number];

/** More than any session uses of anything. */
const MOST_TOKENS = 1_000_000_000_000;

/** Uses that are told at a time. */
export const MOST_USES = 1_000;

const tokens = z.int().min(0).max(MOST_TOKENS);

const tokensShape = { inputTokens: tokens, cacheReadTokens: tokens, cacheWriteTokens: tokens, outputTokens: tokens };

const sessionIdSchema = storedTextSchema.trim().min(1).max(150);
const modelSchema = storedTextSchema.trim().min(1).max(200);

/**
 * What a source counts under one mark: a name that this source gives to these tokens and to no others, however often and in
 * whatever order it says so. What is said under a mark only grows; a smaller count than before says nothing.
 */
export const useSchema = z.strictObject({
  sessionId: sessionIdSchema,
  mark: storedTextSchema.min(1).max(200),
  model: modelSchema,
  part: z.enum(usageParts),
  ...tokensShape,
  /** What the source says that they cost; absent where it says nothing of costs. */
  costNanos: nanosSchema.exactOptional(),
  /** When they were used. */
  atMs: instantSchema,
});

/** What a source counts under one mark. */
export type Use = Readonly<z.infer<typeof useSchema>>;

/** How far a transcript has been read, so that the next reading goes on there. */
export const transcriptPlaceSchema = z.strictObject({
  /** A name of the file, the same as long as it is the same file. */
  file: z.string().min(1).max(200),
  offset: z.int().min(0),
  /** What its reader has to know of what came before. */
  state: z.string().max(10_000),
});

/** How far a transcript has been read. */
export type TranscriptPlace = Readonly<z.infer<typeof transcriptPlaceSchema>>;

const dollars = z.number().min(0);

/** The operator's own prices by model, in dollars a million tokens. */
const pricesSchema = z.record(
  z.string().max(200),
  z.strictObject({ inputTokens: dollars, cacheReadTokens: dollars, cacheWriteTokens: dollars, outputTokens: dollars }),
);

/** What the command of a run says that the session has used which it was. */
export const sessionCostSchema = z.strictObject({
  engine: z.enum(engines),
  sessionId: sessionIdSchema,
  source: z.enum(['transcript', 'final']),
  uses: z.array(useSchema.omit({ sessionId: true })).max(MOST_USES),
  ownPrices: pricesSchema.exactOptional(),
});

/** What the command of a run says that its session has used. */
export type SessionCost = Readonly<z.infer<typeof sessionCostSchema>>;

/** What a session used of one model, and what was charged for it. */
export const modelUsageSchema = z.object({
  model: z.string(),
  ...tokensShape,
  /** Null where nobody knows what any of it cost. */
  costNanos: nanosSchema.nullable(),
  /** Whether the engine says what it cost, or our prices; `unknown` where a part of it has no price. */
  basis: z.enum(['reported', 'estimate', 'unknown']),
  /** Tokens whose cost nobody knows. */
  unpricedTokens: z.int(),
});

/** What a session used of one model, and what was charged for it. */
export type ModelUsage = Readonly<z.infer<typeof modelUsageSchema>>;

const chargedSchema = z.object({ chargedNanos: nanosSchema, chargedTokens: z.int() });

/** The rows of the contract about what sessions use (spec/sessions.md section 4). */
export const sessionUsageContract = {
  'session.use': {
    ...command('agent'),
    changes: ['sessions'],
    summary:
      'Takes what a source says that sessions of the caller used, and charges what no source has said before. The same again charges nothing.',
    input: z.strictObject({
      engine: z.enum(engines),
      source: z.enum(usageSources),
      uses: z.array(useSchema).max(MOST_USES),
      /** They go before the list's. */
      ownPrices: pricesSchema.exactOptional(),
      place: transcriptPlaceSchema.exactOptional(),
      /** Which session the transcript says that its own was forked from. */
      fork: z.strictObject({ sessionId: sessionIdSchema, ofSessionId: sessionIdSchema }).exactOptional(),
    }),
    output: chargedSchema,
  },
  'session.tellUse': {
    ...command('agent'),
    changes: ['sessions'],
    summary: 'What an engine’s own adapter says as it goes on that sessions of the caller used; else as `session.use`.',
    // Neither prices nor how far a transcript was read: an agent could have its use passed over by them.
    input: z.strictObject({ engine: z.enum(engines), uses: z.array(useSchema).max(MOST_USES) }),
    output: chargedSchema,
    http: { method: 'POST', path: '/governance/sessions/uses' },
  },
  'sessions.usage': {
    ...query('operator', 'engine', 'agent'),
    summary:
      'What a session used of each model, its sub-agents with it, and what was charged for it; a cost that nobody knows is null.',
    input: z.object({ runId: z.string().min(1).max(400) }),
    output: z.object({ models: z.array(modelUsageSchema) }),
    http: { method: 'GET', path: '/governance/sessions/{run_id}/usage' },
  },
} as const satisfies Record<string, ContractEntry>;
