import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { type ContractEntry, command, query } from './contract-entry';

/** What a token makes its bearer (spec/api.md section 1). */
export const tokenKinds = ['operator', 'engine', 'agent'] as const;

/** What a token makes its bearer. */
export type TokenKind = (typeof tokenKinds)[number];

/** A token as Settings lists it; the secret itself is shown once and never stored. */
export const tokenSchema = z.object({
  tokenId: z.string(),
  kind: z.enum(tokenKinds),
  name: z.string(),
  /** The one agent that an agent token speaks for. */
  agentId: z.string().exactOptional(),
  createdAtMs: instantSchema,
  /** The last use, exact to a minute. */
  lastUsedAtMs: instantSchema.exactOptional(),
  revokedAtMs: instantSchema.exactOptional(),
});

/** A token as Settings lists it. */
export type Token = Readonly<z.infer<typeof tokenSchema>>;

/** Tokens; their secrets are hashed and shown once (spec/api.md section 1). */
export const tokenContract = {
  'tokens.list': {
    ...query('operator'),
    summary: 'Lists the tokens, the newest first, revoked ones included.',
    input: z.strictObject({}),
    output: z.object({ tokens: z.array(tokenSchema) }),
  },
  'token.create': {
    ...command('operator'),
    summary: 'Makes a token; its secret is in the answer and nowhere else.',
    input: z.strictObject({
      kind: z.enum(tokenKinds),
      name: z.string().trim().min(1).max(200),
      /** Needed for, and only for, an agent token. */
      agentId: agentIdSchema.exactOptional(),
      /** The agent that it works for; only for an agent token. Recorded as its lineage. */
      parentAgentId: agentIdSchema.exactOptional(),
    }),
    output: z.object({ token: tokenSchema, secret: z.string() }),
  },
  'tokens.noteUses': {
    ...command('gatehouse'),
    summary: 'Notes when tokens were last used and known agents last heard; sent by the API once a minute for all.',
    input: z.strictObject({
      uses: z.array(
        z.strictObject({ tokenId: z.string(), agentId: z.string().exactOptional(), usedAtMs: instantSchema }),
      ),
    }),
    output: z.object({}),
  },
  'token.revoke': {
    ...command('operator'),
    summary: 'Revokes a token at once and for good.',
    input: z.strictObject({ tokenId: z.string().min(1).max(100) }),
    output: z.object({ token: tokenSchema }),
  },
} as const satisfies Record<string, ContractEntry>;
