import { z } from 'zod';
import { riskSchema } from '../judgement';
import { agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { nanosSchema } from '../kernel/nanos';
import { storedTextSchema } from '../kernel/stored-text';
import { unreadableField } from '../kernel/unreadable';
import { approvalSchema, jsonSchema, listedApprovalSchema, targetResourceSchema } from './approval';
import { type ContractEntry, command, listPage, query } from './contract-entry';
import { approvalStatuses, requestTypes } from './request-kinds';
import { ruleOfRequestSchema, settledSchema, toolRuleSchema } from './tool-rule';

const approvalIdSchema = z.string().min(1).max(100);
const notesSchema = z.string().max(10_000);
const approvalAnswer = z.object({ approval: approvalSchema });

const digestSchema = z.object({
  asked: z.int(),
  byRule: z.int(),
  approved: z.int(),
  denied: z.int(),
  missed: z.int(),
});

/** What came of the requests of some time; `approved` are those that no standing rule approved. */
export type Digest = Readonly<z.infer<typeof digestSchema>>;

/** Asking, deciding, and what the operator's queue asks (spec/governance.md sections 2 and 7). */
export const approvalContract = {
  'approvals.list': {
    ...query('operator', 'engine', 'agent'),
    summary:
      'Lists approvals, the newest updated first; a page of large ones is shorter than asked. An agent sees those that it requested or that are about it.',
    isForSubAgents: true,
    input: z.object({
      requestType: z.enum(requestTypes).exactOptional(),
      status: z.enum(approvalStatuses).exactOptional(),
      ...listPage(200),
    }),
    output: z.object({ approvals: z.array(approvalSchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/approvals' },
  },
  'approvals.get': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Answers one approval; with wait_ms as soon as it is no longer pending, or when the wait is over.',
    isForSubAgents: true,
    input: z.object({
      approvalId: approvalIdSchema,
      waitMs: z.coerce.number().int().min(0).max(60_000).exactOptional(),
      /** For one who waits: the request is withdrawn when their connection is gone, and nobody else waits for it. */
      endsWithConnection: z.enum(['true', 'false']).exactOptional(),
    }),
    output: approvalAnswer,
    waitsWhile: ({ approval }: z.output<typeof approvalAnswer>) => approval.status === 'pending',
    http: { method: 'GET', path: '/governance/approvals/{approval_id}' },
  },
  'approval.request': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Asks the operator for a decision. The same request that is still pending is answered again, not doubled.',
    isForSubAgents: true,
    input: z.strictObject({
      requestType: z.enum(requestTypes),
      targetResource: targetResourceSchema,
      rationale: storedTextSchema.trim().min(1).max(10_000),
      context: jsonSchema.exactOptional(),
      action: jsonSchema.exactOptional(),
      expiresAtMs: instantSchema.exactOptional(),
      waitingUntilMs: instantSchema.exactOptional(),
    }),
    output: approvalAnswer,
    http: { method: 'POST', path: '/governance/approvals' },
  },
  'approval.approve': {
    ...command('operator'),
    summary: 'Approves; only the operator can. One that is decided already is answered unchanged.',
    forbidden: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN',
    input: z.strictObject({
      approvalId: approvalIdSchema,
      notes: notesSchema.exactOptional(),
      /** What becomes of the automation; only for a retirement_action. */
      action: z.enum(['extend', 'retire']).exactOptional(),
      /** Until when the approval stands, as requested if absent; with `extend`, until when the automation does. */
      expiresAtMs: instantSchema.exactOptional(),
      /** The run under way that a quota_override of an agent is for: it alone may go on above the cap (section 8). */
      onlyRunId: z.string().min(1).max(200).exactOptional(),
      /** The revision that the operator saw; a newer one refuses. */
      revision: z.int().exactOptional(),
      /** Makes a standing rule of a tool_call with the decision: both, or neither. */
      rule: ruleOfRequestSchema.exactOptional(),
    }),
    output: approvalAnswer.extend({
      toolRule: toolRuleSchema.exactOptional(),
      /** How many others that waited the new rule has decided. */
      settled: settledSchema.exactOptional(),
      ...unreadableField,
    }),
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/approve' },
  },
  'approval.deny': {
    ...command('operator'),
    summary: 'Denies; only the operator can. One that is decided already is answered unchanged.',
    forbidden: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN',
    input: z.strictObject({
      approvalId: approvalIdSchema,
      notes: notesSchema.exactOptional(),
      revision: z.int().exactOptional(),
    }),
    output: approvalAnswer.extend(unreadableField),
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/deny' },
  },
  'approval.cancel': {
    ...command('engine', 'agent'),
    summary: 'Withdraws a pending request: the asker gave up, or was answered elsewhere.',
    isForSubAgents: true,
    input: z.strictObject({ approvalId: approvalIdSchema, reason: notesSchema.exactOptional() }),
    output: approvalAnswer,
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/cancel' },
  },
  'approval.consume': {
    ...command('engine', 'agent'),
    summary: 'Uses an approval for the exact act that was approved, once.',
    isForSubAgents: true,
    input: z.strictObject({ approvalId: approvalIdSchema, action: jsonSchema }),
    output: approvalAnswer,
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/consume' },
  },
  'approvals.index': {
    ...command('gatehouse'),
    summary: 'Puts the words of the next approvals into the index that they are searched by.',
    input: z.object({}),
    output: z.object({ count: z.int() }),
    changes: ['approvals'],
  },
  'approvals.expireDue': {
    ...command('gatehouse'),
    summary: 'Expires the pending approvals whose time is over; runs before every batch of commands.',
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
  'queue.snapshot': {
    ...query('operator'),
    summary: 'What the queue shows first: waiting approvals by deadline, and the newest settled ones.',
    input: z.strictObject({}),
    output: z.object({
      seq: z.int(),
      waitingCount: z.int(),
      /** At most `QUEUE_PAGE_SIZE`, the oldest deadline first. */
      waiting: z.array(listedApprovalSchema),
      /** At most `RECENT_PAGE_SIZE`, the newest first. */
      recent: z.array(listedApprovalSchema),
    }),
  },
  'queue.waitingAfter': {
    ...query('operator'),
    summary: 'The waiting approvals that come after this one by deadline: the next page of the queue.',
    input: z.strictObject({ approvalId: approvalIdSchema, expiresAtMs: instantSchema }),
    output: z.object({
      seq: z.int(),
      /** At most `QUEUE_PAGE_SIZE`. */
      waiting: z.array(listedApprovalSchema),
    }),
  },
  'queue.approvals': {
    ...query('operator'),
    summary: 'The approvals of these ids as the queue lists them, and how many wait: what a patch carries.',
    input: z.strictObject({ approvalIds: z.array(approvalIdSchema) }),
    output: z.object({ waitingCount: z.int(), approvals: z.array(listedApprovalSchema) }),
  },
  'approvals.search': {
    ...query('operator'),
    summary:
      'Finds approvals by their status, type, asker and words. Waiting ones come by deadline; past ones the newest settled first, with a text the newest asked first.',
    input: z.strictObject({
      scope: z.enum(['waiting', 'past']),
      /** `missed` finds what is cancelled or expired and was missed (shared/missed.ts). */
      status: z.enum([...approvalStatuses, 'missed']).exactOptional(),
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
  'approvals.digest': {
    ...query('operator'),
    summary: 'How many requests came since an instant, and what became of those that were settled since then.',
    input: z.strictObject({ sinceMs: instantSchema }),
    output: digestSchema,
  },
  'approvals.facts': {
    ...query('operator'),
    summary:
      'How dangerous a request is, and what its asker, or the agent that it is about, has cost so far; what is unknown is absent.',
    input: z.strictObject({ approvalId: approvalIdSchema }),
    output: z.object({
      risk: riskSchema,
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
