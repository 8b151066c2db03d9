import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { unreadableField } from '../kernel/unreadable';
import { agentSummarySchema } from './agent';
import type { ContractEntry } from './contract-entry';
import { candidateLimitSchema, limitImpactSchema } from './limit-impact';
import { limitsSchema, overridesSchema } from './limits';

const reasonSchema = z.string().max(10_000);
const nothing = z.strictObject({});
const agentAnswer = z.object({ agent: agentSummarySchema, ...unreadableField });
const limitsAnswer = z.object({ limits: limitsSchema });
const { weeklySpendCapNanos, perAgentDailyCreationLimit, perAgentCreationReviewThreshold, approvalTtlMs } =
  limitsSchema.shape;

/** Agents, their pauses and the limits (spec/governance.md sections 2 and 12). */
export const agentContract = {
  'agents.list': {
    kind: 'query',
    summary: 'Lists the agents that are known, the most recently seen first.',
    who: ['operator', 'engine'],
    input: z.object({
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(300).exactOptional(),
    }),
    output: z.object({ agents: z.array(agentSummarySchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/agents' },
  },
  'agent.pause': {
    kind: 'command',
    summary: 'Pauses an agent: it creates and starts nothing, and its runs are paused. Also one that is yet unknown.',
    who: ['operator'],
    input: z.strictObject({ agentId: agentIdSchema, reason: reasonSchema.exactOptional() }),
    output: agentAnswer,
    http: { method: 'POST', path: '/governance/agents/{agent_id}/pause' },
  },
  'agent.resume': {
    kind: 'command',
    summary: 'Resumes an agent. Its runs stay paused until somebody resumes them.',
    who: ['operator'],
    input: z.strictObject({ agentId: agentIdSchema, reason: reasonSchema.exactOptional() }),
    output: agentAnswer,
    http: { method: 'POST', path: '/governance/agents/{agent_id}/resume' },
  },
  'agents.pauseAll': {
    kind: 'command',
    summary: 'Pauses every agent that is not paused and turns creation off, as one action that resumeAll undoes.',
    who: ['operator'],
    input: z.strictObject({ reason: reasonSchema.exactOptional() }),
    output: z.object({ count: z.int(), ...unreadableField }),
  },
  'agents.resumeAll': {
    kind: 'command',
    summary: 'Undoes pauseAll: resumes the agents that it paused, and turns creation on again if it was on.',
    who: ['operator'],
    input: z.strictObject({ reason: reasonSchema.exactOptional() }),
    output: z.object({ count: z.int(), ...unreadableField }),
  },
  'limits.get': {
    kind: 'query',
    summary: 'The limits in force.',
    who: ['operator', 'engine', 'agent'],
    input: nothing,
    output: limitsAnswer,
    http: { method: 'GET', path: '/governance/limits' },
  },
  'limits.impact': {
    kind: 'query',
    summary: 'What one limit would have stopped in the last 30 days, if it had been as given.',
    who: ['operator'],
    input: z.strictObject({ candidate: candidateLimitSchema }),
    output: z.object({ impact: limitImpactSchema }),
  },
  'limits.update': {
    kind: 'command',
    summary: 'Changes some limits; null clears an optional one.',
    who: ['operator'],
    input: limitsSchema.partial(),
    output: limitsAnswer,
    http: { method: 'PATCH', path: '/governance/limits' },
  },
  'agent.setLimits': {
    kind: 'command',
    summary: "Changes some of an agent's own limits; null clears one, so that the general one holds again.",
    who: ['operator'],
    input: z.strictObject({
      agentId: agentIdSchema,
      weeklySpendCapNanos: weeklySpendCapNanos.exactOptional(),
      perAgentDailyCreationLimit: perAgentDailyCreationLimit.nullable().exactOptional(),
      perAgentCreationReviewThreshold: perAgentCreationReviewThreshold.nullable().exactOptional(),
      approvalTtlMs: approvalTtlMs.nullable().exactOptional(),
    }),
    output: z.object({ agentId: z.string(), overrides: overridesSchema, effective: limitsSchema }),
    http: { method: 'PATCH', path: '/governance/agents/{agent_id}/limits' },
  },
} as const satisfies Record<string, ContractEntry>;
