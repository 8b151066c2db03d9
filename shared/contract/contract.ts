import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { storedTextSchema } from '../kernel/stored-text';
import { instantSchema } from '../kernel/time';
import { unreadableField } from '../kernel/unreadable';
import { agentDeskContract } from './agent-desk-rows';
import { agentContract } from './agent-rows';
import {
  approvalSchema,
  approvalStatuses,
  jsonSchema,
  listedApprovalSchema,
  requestTypes,
  targetResourceSchema,
} from './approval';
import { auditContract } from './audit-rows';
import { auditSearchContract } from './audit-search-rows';
import { deskAutomationContract } from './automation-desk-rows';
import { automationContract } from './automation-rows';
import { connectionContract } from './connection-rows';
import type { ContractEntry } from './contract-entry';
import { custodyContract } from './custody-rows';
import { lineageContract } from './lineage-rows';
import { queueContract } from './queue-rows';
import { reviewContract } from './review-rows';
import { runContract } from './run-rows';
import { spendDeskContract } from './spend-desk-rows';
import { spendContract } from './spend-rows';
import { stateContract } from './state-rows';
import { tokenKinds, tokenSchema } from './token';
import { ruleOfRequestSchema, toolRuleSchema } from './tool-rule';
import { toolRuleContract } from './tool-rule-rows';

const approvalIdSchema = z.string().min(1).max(100);
const notesSchema = z.string().max(10_000);
const approvalAnswer = z.object({ approval: approvalSchema });

/**
 * Everything that can be asked of Gatehouse: the one table that IPC and HTTP are loops over (design.md decision 2). A new
 * command is a row here, a handler in its noun's folder and a test.
 */
export const contract = {
  ...automationContract,
  ...connectionContract,
  ...custodyContract,
  ...deskAutomationContract,
  'approvals.list': {
    kind: 'query',
    summary:
      'Lists approvals, the newest updated first; a page of large ones is shorter than asked. An agent sees those that it requested or that are about it.',
    who: ['operator', 'engine', 'agent'],
    isForSubAgents: true,
    input: z.object({
      requestType: z.enum(requestTypes).exactOptional(),
      status: z.enum(approvalStatuses).exactOptional(),
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(200).exactOptional(),
    }),
    output: z.object({ approvals: z.array(approvalSchema), count: z.int(), nextCursor: z.string().exactOptional() }),
    http: { method: 'GET', path: '/governance/approvals' },
  },
  'approvals.get': {
    kind: 'query',
    summary: 'Answers one approval; with wait_ms as soon as it is no longer pending, or when the wait is over.',
    who: ['operator', 'engine', 'agent'],
    isForSubAgents: true,
    input: z.object({
      approvalId: approvalIdSchema,
      waitMs: z.coerce.number().int().min(0).max(60_000).exactOptional(),
    }),
    output: approvalAnswer,
    http: { method: 'GET', path: '/governance/approvals/{approval_id}' },
  },
  'approval.request': {
    kind: 'command',
    summary: 'Asks the operator for a decision. The same request that is still pending is answered again, not doubled.',
    who: ['operator', 'engine', 'agent'],
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
    kind: 'command',
    summary: 'Approves; only the operator can. One that is decided already is answered unchanged.',
    who: ['operator'],
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
    output: approvalAnswer.extend({ toolRule: toolRuleSchema.exactOptional(), ...unreadableField }),
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/approve' },
  },
  'approval.deny': {
    kind: 'command',
    summary: 'Denies; only the operator can. One that is decided already is answered unchanged.',
    who: ['operator'],
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
    kind: 'command',
    summary: 'Withdraws a pending request: the asker gave up, or was answered elsewhere.',
    who: ['engine', 'agent'],
    isForSubAgents: true,
    input: z.strictObject({ approvalId: approvalIdSchema, reason: notesSchema.exactOptional() }),
    output: approvalAnswer,
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/cancel' },
  },
  'approval.consume': {
    kind: 'command',
    summary: 'Uses an approval for the exact act that was approved, once.',
    who: ['engine', 'agent'],
    isForSubAgents: true,
    input: z.strictObject({ approvalId: approvalIdSchema, action: jsonSchema }),
    output: approvalAnswer,
    http: { method: 'POST', path: '/governance/approvals/{approval_id}/consume' },
  },
  'approvals.expireDue': {
    kind: 'command',
    summary: 'Expires the pending approvals whose time is over; runs before every batch of commands.',
    who: ['gatehouse'],
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
  'queue.snapshot': {
    kind: 'query',
    summary: 'What the queue shows first: waiting approvals by deadline, and the newest settled ones.',
    who: ['operator'],
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
    kind: 'query',
    summary: 'The waiting approvals that come after this one by deadline: the next page of the queue.',
    who: ['operator'],
    input: z.strictObject({ approvalId: approvalIdSchema, expiresAtMs: instantSchema }),
    output: z.object({
      seq: z.int(),
      /** At most `QUEUE_PAGE_SIZE`. */
      waiting: z.array(listedApprovalSchema),
    }),
  },
  'queue.approvals': {
    kind: 'query',
    summary: 'The approvals of these ids as the queue lists them, and how many wait: what a patch carries.',
    who: ['operator'],
    input: z.strictObject({ approvalIds: z.array(approvalIdSchema) }),
    output: z.object({ waitingCount: z.int(), approvals: z.array(listedApprovalSchema) }),
  },
  ...queueContract,
  ...agentContract,
  ...agentDeskContract,
  ...auditContract,
  ...auditSearchContract,
  ...lineageContract,
  ...reviewContract,
  ...stateContract,
  ...toolRuleContract,
  'tokens.list': {
    kind: 'query',
    summary: 'Lists the tokens, the newest first, revoked ones included.',
    who: ['operator'],
    input: z.strictObject({}),
    output: z.object({ tokens: z.array(tokenSchema) }),
  },
  'token.create': {
    kind: 'command',
    summary: 'Makes a token; its secret is in the answer and nowhere else.',
    who: ['operator'],
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
  'tokens.noteUse': {
    kind: 'command',
    summary:
      'Notes when a token was last used and a known agent last heard; sent by the API at most once a minute for each.',
    who: ['gatehouse'],
    input: z.strictObject({
      tokenId: z.string(),
      agentId: z.string().exactOptional(),
      usedAtMs: instantSchema,
    }),
    output: z.object({}),
  },
  'token.revoke': {
    kind: 'command',
    summary: 'Revokes a token at once and for good.',
    who: ['operator'],
    input: z.strictObject({ tokenId: z.string().min(1).max(100) }),
    output: z.object({ token: tokenSchema }),
  },
  ...runContract,
  ...spendContract,
  ...spendDeskContract,
} as const satisfies Record<string, ContractEntry>;

/** Waiting approvals that one queue snapshot carries at most. */
export const QUEUE_PAGE_SIZE = 200;

/** Settled approvals that one queue snapshot carries at most. */
export const RECENT_PAGE_SIZE = 50;

type Contract = typeof contract;

/** The name of a command or query. */
export type ContractName = keyof Contract;

/** The name of a command: it may change something. */
export type CommandName = { [N in ContractName]: Contract[N]['kind'] extends 'command' ? N : never }[ContractName];

/** The name of a query: it changes nothing. */
export type QueryName = { [N in ContractName]: Contract[N]['kind'] extends 'query' ? N : never }[ContractName];

/** The name of a long query: it changes nothing, and is answered in slices. */
export type LongQueryName = Exclude<ContractName, CommandName | QueryName>;

/** The parsed input of a command or query. */
export type InputOf<N extends ContractName> = z.output<Contract[N]['input']>;

/** What a caller passes as input: what the schema fills in may be left out. */
export type GivenInputOf<N extends ContractName> = z.input<Contract[N]['input']>;

/** The answer of a command or query. */
export type OutputOf<N extends ContractName> = z.output<Contract[N]['output']>;

/** The row of a name, with the types that hold for every row. */
export function contractEntry(name: ContractName): ContractEntry {
  return contract[name];
}

/** Whether this is the name of a command or query. */
export function isContractName(name: string): name is ContractName {
  return Object.hasOwn(contract, name);
}
