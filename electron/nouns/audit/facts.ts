import { type ApprovalRecord, approvalSchema } from '../../../shared/contract/approval';
import type { Automation } from '../../../shared/contract/automation';
import { type GovernanceRecord, type Grant, provenanceSchema } from '../../../shared/contract/governance';
import { type Limits, limitsSchema, overridesSchema } from '../../../shared/contract/limits';
import { isTerminal, type Run } from '../../../shared/contract/run';
import type { SpendWindow } from '../../../shared/contract/spend';
import type { Token } from '../../../shared/contract/token';
import { type ToolRule, toolRuleSchema } from '../../../shared/contract/tool-rule';
import type { ToolClass } from '../../../shared/contract/trust';
import { actorSchema } from '../../../shared/kernel/actor';
import type { JsonObject } from '../../../shared/kernel/fields';
import { encodeWire } from '../../../shared/kernel/wire';
import { canonicalHash, canonicalJson } from '../../kernel/store/canonical-json';
import type { KnownAgent } from '../agents/known-agent';
import type { Reservation } from '../spend/store';

/**
 * What the state says that the log says as well, so that the two can be held against each other (spec/governance.md section 13):
 * what was decided, granted, paused, charged and limited. Facts are flat and have the wire's names; a part that has several fields
 * is one text, its canonical JSON or, where that can be long, the hash of it.
 */
export type FactValue = string | number | boolean | null;

/** Facts by name. Null says that there is none; a name that is absent, that nothing is known of it. */
export type Facts = Readonly<Record<string, FactValue>>;

/** What there are facts of. */
export const nouns = [
  'approval',
  'automation',
  'grant',
  'agent',
  'limits',
  'token',
  'tool_rule',
  'tool_class',
  'untrusted_workspace',
  'run',
  'reservation',
  'spend_window',
] as const;

/** What there are facts of. */
export type Noun = (typeof nouns)[number];

/** The one id of the limits. */
export const LIMITS_ID = 'limits';

/** An id of several parts. */
export function idOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

const askedFields = [
  'request_type',
  'requested_by',
  'target_resource',
  'rationale',
  'context',
  'action',
  'ancestor_ids',
  'created_at_ms',
] as const;

const termFields = [
  'agent_id',
  'tool_name',
  'pattern',
  'workspace',
  'session',
  'duration',
  'approval_id',
  'created_by',
  'created_at_ms',
  'expires_at_ms',
] as const;

/** The hash of these fields of something in the wire's form. */
function hashOf(wire: JsonObject, names: readonly string[]): string {
  return canonicalHash(
    Object.fromEntries(names.flatMap((name) => (wire[name] === undefined ? [] : [[name, wire[name]]]))),
  );
}

/** The hash of what a standing rule allows, from its wire form: all that never changes. */
export const termsHash = (wire: JsonObject): string => hashOf(wire, termFields);

/** The facts of an approval; of what a row of an older version does not say of it, there is none. */
export function approvalFacts(approval: Partial<ApprovalRecord>): Facts {
  return {
    // All that never changes.
    asked: hashOf(encodeWire(approvalSchema, approval) as JsonObject, askedFields),
    action_hash: approval.actionHash ?? null,
    status: approval.status ?? null,
    revision: approval.revision ?? null,
    expires_at_ms: approval.expiresAtMs ?? null,
    reviewed_by: approval.reviewedBy === undefined ? null : actorText(approval.reviewedBy),
    reviewed_at_ms: approval.reviewedAtMs ?? null,
    tool_rule_id: approval.toolRuleId ?? null,
    only_run_id: approval.onlyRunId ?? null,
    consumed_at_ms: approval.consumedAtMs ?? null,
  };
}

/** An actor as one text. */
export function actorText(actor: ApprovalRecord['requestedBy']): string {
  return canonicalJson(encodeWire(actorSchema, actor));
}

/** The facts of an automation and its custody record: of one without a definition, or whose definition is gone, it has no status. */
export function automationFacts(record: GovernanceRecord, automation: Pick<Automation, 'status'> | undefined): Facts {
  return {
    place:
      record.deletedAtMs !== undefined && automation !== undefined
        ? 'deleted'
        : automation === undefined
          ? 'gone'
          : 'there',
    status: automation?.status ?? null,
    provenance: canonicalJson(encodeWire(provenanceSchema, record.provenance)),
    creates_agents: record.declaredCapabilities.createsAgents,
    modifies_grants: record.declaredCapabilities.modifiesGrants,
    expires_at_ms: record.expiresAtMs ?? null,
    is_expired: record.expiredAtMs !== undefined,
    is_retired: record.retiredAtMs !== undefined,
    paused_for_lifecycle: record.pausedForLifecycle,
    review_required: record.reviewRequired,
  };
}

/** The facts of a grant; of what a row does not say of it, there is none. */
export function grantFacts({ grantedTo, grantedBy, ...grant }: Partial<Grant>): Facts {
  return {
    automation_id: grant.automationId ?? null,
    grant_kind: grant.grantKind ?? null,
    granted_to: grantedTo === undefined ? null : actorText(grantedTo),
    granted_by: grantedBy === undefined ? null : actorText(grantedBy),
    capability_key: grant.capabilityKey ?? null,
    created_at_ms: grant.createdAtMs ?? null,
    is_revoked: grant.revokedAtMs !== undefined,
  };
}

/** The facts of an agent of which the log tells nothing. */
export const unknownAgentFacts: Facts = {
  paused_at_ms: null,
  is_paused_by_all: false,
  spend_paused_at_ms: null,
  overrides: '{}',
  created_since_review: 0,
  review_required: false,
  review_request_id: null,
};

/** The facts of an agent. */
export function agentFacts(agent: KnownAgent): Facts {
  return {
    paused_at_ms: agent.pausedAtMs ?? null,
    is_paused_by_all: agent.isPausedByAll === true,
    spend_paused_at_ms: agent.spendPausedAtMs ?? null,
    overrides: canonicalJson(encodeWire(overridesSchema, agent.overrides)),
    created_since_review: agent.review?.createdSinceReview ?? 0,
    review_required: agent.review?.reviewRequired ?? false,
    review_request_id: agent.review?.reviewRequestId ?? null,
  };
}

/** The limits in force as facts. */
export function limitsFacts(limits: Limits): Facts {
  return encodeWire(limitsSchema, limits) as Facts;
}

/** The facts of a token; `secretHash` is all that is stored of its secret, and a hash of that is no secret at all. */
export function tokenFacts(token: Token, secretHash: Uint8Array): Facts {
  return {
    kind: token.kind,
    name: token.name,
    agent_id: token.agentId ?? null,
    fingerprint: fingerprintOf(secretHash),
    is_revoked: token.revokedAtMs !== undefined,
  };
}

/** What the log tells of a token's secret, so that another secret in its place shows. */
export function fingerprintOf(secretHash: Uint8Array): string {
  return canonicalHash(Buffer.from(secretHash).toString('hex'));
}

/** The facts of a standing rule. */
export function toolRuleFacts(rule: ToolRule): Facts {
  return {
    terms: termsHash(encodeWire(toolRuleSchema, rule) as JsonObject),
    is_revoked: rule.revokedAtMs !== undefined,
    use_count: rule.useCount,
  };
}

/** The facts of what the operator has said of a tool. */
export function toolClassFacts({ level, definitionHash }: Partial<Pick<ToolClass, 'level' | 'definitionHash'>>): Facts {
  return { level: level ?? null, definition_hash: definitionHash ?? null };
}

/** The facts of a run. While it is under way, its engine's reports of it leave no rows. */
export function runFacts(run: Run): Facts {
  return {
    automation_id: run.automationId,
    status: run.status === 'paused' || isTerminal(run.status) ? run.status : UNDER_WAY,
    total_tokens: run.totalTokens,
    cost_nanos: run.costNanos,
  };
}

/** The status of a run that is neither paused nor over. */
export const UNDER_WAY = 'under way';

/** The facts of what is set aside for a run, and of who pays it. */
export function reservationFacts(
  { costNanos, dueAtMs }: Partial<Reservation> & Pick<Reservation, 'costNanos' | 'dueAtMs'>,
  agentIds: readonly string[],
): Facts {
  return { cost_nanos: costNanos, due_at_ms: dueAtMs, agent_ids: canonicalJson(agentIds.toSorted()) };
}

/** The facts of one of an agent's spend windows. */
export function windowFacts(window: SpendWindow): Facts {
  return {
    window_start_ms: window.windowStartMs,
    prompt_tokens: window.promptTokens,
    completion_tokens: window.completionTokens,
    total_tokens: window.totalTokens,
    cost_nanos: window.costNanos,
    soft_warning_at_ms: window.softWarningAtMs ?? null,
    hard_stop_at_ms: window.hardStopAtMs ?? null,
  };
}

/** The facts that the log tells and that are stored otherwise. */
export function differingFacts(
  logged: Facts,
  stored: Facts,
): readonly { readonly field: string; readonly logged: Facts[string]; readonly stored: Facts[string] | undefined }[] {
  return Object.entries(logged)
    .filter(([field, value]) => stored[field] !== value)
    .map(([field, value]) => ({ field, logged: value, stored: stored[field] }));
}
