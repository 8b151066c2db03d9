import { z } from 'zod';
import { type Actor, actorSchema } from './actor';
import { payloadSchema } from './payload';
import { instantSchema } from './time';

/** What every event type begins with in the audit log (spec/governance.md section 13). */
export const EVENT_PREFIX = 'automation.governance.';

/** The events that are recorded, without the prefix (spec/governance.md section 13). */
export const eventNames = [
  'record.updated',
  'created',
  'updated',
  'grant.created',
  'grant.revoked',
  'approval.requested',
  'approval.approved',
  'approval.denied',
  'approval.expired',
  'approval.cancelled',
  'approval.consumed',
  'denied',
  'deleted',
  'restored',
  'purged',
  'review.agent_acknowledged',
  'review.automation_acknowledged',
  'dependency_revoked',
  'health.finding',
  'expired',
  'retired',
  'retirement.extended',
  'spend.warning',
  'spend.paused',
  'spend.resumed',
  'spend.reserved',
  // Not in the section's list: without it nothing would tell of most of what is spent (decision 12).
  'spend.charged',
  // Not in the section's list either: what the operator allowed beforehand, and each use of it (decision 21).
  'tool_rule.created',
  'tool_rule.used',
  'tool_rule.revoked',
  'agent.paused',
  'agent.resumed',
  'agent.enrolled',
  'agent.token_revoked',
  'agent.lineage_changed',
  'agent.lineage_corrected',
  // What the operator answered to `gatehouse connect`; also not in the section's list (decision 20).
  'connection.accepted',
  'connection.refused',
  // That the operator went on without changes that the disk has lost; not in the section's list (decision 29).
  'loss.accepted',
  // A key that signs a log of which nothing was signed, though it is older than the key (decision 27).
  'signing_key.began',
  // The operator changed the key, and the one before signed that (section 13).
  'signing_key.rotated',
  'limits.updated',
  'run.started',
  'run.paused',
  'run.resumed',
  'run.finished',
  'imported',
  // How what an import brought stands, for the log to vouch for it (decision 27).
  'imported.facts',
  'approval.imported',
] as const;

/** The name of an event, without the prefix. */
export type EventName = (typeof eventNames)[number];

/** What an event is about, so that each of them can be found again by it. */
export type EventSubjects = {
  /** The agents that may see the event. */
  readonly agentIds?: readonly string[];
  readonly approvalId?: string;
  readonly automationId?: string;
};

/** Something that happened, before it has its place in the audit log. */
export type GovernanceEvent = {
  readonly name: EventName;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The canonical forms (RFC 8785) of large fields of the payload, where they were written already. */
  readonly knownForms?: Readonly<Partial<Record<string, string>>>;
  readonly subjects: EventSubjects;
  /** Who did it, where that is not the caller: a guardrail that a caller's command set off. */
  readonly actor?: Actor;
};

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

/** An event that is committed: its audit row, its name without the prefix, and what it is about. */
export type CommittedEvent = AuditEvent & { readonly name: EventName; readonly subjects: EventSubjects };

/** The name of an event type: without the prefix. */
export function eventNameOf(eventType: string): string {
  return eventType.slice(EVENT_PREFIX.length);
}
