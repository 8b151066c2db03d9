import { z } from 'zod';
import { instantSchema } from '../kernel/time';

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
