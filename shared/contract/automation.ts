import { z } from 'zod';
import { actorSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { storedTextSchema } from '../kernel/stored-text';
import { type ContractEntry, command, deskPage, listPage, query } from './contract-entry';
import { findingSchema, governanceRecordSchema, grantSchema, reviewKinds } from './governance';
import { runStatuses } from './run';

/** Where an automation can be. */
export const automationStatuses = ['draft', 'active', 'paused'] as const;

/** The status of an automation. */
export type AutomationStatus = (typeof automationStatuses)[number];

const idSchema = storedTextSchema.trim().min(1).max(200);

/** Declared capabilities: what an automation may do beyond running (spec/governance.md section 1). */
export const capabilitiesSchema = z.object({
  createsAgents: z.boolean().exactOptional(),
  modifiesGrants: z.boolean().exactOptional(),
});

/** An agent that takes part in an automation's flow; what Gatehouse does not know of it is kept. */
const flowAgentSchema = z.looseObject({
  agentId: idSchema,
  displayName: z.string().nullable().exactOptional(),
  skills: z.unknown().exactOptional(),
  toolPolicy: z.looseObject({}).nullable().exactOptional(),
  mcpPolicy: z
    .looseObject({ allowedServers: z.array(z.string()).nullable().exactOptional() })
    .nullable()
    .exactOptional(),
});

const flowSchema = z.looseObject({
  nodes: z
    .array(
      z.looseObject({
        nodeId: z.string().exactOptional(),
        agentId: storedTextSchema.max(200).exactOptional(),
        objective: z.string().exactOptional(),
        dependsOn: z.array(z.string()).nullable().exactOptional(),
      }),
    )
    .max(1_000)
    .exactOptional(),
});

const definitionShape = {
  name: z.string().trim().min(1).max(500),
  description: z.string().max(20_000).nullable().exactOptional(),
  status: z.enum(automationStatuses).exactOptional(),
  schedule: z.unknown().exactOptional(),
  agents: z.array(flowAgentSchema).max(500).exactOptional(),
  flow: flowSchema.exactOptional(),
  execution: z.unknown().exactOptional(),
  outputTargets: z.unknown().exactOptional(),
  workspaceRoot: z.string().nullable().exactOptional(),
  metadata: z.looseObject({}).nullable().exactOptional(),
  capabilities: capabilitiesSchema.nullable().exactOptional(),
};

/** An automation as a caller defines it. Fields that Gatehouse does not know are kept and returned (spec/api.md section 2). */
export const newAutomationSchema = z.looseObject({
  automationId: idSchema.exactOptional(),
  creatorId: z.string().max(200).exactOptional(),
  ...definitionShape,
});

/** Some fields of an automation; the ones that are absent stay as they are. */
export const automationPatchSchema = z.looseObject({ ...definitionShape, name: definitionShape.name.exactOptional() });

/** An automation as it is stored and answered. Capabilities are in `metadata.capabilities`. */
export const automationSchema = z.looseObject({
  automationId: z.string(),
  ...definitionShape,
  status: z.enum(automationStatuses),
  creatorId: z.string(),
  createdAtMs: instantSchema,
  updatedAtMs: instantSchema,
});

/** An automation as it is stored and answered. */
export type Automation = Readonly<z.infer<typeof automationSchema>>;

/** An automation as a caller defines it. */
export type NewAutomation = Readonly<z.infer<typeof newAutomationSchema>>;

/** Some fields of an automation. */
export type AutomationPatch = Readonly<z.infer<typeof automationPatchSchema>>;

/** The flags of a definition, false where it says nothing. */
export type DeclaredCapabilities = { readonly createsAgents: boolean; readonly modifiesGrants: boolean };

/** The agents that take part in an automation's flow, each once. */
export function flowAgentIds({ agents, flow }: Pick<Automation, 'agents' | 'flow'>): readonly string[] {
  const ids = [...(agents ?? []).map(({ agentId }) => agentId), ...(flow?.nodes ?? []).map(({ agentId }) => agentId)];
  return [...new Set(ids.filter((id): id is string => id !== undefined && id.trim() !== ''))];
}

/** The MCP servers that each agent of a definition may use; an agent that is in it twice may use those of both. */
export function allowedServers({ agents }: Pick<Automation, 'agents'>): ReadonlyMap<string, ReadonlySet<string>> {
  const servers = new Map<string, Set<string>>();
  for (const { agentId, mcpPolicy } of agents ?? []) {
    const known = servers.get(agentId) ?? new Set();
    servers.set(agentId, known);
    for (const server of mcpPolicy?.allowedServers ?? []) known.add(server);
  }
  return servers;
}

/** What is to be said of an automation's life besides its status, the weightiest first. */
export const lifecycleMarks = [
  'deleted',
  'retired',
  'expired',
  'lifecycle_paused',
  'review_required',
  'expires_soon',
] as const;

/** Something to be said of an automation's life besides its status. */
export type LifecycleMark = (typeof lifecycleMarks)[number];

/** What the operator can do with an automation. */
export const automationActions = [
  'acknowledge',
  'run',
  'pause',
  'resume',
  'extend',
  'retire',
  'delete',
  'restore',
] as const;

/** Something that the operator can do with an automation. */
export type AutomationAction = (typeof automationActions)[number];

/** Set on an automation that is deleted and can be restored. */
export const deletionSchema = z.object({
  deletedBy: actorSchema,
  deletedAtMs: instantSchema,
  restoreUntilMs: instantSchema,
});

/** Findings that an overview carries at most, the most severe first; the counts are of all. */
export const MOST_LISTED_FINDINGS = 5;

/** An automation as the desk lists it: where it stands, what was found, and what the operator can do about it now. */
export const automationOverviewSchema = z.object({
  automationId: z.string(),
  name: z.string(),
  status: z.enum(automationStatuses),
  creator: actorSchema,
  createdAtMs: instantSchema,
  marks: z.array(z.enum(lifecycleMarks)),
  expiresAtMs: instantSchema.exactOptional(),
  expiredAtMs: instantSchema.exactOptional(),
  retiredAtMs: instantSchema.exactOptional(),
  retireReason: z.string().exactOptional(),
  reviewKind: z.enum(reviewKinds).exactOptional(),
  reviewRequestedAtMs: instantSchema.exactOptional(),
  runsSinceReview: z.int(),
  deletion: deletionSchema.exactOptional(),
  findings: z.array(findingSchema),
  findingCounts: z.object({ critical: z.int(), warning: z.int(), info: z.int() }),
  /** Ids of all findings: what the operator has seen when it acknowledges. */
  findingIds: z.array(z.string()),
  /** Runs that a pause, a retirement or a deletion would pause. */
  runsUnderWay: z.int(),
  lastRun: z.object({ runId: z.string(), status: z.enum(runStatuses), atMs: instantSchema }).exactOptional(),
  /** What would be carried out now. */
  actions: z.array(z.enum(automationActions)),
});

/** An automation as the desk lists it. */
export type AutomationOverview = Readonly<z.infer<typeof automationOverviewSchema>>;

const automationIdSchema = z.string().trim().min(1).max(200);
const reasonSchema = z.string().max(10_000);
const automationAnswer = z.object({ automation: automationSchema });
const okAnswer = z.object({ ok: z.literal(true), automation: automationSchema });
const withReason = z.strictObject({ automationId: automationIdSchema, reason: reasonSchema.exactOptional() });

/** What the Lifecycle view is divided into. */
export const lifecycleSections = ['review', 'failing', 'expiring', 'expired', 'retired', 'deleted'] as const;

/** A part of the Lifecycle view. */
export type LifecycleSection = (typeof lifecycleSections)[number];

/** A section counts no further than this. */
export const MOST_COUNTED = 1_000;

/** The rows of the contract about automations and their life (spec/governance.md sections 3, 5 and 11). */
export const automationContract = {
  'automation.create': {
    ...command('operator', 'engine', 'agent'),
    summary:
      'Creates an automation, if the rules allow it to the caller. Fields that Gatehouse does not know are kept.',
    input: newAutomationSchema,
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2', acceptsCamelCase: true },
  },
  'automations.list': {
    ...query('operator', 'engine', 'agent'),
    summary:
      'Lists automations, the newest updated first. An agent sees those that it or its descendants created, that it takes part in or was granted.',
    input: z.object({
      ...listPage(300),
    }),
    output: z.object({
      automations: z.array(automationSchema),
      count: z.int(),
      nextCursor: z.string().exactOptional(),
    }),
    http: { method: 'GET', path: '/automations/v2' },
  },
  'automations.get': {
    ...query('operator', 'engine', 'agent'),
    summary: 'Answers one automation.',
    input: z.object({ automationId: automationIdSchema }),
    output: automationAnswer,
    http: { method: 'GET', path: '/automations/v2/{automation_id}' },
  },
  'automation.update': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Changes some fields. Taking an MCP server from an agent pauses the automation until the operator looks.',
    input: automationPatchSchema.extend({ automationId: automationIdSchema }),
    output: automationAnswer,
    http: { method: 'PATCH', path: '/automations/v2/{automation_id}', acceptsCamelCase: true },
  },
  'automation.delete': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Deletes an automation; the operator can restore it for seven days. Its runs are paused.',
    input: z.object({ automationId: automationIdSchema }),
    output: z.object({ ok: z.literal(true), deleted: z.literal(true) }),
    http: { method: 'DELETE', path: '/automations/v2/{automation_id}' },
  },
  'automation.pause': {
    ...command('operator', 'engine', 'agent'),
    summary: 'Pauses an automation and its runs.',
    input: withReason,
    output: okAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/pause', acceptsCamelCase: true },
  },
  'automation.resume': {
    ...command('operator', 'engine', 'agent'),
    summary:
      'Makes an automation active; only the operator can where Gatehouse paused it. Its runs are not resumed by that.',
    input: withReason,
    output: okAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/resume', acceptsCamelCase: true },
  },
  'automation.retire': {
    ...command('operator'),
    summary: 'Retires an automation: it is paused and stays, until it is extended.',
    input: withReason,
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/retire', acceptsCamelCase: true },
  },
  'automation.extend': {
    ...command('operator'),
    summary: 'Gives an automation more time and makes it active again, also when it has expired or is retired.',
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
    ...command('operator'),
    summary: 'Brings a deleted automation back as it was, paused if it was active.',
    input: z.strictObject({ automationId: automationIdSchema }),
    output: automationAnswer,
    http: { method: 'POST', path: '/automations/v2/{automation_id}/restore' },
  },
  'automations.purgeDue': {
    ...command('gatehouse'),
    summary: 'Removes the definitions and runs of deleted automations whose time to be restored is over.',
    input: z.strictObject({}),
    output: z.object({ count: z.int() }),
  },
  'automations.search': {
    ...query('operator'),
    summary: 'Automations as the desk lists them, the newest updated first; those in review the longest waiting first.',
    input: z.strictObject({
      /** A part of the name or the id, in any case. */
      text: z.string().max(500).exactOptional(),
      show: z.enum([...automationStatuses, 'in_review']).exactOptional(),
      ...deskPage,
    }),
    output: z.object({ automations: z.array(automationOverviewSchema), nextCursor: z.string().exactOptional() }),
  },
  'automation.whole': {
    ...query('operator'),
    summary: 'Everything the operator sees of one automation but its runs; also of one that is deleted.',
    input: z.strictObject({ automationId: z.string().min(1).max(200) }),
    output: z.object({
      overview: automationOverviewSchema,
      automation: automationSchema,
      record: governanceRecordSchema,
      /** Revoked ones included, the oldest first. */
      grants: z.array(grantSchema),
      /** A sentence on why no run would begin now; null when one would. */
      runBlock: z.string().nullable(),
    }),
  },
  'lifecycle.counts': {
    ...query('operator'),
    summary: `How many automations each section of Lifecycle has, counted to ${MOST_COUNTED}.`,
    input: z.strictObject({}),
    output: z.object({ counts: z.record(z.enum(lifecycleSections), z.int()) }),
  },
  'lifecycle.list': {
    ...query('operator'),
    summary: 'One section of Lifecycle: what is most urgent first; what is expired or retired the latest first.',
    input: z.strictObject({ section: z.enum(lifecycleSections), ...deskPage }),
    output: z.object({
      items: z.array(
        automationOverviewSchema.extend({
          /** Since when it is in the section; for what is to come, when it will be: the expiry, or the end of its restoring. */
          sinceMs: instantSchema,
        }),
      ),
      nextCursor: z.string().exactOptional(),
    }),
  },
} as const satisfies Record<string, ContractEntry>;
