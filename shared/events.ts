// oxlint-disable max-lines -- one table
import { z } from 'zod';
import { approvalSchema } from './contract/approval';
import { automationStatuses } from './contract/automation';
import { rotationSchema } from './contract/checkpoint';
import { engines } from './contract/engine';
import {
  declaredCapabilitiesSchema,
  findingSchema,
  grantSchema,
  provenanceSchema,
  reviewKinds,
} from './contract/governance';
import { runStatuses, stopKinds } from './contract/run';
import { tokenKinds } from './contract/token';
import { toolRuleSchema } from './contract/tool-rule';
import { toolClassSchema, untrustedWorkspaceSchema } from './contract/trust';
import { type Actor, actorSchema } from './kernel/actor';
import { defined, type JsonObject } from './kernel/fields';
import { instantSchema } from './kernel/instant';
import { nanosSchema } from './kernel/nanos';
import { decodeWire, encodeWire, type Field, fieldsOf, named } from './kernel/wire';
import { type Topic, topics } from './topics';

/** What every event type begins with in the audit log (spec/governance.md section 13). */
export const EVENT_PREFIX = 'automation.governance.';

/** The fields of a payload that an event can be found again by, beside the agents that may see it. */
type SubjectField = 'automationId' | 'approvalId';

/**
 * One event: what its payload says, and which views it changes beside that of the audit log. It is found by the automation that it
 * names, and by the approval where that is said.
 */
function event<Shape extends z.ZodRawShape>(
  shape: Shape,
  changes: readonly Topic[],
  ...subjects: readonly (keyof Shape & 'approvalId')[]
) {
  return {
    payload: z.object(shape),
    topics: [...new Set<Topic>([...changes, 'audit'])],
    subjects: [...('automationId' in shape ? (['automationId'] as const) : []), ...subjects] as readonly SubjectField[],
  };
}

const id = z.string();
const ids = z.array(z.string());
const text = z.string();
const maybeText = text.exactOptional();
/** An amount that is in nano-dollars on the log too, so that adding the rows up gives what was charged. */
const exactNanos = z.int().min(0);

/** The facts of an import, and limits before and after a change: flat, with the names and the money of the wire. */
const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** The facts that a rule decided by: they are in the answer to a refusal, and in its row. */
export const denialFacts = z.object({
  rule: maybeText,
  value: z.unknown().exactOptional(),
  limit: z.unknown().exactOptional(),
  pausedAgentIds: ids.exactOptional(),
  spendPausedAgentIds: ids.exactOptional(),
  agentId: maybeText,
  ancestorIds: ids.exactOptional(),
  /** Of an approval that is not what the log says. */
  fields: z.array(z.string()).exactOptional(),
  agentIds: ids.exactOptional(),
  /** What each agent could still spend; null where it has no cap. */
  leftNanos: z.record(z.string(), nanosSchema.nullable()).exactOptional(),
});

/** The facts that a rule decided by. */
export type DenialFacts = ReadonlyDeep<z.infer<typeof denialFacts>>;

const approvalShape = approvalSchema.omit({ guidance: true, risk: true }).shape;
const ofApproval = { approvalId: id, revision: z.int() };
const decision = {
  ...ofApproval,
  expiresAtMs: instantSchema,
  notes: maybeText,
  actionHash: maybeText,
  onlyRunId: maybeText,
  toolRuleId: maybeText,
  /** What becomes of the automation whose end was asked about. */
  action: z.enum(['extend', 'retire']).exactOptional(),
};
const approvalViews: readonly Topic[] = ['approvals', 'agents', 'automations'];

const ofAutomation = { automationId: id };
const automationViews: readonly Topic[] = ['automations'];
const statusOf = { ...ofAutomation, name: text, status: z.enum(automationStatuses) };
const pausedRuns = { pausedRunIds: ids };
const reviewer = { reviewer: maybeText, notes: maybeText };

const ofRun = { runId: id, automationId: id };
const stopped = { stopKind: z.enum(stopKinds).exactOptional(), sessionIds: ids, instanceIds: ids };
const runViews: readonly Topic[] = ['runs', 'automations'];

const money = { costNanos: nanosSchema, exactCostNanos: named('cost_nanos', exactNanos) };
const week = { weeklyCostNanos: nanosSchema, weeklySpendCapNanos: nanosSchema };
const spendViews: readonly Topic[] = ['spend', 'agents', 'runs'];

const ofRule = { ruleId: id, agentId: maybeText };
const paused = { agentId: id, reason: maybeText, isForAll: z.literal(true).exactOptional() };
const ofToken = { tokenId: id, kind: z.enum(tokenKinds), name: text, agentId: maybeText };
const lineage = { agentId: id, ancestorIds: ids, keptBefore: z.array(ids) };
const agentViews: readonly Topic[] = ['agents', 'tokens'];

/**
 * Every event that is recorded, by its name without the prefix (spec/governance.md section 13). Those that are not in the section's
 * list have their reasons in the decisions 12 (`spend.charged`), 20 (`connection.*`), 21 (`tool_rule.*`), 27 (`imported.facts`,
 * `approval.imported`, `signing_key.began`) 29 (`loss.accepted`), 31
 * (`call.carried_out`) and 35 (`tool_class.*`, `workspace.*`).
 */
export const events = {
  'record.updated': event(
    {
      ...ofAutomation,
      provenance: provenanceSchema.exactOptional(),
      declaredCapabilities: declaredCapabilitiesSchema.exactOptional(),
      pausedForLifecycle: z.boolean().exactOptional(),
      approvalId: maybeText,
      reviewRequired: z.boolean().exactOptional(),
      reviewKind: z.enum(reviewKinds).exactOptional(),
      reviewRequestId: maybeText,
    },
    automationViews,
  ),
  created: event(
    {
      ...statusOf,
      provenance: provenanceSchema,
      declaredCapabilities: declaredCapabilitiesSchema,
      expiresAtMs: instantSchema.exactOptional(),
      /** A definition took the custody record that waited for it. */
      isAdopted: z.literal(true).exactOptional(),
    },
    ['agents', 'automations'],
  ),
  updated: event(
    { ...statusOf, changed: z.array(z.string()), reason: maybeText, pausedRunIds: ids.exactOptional() },
    automationViews,
  ),
  'grant.created': event({ ...ofAutomation, grant: grantSchema }, automationViews),
  'grant.revoked': event({ ...ofAutomation, grantId: id, reason: maybeText }, automationViews),
  'approval.requested': event(
    { approvalId: id, request: approvalSchema.omit({ guidance: true, risk: true }) },
    approvalViews,
    'approvalId',
  ),
  'approval.approved': event(decision, approvalViews, 'approvalId'),
  'approval.denied': event(decision, approvalViews, 'approvalId'),
  'approval.expired': event({ ...ofApproval, expiresAtMs: instantSchema }, approvalViews, 'approvalId'),
  'approval.cancelled': event({ ...ofApproval, reason: maybeText }, approvalViews, 'approvalId'),
  'approval.consumed': event({ ...ofApproval, actionHash: maybeText }, approvalViews, 'approvalId'),
  'call.carried_out': event({ approvalId: id, runId: id, toolName: text }, approvalViews, 'approvalId'),
  denied: event(
    {
      action: maybeText,
      code: text,
      automationId: maybeText,
      approvalId: maybeText,
      runId: maybeText,
      costNanos: nanosSchema.exactOptional(),
      ...denialFacts.shape,
    },
    ['agents'],
    'approvalId',
  ),
  deleted: event(
    {
      ...ofAutomation,
      name: text,
      deletedBy: actorSchema,
      deletedAtMs: instantSchema,
      restoreUntilMs: instantSchema,
      ...pausedRuns,
    },
    automationViews,
  ),
  restored: event(statusOf, automationViews),
  purged: event(ofAutomation, automationViews),
  'review.agent_acknowledged': event({ agentId: id, ...reviewer }, ['agents', 'automations']),
  'review.automation_acknowledged': event(
    { ...ofAutomation, reviewKind: z.enum(reviewKinds).exactOptional(), pausedForLifecycle: z.boolean(), ...reviewer },
    ['agents', 'automations'],
  ),
  dependency_revoked: event(
    { ...ofAutomation, reason: text, evidence: z.unknown(), ...pausedRuns, approvalId: id, revokedBy: actorSchema },
    automationViews,
    'approvalId',
  ),
  'health.finding': event({ ...ofAutomation, finding: findingSchema }, automationViews),
  expired: event(
    { ...ofAutomation, expiresAtMs: instantSchema.exactOptional(), expiredAtMs: instantSchema, ...pausedRuns },
    automationViews,
  ),
  retired: event({ ...ofAutomation, reason: text, ...pausedRuns }, automationViews),
  'retirement.extended': event({ ...ofAutomation, expiresAtMs: instantSchema, reason: maybeText }, automationViews),
  'plan.stopped': event(
    { agentId: id, engine: z.enum(engines), windowMinutes: z.int(), usedPercent: z.number(), stopRatio: z.number() },
    spendViews,
  ),
  'spend.warning': event({ agentId: id, ...ofRun, ...week }, spendViews),
  'spend.paused': event(
    {
      ...ofRun,
      agents: z.array(z.object({ agentId: id, ...week })),
      /** The requests to lift their caps that this opened. */
      requestedApprovals: ids,
      detail: text,
    },
    spendViews,
  ),
  'spend.resumed': event({ agentId: id, reason: text }, spendViews),
  'spend.reserved': event({ ...ofRun, usageId: id, ...money, agentIds: ids, dueAtMs: instantSchema }, spendViews),
  'spend.charged': event(
    {
      ...ofRun,
      usageId: maybeText,
      promptTokens: z.int(),
      completionTokens: z.int(),
      totalTokens: z.int(),
      ...money,
      agentIds: ids,
      isEstimate: z.boolean(),
      /** What was set aside for it and is free again. */
      settledNanos: named('settled_nanos', exactNanos.exactOptional()),
    },
    spendViews,
  ),
  'tool_rule.created': event(toolRuleSchema.shape, ['rules', 'agents']),
  'tool_rule.used': event({ ...ofRule, approvalId: id, useCount: z.int() }, ['rules', 'agents'], 'approvalId'),
  'tool_rule.revoked': event({ ...ofRule, reason: maybeText }, ['rules', 'agents']),
  'tool_class.set': event(toolClassSchema.shape, ['rules']),
  'tool_class.cleared': event({ agentId: id, toolName: text }, ['rules']),
  'workspace.untrusted': event(untrustedWorkspaceSchema.shape, ['rules']),
  'workspace.trusted': event({ root: text }, ['rules']),
  'agent.paused': event(paused, agentViews),
  'agent.resumed': event(paused, agentViews),
  'agent.enrolled': event({ ...ofToken, parentAgentId: maybeText, fingerprint: text }, agentViews),
  'agent.token_revoked': event(ofToken, agentViews),
  'agent.lineage_changed': event(lineage, agentViews),
  'agent.lineage_corrected': event(lineage, agentViews),
  'connection.accepted': event({ engine: z.enum(engines), agentId: id, tokenId: id }, agentViews),
  'connection.refused': event({ engine: z.enum(engines), agentId: id }, agentViews),
  'connection.unguarded': event({ engine: z.enum(engines), agentId: id, reason: text }, agentViews),
  'connection.guarded': event({ engine: z.enum(engines), agentId: id }, agentViews),
  'loss.accepted': event(
    { missingAtLeast: z.int(), lastSeq: z.int(), missingAfterMs: instantSchema.exactOptional() },
    [],
  ),
  'signing_key.began': event({ publicKey: text, rowsBefore: z.int() }, []),
  'signing_key.rotated': event(rotationSchema.shape, []),
  /** Of the general limits where it names no agent; null is what was not set. */
  'limits.updated': event({ agentId: maybeText, before: factsSchema, after: factsSchema }, ['limits', 'agents']),
  'run.started': event({ ...ofRun, triggerType: text }, runViews),
  'run.paused': event(
    { ...ofRun, ...stopped, reason: maybeText, isUnreadable: z.literal(true).exactOptional() },
    runViews,
  ),
  'run.resumed': event({ ...ofRun, reason: maybeText }, runViews),
  'run.finished': event({ ...ofRun, status: z.enum(runStatuses), detail: maybeText, ...stopped }, runViews),
  imported: event(
    {
      counts: z.record(z.string(), z.number()),
      fileHash: text,
      conflictCount: z.int(),
      onConflict: z.enum(['skip', 'replace']).exactOptional(),
      unknownCount: z.int(),
      /** Rows of `imported.facts` follow; without it, the import was told in numbers only. */
      hasFacts: z.literal(true),
    },
    topics,
  ),
  'imported.facts': event(
    {
      /** How each thing stands; or that those of this automation which the log told of before are replaced by what follows. */
      entries: z.array(
        z.object({ noun: text, id: maybeText, facts: factsSchema.exactOptional(), replacedOf: maybeText }),
      ),
    },
    [],
  ),
  'approval.imported': event(approvalShape, approvalViews, 'approvalId'),
};

/** The name of an event, without the prefix. */
export type EventName = keyof typeof events;

/** The names of all events, in the order of the table. */
export const eventNames = Object.keys(events) as EventName[];

type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

/** What an event says. */
export type PayloadOf<N extends EventName> = ReadonlyDeep<z.infer<(typeof events)[N]['payload']>>;

/** What an event is about, so that each of them can be found again by it. */
export type EventSubjects = {
  /** The agents that may see the event. */
  readonly agentIds?: readonly string[];
  readonly approvalId?: string;
  readonly automationId?: string;
};

/** Something of this name that happened, before it has its place in the audit log. */
export type EventOf<N extends EventName> = {
  [K in N]: {
    readonly name: K;
    readonly payload: PayloadOf<K>;
    /** The agents that may see it. */
    readonly agentIds?: readonly string[];
    /** What it is about, where its payload does not say so. */
    readonly automationId?: string;
    /** Who did it, where that is not the caller: a guardrail that a caller's command set off. */
    readonly actor?: Actor;
    /** The canonical forms (RFC 8785) of large fields of a field, where they were written already. */
    readonly knownForms?: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;
  };
}[N];

/** Something that happened, before it has its place in the audit log. */
export type GovernanceEvent = EventOf<EventName>;

/** What an event is about: what it states, and what the table takes from its payload. */
export function subjectsOf({ name, payload, agentIds, automationId }: GovernanceEvent): EventSubjects {
  const said: JsonObject = payload;
  const found = events[name].subjects.flatMap((field) =>
    typeof said[field] === 'string' ? [[field, said[field]] as const] : [],
  );
  return {
    ...defined({ agentIds, automationId }),
    ...Object.fromEntries(found),
  };
}

/** What an audit row says beside its actor, as the log and the wire have it. */
const payloadSchema = z.record(z.string(), z.unknown());

/** What an audit row says beside its actor, as the log and the wire have it; `readEvent` makes sense of it. */
export type Payload = Readonly<z.infer<typeof payloadSchema>>;

/** The payload of an event as the log has it. What is nested is in the wire's form. */
export function payloadOnLog({ name, payload }: Pick<GovernanceEvent, 'name' | 'payload'>): Payload {
  return withLogNames(encodeWire(events[name].payload, payload) as Payload);
}

/**
 * A payload with the names that the reference gives its fields: `automationID`, `pausedRunIDs`, `expiresAtMs` (spec/governance.md
 * section 13). Rows of older versions have the wire's names.
 */
export function withLogNames(payload: Payload): Payload {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [logName(name), value]));
}

function logName(wireName: string): string {
  return wireName
    .replace(/_ids$/, 'IDs')
    .replace(/_id$/, 'ID')
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** An audit row as it is streamed: without its hashes. */
export const auditEventSchema = z.object({
  seq: z.int().min(1),
  atMs: instantSchema,
  eventType: z.string(),
  actor: actorSchema,
  payload: payloadSchema,
});

/** An audit row without its hashes. */
export type AuditEvent = Readonly<z.infer<typeof auditEventSchema>>;

/** An event that is committed: with its place in the log, and all that it is about. */
export type CommittedEvent = GovernanceEvent & {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: Actor;
  readonly subjects: EventSubjects;
};

/** The name of an event type: without the prefix. */
export function eventNameOf(eventType: string): string {
  return eventType.slice(EVENT_PREFIX.length);
}

/** What a row of this name says: less, where an older version wrote it. */
export type LoggedEvent<N extends EventName = EventName> = {
  [K in N]: { readonly name: K; readonly payload: Partial<z.infer<(typeof events)[K]['payload']>> };
}[N];

const nameOfType: ReadonlyMap<string, EventName> = new Map(eventNames.map((name) => [EVENT_PREFIX + name, name]));

/** The event that a row of the log tells of; undefined where this version knows none of its type. */
export function readEvent({ eventType, payload }: Pick<AuditEvent, 'eventType' | 'payload'>): LoggedEvent | undefined {
  const name = nameOfType.get(eventType);
  return name && ({ name, payload: readPayload(events[name].payload, payload) } as LoggedEvent);
}

type LogField = readonly [...Field, log: string];

const logFields = new WeakMap<z.ZodObject, readonly LogField[]>();

// Kept, because a walk over the log reads a million rows.
function logFieldsOf(schema: z.ZodObject): readonly LogField[] {
  const known = logFields.get(schema);
  if (known !== undefined) return known;
  const found = fieldsOf(schema).map((field): LogField => [...field, logName(field[1])]);
  logFields.set(schema, found);
  return found;
}

/**
 * What a row says of these fields, in the form that is used inside. Also rows of older versions are read, which say less and under
 * other names. A field that is not as the schema has it is left out: somebody has written it who is not Gatehouse.
 */
export function readPayload<S extends z.ZodObject>(schema: S, payload: Payload): Partial<z.infer<S>> {
  const said: Record<string, unknown> = {};
  for (const [name, wire, field, log] of logFieldsOf(schema)) {
    const value = payload[log] ?? payload[wire];
    const inside = value === undefined ? undefined : decodeWire(field, value);
    if (inside !== undefined && field.safeParse(inside).success) said[name] = inside;
  }
  return said as Partial<z.infer<S>>;
}

/** What a row of any name may say in a word: what it is about, and why. */
const inAWord = z.object({
  automationId: id,
  approvalId: id,
  agentId: id,
  ancestorIds: ids,
  name: text,
  reason: text,
  rationale: text,
  code: text,
});

/** What a row says in a word; an empty text says nothing. */
export function readInAWord(payload: Payload): Partial<z.infer<typeof inAWord>> {
  const said = Object.entries(readPayload(inAWord, payload));
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}
