import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { nanosSchema } from '../kernel/money';
import { riskReasons } from '../risk';
import { approvalStatuses, listedApprovalSchema, requestTypes } from './approval';
import type { ContractEntry } from './contract-entry';

/** What the desk's queue asks besides the approvals themselves. */
export const queueContract = {
  'approvals.search': {
    kind: 'query',
    summary:
      'Finds approvals by their status, type, asker and words. Waiting ones come by deadline; past ones the newest settled first, with a text the newest asked first.',
    who: ['operator'],
    input: z.strictObject({
      scope: z.enum(['waiting', 'past']),
      status: z.enum(approvalStatuses).exactOptional(),
      requestType: z.enum(requestTypes).exactOptional(),
      /** The agent that asked. */
      agentId: agentIdSchema.exactOptional(),
      /** Words, or their beginnings, that all have to be in who asked, in what for or in why. */
      text: z.string().max(200).exactOptional(),
      limit: z.int().min(1).max(100).exactOptional(),
      cursor: z.string().max(40).exactOptional(),
    }),
    output: z.object({ approvals: z.array(listedApprovalSchema), nextCursor: z.string().exactOptional() }),
  },
  'approvals.facts': {
    kind: 'query',
    summary:
      'How dangerous a request is, and what its asker, or the agent that it is about, has cost so far; what is unknown is absent.',
    who: ['operator'],
    input: z.strictObject({ approvalId: z.string().min(1).max(100) }),
    output: z.object({
      risk: z.object({ level: z.enum(['normal', 'high']), reasons: z.array(z.enum(riskReasons)) }),
      /** Absent when no agent asked and it is about none. */
      agentId: z.string().exactOptional(),
      weekNanos: nanosSchema.exactOptional(),
      lifetimeNanos: nanosSchema.exactOptional(),
      weeklyCapNanos: nanosSchema.exactOptional(),
      /** The run that the request names, if it belongs to that agent. */
      run: z
        .object({ runId: z.string(), automationId: z.string(), costNanos: nanosSchema.exactOptional() })
        .exactOptional(),
      /** Why the agent itself asks for the same, where its own requests are on this card and are decided with it. */
      alsoAsked: z.array(z.object({ approvalId: z.string(), rationale: z.string() })).exactOptional(),
    }),
  },
} as const satisfies Record<string, ContractEntry>;
