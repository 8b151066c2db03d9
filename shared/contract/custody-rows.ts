import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { type ErrorCode, errorCatalogue } from '../kernel/errors';
import { nanosSchema } from '../kernel/money';
import { named } from '../kernel/wire';
import type { ContractEntry } from './contract-entry';
import { creationReviewSchema, governanceAnswerSchema, grantSchema } from './governance';
import { lifecycleSchema } from './review-rows';
import { spendSummarySchema } from './spend';

const automationIdSchema = z.string().trim().min(1).max(200);
const reasonSchema = z.string().max(10_000);

const readingValueSchema = z.union([z.number(), z.boolean(), z.string()]);
const codeSchema = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]);

/** The rows of the contract about whose an automation is, who may change it, and what an agent may still create. */
export const custodyContract = {
  'automation.governance': {
    kind: 'query',
    summary:
      'Answers the custody record of an automation with its grants, reviews and spend. An agent sees its own spend.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({ automationId: automationIdSchema }),
    output: z.object({
      governance: governanceAnswerSchema,
      /** Where the agent that created it stands; null for one that no agent created. */
      agentReview: creationReviewSchema.nullable(),
      lifecycle: lifecycleSchema,
      spend: z.object({
        weeklySpendCapNanos: nanosSchema.nullable(),
        warningThresholdRatio: z.number(),
        agents: z.array(spendSummarySchema),
      }),
    }),
    http: { method: 'GET', path: '/automations/v2/{automation_id}/governance' },
  },
  'grants.list': {
    kind: 'query',
    summary: 'Lists the grants of an automation, revoked ones included, the oldest first.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({ automationId: automationIdSchema }),
    output: z.object({
      automationId: named('automationID', z.string()),
      modifyGrants: z.array(grantSchema),
      capabilityGrants: z.array(grantSchema),
      count: z.int(),
    }),
    http: { method: 'GET', path: '/automations/v2/{automation_id}/grants' },
  },
  'grant.create': {
    kind: 'command',
    summary:
      'Lets an agent change an automation; only the operator can. A grant that stands already is answered again.',
    who: ['operator'],
    forbidden: 'AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN',
    input: z.strictObject({
      automationId: automationIdSchema,
      grantedToAgentId: agentIdSchema,
      reason: reasonSchema.exactOptional(),
    }),
    output: z.object({ grant: grantSchema }),
    http: { method: 'POST', path: '/automations/v2/{automation_id}/grants', acceptsCamelCase: true },
  },
  'grant.revoke': {
    kind: 'command',
    summary: 'Takes a grant back; the automation is paused until the operator has looked at it.',
    who: ['operator'],
    forbidden: 'AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN',
    input: z.strictObject({
      automationId: automationIdSchema,
      grantId: z.string().min(1).max(100),
      reason: reasonSchema.exactOptional(),
    }),
    output: z.object({ grant: grantSchema }),
    http: { method: 'DELETE', path: '/automations/v2/{automation_id}/grants/{grant_id}', acceptsCamelCase: true },
  },
  'agent.allowance': {
    kind: 'query',
    summary:
      'What the agent may still do: each rule of creation with its value, limit and verdict. An agent asks for itself.',
    who: ['operator', 'engine', 'agent'],
    isForSubAgents: true,
    input: z.object({ agentId: agentIdSchema }),
    output: z.object({
      agentId: z.string(),
      canCreate: z.boolean(),
      /** The code that a creation would be refused with now; null when it would not be. */
      code: codeSchema.nullable(),
      rules: z.array(
        z.object({
          rule: z.string(),
          code: codeSchema,
          value: readingValueSchema,
          limit: readingValueSchema.nullable(),
          isMet: z.boolean(),
        }),
      ),
    }),
    http: { method: 'GET', path: '/governance/agents/{agent_id}/allowance' },
  },
} as const satisfies Record<string, ContractEntry>;
