import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import type { ContractEntry } from './contract-entry';
import { engineNames } from './engine';
import { tokenSchema } from './token';

/** An engine by the name that people type. */
export const engineSchema = z.enum(Object.keys(engineNames) as [keyof typeof engineNames]);

/** What the operator answers to a program that asks to be connected (decision 0020). */
export const connectionContract = {
  'connection.accept': {
    kind: 'command',
    summary: 'Lets an engine connect: makes its agent’s token.',
    who: ['operator'],
    input: z.strictObject({
      engine: engineSchema,
      agentId: agentIdSchema,
      /** The agent that it works for; recorded as its lineage. */
      parentAgentId: agentIdSchema.exactOptional(),
    }),
    output: z.object({ token: tokenSchema, secret: z.string() }),
  },
  'connection.refuse': {
    kind: 'command',
    summary: 'Refuses an engine that asked to be connected.',
    who: ['operator'],
    input: z.strictObject({ engine: engineSchema, agentId: agentIdSchema }),
    output: z.object({}),
  },
} as const satisfies Record<string, ContractEntry>;
