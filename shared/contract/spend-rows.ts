import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { nanosSchema } from '../kernel/money';
import { instantSchema } from '../kernel/time';
import type { ContractEntry } from './contract-entry';
import { spendSummarySchema } from './spend';

/** The rows of the contract that are about what agents spent (spec/governance.md section 8). */
export const spendContract = {
  'spend.list': {
    kind: 'query',
    summary: 'Lists what each agent spent, the highest cost of this week first. An agent sees its own.',
    who: ['operator', 'engine', 'agent'],
    isForSubAgents: true,
    input: z.object({
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(300).exactOptional(),
    }),
    output: z.object({ spend: z.array(spendSummarySchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/spend' },
  },
  'spend.get': {
    kind: 'query',
    summary: 'Answers what one agent spent today, this week, this month and ever. An agent sees its own.',
    who: ['operator', 'engine', 'agent'],
    isForSubAgents: true,
    input: z.object({ agentId: agentIdSchema }),
    output: z.object({ spend: spendSummarySchema }),
    http: { method: 'GET', path: '/governance/agents/{agent_id}/spend' },
  },
  'spend.days': {
    kind: 'query',
    summary: 'What each agent used on each UTC day, for charts; the oldest day first.',
    who: ['operator'],
    input: z.strictObject({
      /** All agents, if absent. */
      agentId: agentIdSchema.exactOptional(),
      /** The last 400 days, if absent. */
      sinceMs: instantSchema.exactOptional(),
    }),
    output: z.object({
      days: z.array(
        z.object({
          agentId: z.string(),
          dayStartMs: instantSchema,
          totalTokens: z.int(),
          costNanos: nanosSchema,
          /** The part of the automations that the agent created itself; the rest is its descendants'. */
          ownCostNanos: nanosSchema,
          /** The part that was charged as it was estimated, because nobody reported. */
          estimatedNanos: nanosSchema,
        }),
      ),
      /** Whether there were more than are answered; then the oldest are left out. */
      isCut: z.boolean(),
    }),
  },
  'reservations.chargeDue': {
    kind: 'command',
    summary: 'Charges the reservations that nobody settled within an hour at their estimate.',
    who: ['gatehouse'],
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
  'spend.liftEndedPauses': {
    kind: 'command',
    summary: 'Lifts the spend pauses that no longer hold: when a new week begins.',
    who: ['gatehouse'],
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
} as const satisfies Record<string, ContractEntry>;

/** Rows of days that one answer carries at most. */
export const SPEND_DAYS_SIZE = 20_000;
