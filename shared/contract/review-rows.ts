import { z } from 'zod';
import { approvalSchema } from './approval';
import type { ContractEntry } from './contract-entry';
import { creationReviewSchema, governanceRecordSchema } from './governance';

const nothing = z.strictObject({});
const countAnswer = z.object({ count: z.int() });

/** The review and lifecycle fields of a custody record. */
export const lifecycleSchema = governanceRecordSchema.pick({
  reviewRequired: true,
  reviewKind: true,
  reviewRequestedAtMs: true,
  reviewRequestId: true,
  lastReviewedAtMs: true,
  runsSinceReview: true,
  expiresAtMs: true,
  expiredAtMs: true,
  retiredAtMs: true,
  retireReason: true,
  pausedForLifecycle: true,
  healthLastCheckedAtMs: true,
  healthFindings: true,
});

/** What needs the operator's look, and the checks that find it (spec/governance.md sections 6, 8 and 9). */
export const reviewContract = {
  'reviews.list': {
    kind: 'query',
    summary:
      'What needs a look: agents to review, automations with a review, findings or an end, and what is asked of both; each list goes on in the next page.',
    who: ['operator', 'engine'],
    input: z.object({
      /** Of each of the three lists. */
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(1_000).exactOptional(),
    }),
    output: z.object({
      agentCreationReviews: z.array(creationReviewSchema),
      automationLifecycleReviews: z.array(
        z.object({ automationId: z.string(), creatorId: z.string(), review: lifecycleSchema }),
      ),
      pendingApprovals: z.array(approvalSchema),
      count: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
    http: { method: 'GET', path: '/governance/reviews' },
  },
  'automation.acknowledge': {
    kind: 'command',
    summary:
      'Says that the operator has looked at an automation: approves its pending review, or ends the one that nobody can decide any more. It stays paused if it is.',
    who: ['operator'],
    input: z.strictObject({
      automationId: z.string().min(1).max(200),
      /** The findings that the operator saw; one that came since refuses. */
      findingIds: z.array(z.string().max(200)).max(10_000),
      notes: z.string().max(10_000).exactOptional(),
    }),
    output: z.object({ isChanged: z.boolean() }),
  },
  'health.check': {
    kind: 'command',
    summary:
      'Looks at the recent runs and the expiry of every automation, in one commit; answers how many findings hold.',
    who: ['operator', 'engine', 'gatehouse'],
    input: nothing,
    output: z.object({ findingCount: z.int() }),
    http: { method: 'POST', path: '/governance/health_check' },
  },
  'automations.checkExpiry': {
    kind: 'command',
    summary: 'Ends the automations whose time is over, and warns of those that come to their end.',
    who: ['gatehouse'],
    input: nothing,
    output: countAnswer,
  },
} as const satisfies Record<string, ContractEntry>;
