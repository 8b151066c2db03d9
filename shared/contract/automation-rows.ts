import { z } from 'zod';
import { instantSchema } from '../kernel/time';
import { automationPatchSchema, automationSchema, newAutomationSchema } from './automation';
import type { ContractEntry } from './contract-entry';

const automationIdSchema = z.string().trim().min(1).max(200);
const reasonSchema = z.string().max(10_000);
const automationAnswer = z.object({ automation: automationSchema });
const okAnswer = z.object({ ok: z.literal(true), automation: automationSchema });
const withReason = z.strictObject({ automationId: automationIdSchema, reason: reasonSchema.exactOptional() });

/** The rows of the contract about automations and their life (spec/governance.md sections 3, 5 and 11). */
export const automationContract = {
  'automation.create': {
    kind: 'command',
    summary:
      'Creates an automation, if the rules allow it to the caller. Fields that Gatehouse does not know are kept.',
    who: ['operator', 'engine', 'agent'],
    input: newAutomationSchema,
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2', acceptsCamelCase: true },
  },
  'automations.list': {
    kind: 'query',
    summary:
      'Lists automations, the newest updated first. An agent sees those that it or its descendants created, that it takes part in or was granted.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({
      limit: z.coerce.number().int().min(1).max(500).exactOptional(),
      cursor: z.string().max(300).exactOptional(),
    }),
    output: z.object({
      automations: z.array(automationSchema),
      count: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
    http: { method: 'GET', path: '/automations/v2' },
  },
  'automations.get': {
    kind: 'query',
    summary: 'Answers one automation.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({ automationId: automationIdSchema }),
    output: automationAnswer,
    http: { method: 'GET', path: '/automations/v2/{automation_id}' },
  },
  'automation.update': {
    kind: 'command',
    summary: 'Changes some fields. Taking an MCP server from an agent pauses the automation until the operator looks.',
    who: ['operator', 'engine', 'agent'],
    input: automationPatchSchema.extend({ automationId: automationIdSchema }),
    output: automationAnswer,
    http: { method: 'PATCH', path: '/automations/v2/{automation_id}', acceptsCamelCase: true },
  },
  'automation.delete': {
    kind: 'command',
    summary: 'Deletes an automation; the operator can restore it for seven days. Its runs are paused.',
    who: ['operator', 'engine', 'agent'],
    input: z.object({ automationId: automationIdSchema }),
    output: z.object({ ok: z.literal(true), deleted: z.literal(true) }),
    http: { method: 'DELETE', path: '/automations/v2/{automation_id}' },
  },
  'automation.pause': {
    kind: 'command',
    summary: 'Pauses an automation and its runs.',
    who: ['operator', 'engine', 'agent'],
    input: withReason,
    output: okAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/pause', acceptsCamelCase: true },
  },
  'automation.resume': {
    kind: 'command',
    summary:
      'Makes an automation active; only the operator can where Gatehouse paused it. Its runs are not resumed by that.',
    who: ['operator', 'engine', 'agent'],
    input: withReason,
    output: okAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/resume', acceptsCamelCase: true },
  },
  'automation.retire': {
    kind: 'command',
    summary: 'Retires an automation: it is paused and stays, until it is extended.',
    who: ['operator'],
    input: withReason,
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/retire', acceptsCamelCase: true },
  },
  'automation.extend': {
    kind: 'command',
    summary: 'Gives an automation more time and makes it active again, also when it has expired or is retired.',
    who: ['operator'],
    input: z.strictObject({
      automationId: automationIdSchema,
      /** Until when; as long from now as the limits say, if absent. */
      expiresAtMs: instantSchema.exactOptional(),
      reason: reasonSchema.exactOptional(),
    }),
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/extend', acceptsCamelCase: true },
  },
  'automation.restore': {
    kind: 'command',
    summary: 'Brings a deleted automation back as it was, paused if it was active.',
    who: ['operator'],
    input: z.strictObject({ automationId: automationIdSchema }),
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/restore' },
  },
  'automations.purgeDue': {
    kind: 'command',
    summary: 'Removes the definitions and runs of deleted automations whose time to be restored is over.',
    who: ['gatehouse'],
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
} as const satisfies Record<string, ContractEntry>;
