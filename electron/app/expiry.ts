import { type Actor, isOwnSource } from '../../shared/actor';
import type { ApprovalRecord, RequestType } from '../../shared/approval';
import type { Finding, GovernanceRecord } from '../../shared/governance';
import { findingSchema } from '../../shared/governance';
import { encodeWire } from '../../shared/wire';
import { expiryOf, mergedFindings, type Observation } from '../core/health';
import { agentsOf, openSystemApproval, pauseRunsOf, saveRecord } from './effects';
import type { CommandContext } from './handler';
import { pauseForLifecycle } from './lifecycle';

const expiration: Actor = { kind: 'system', source: 'automation_expiration' };

/** Ends an automation whose time is over, or warns that it soon will be (spec/governance.md section 9). Answers the findings. */
export function checkExpiry(context: CommandContext, record: GovernanceRecord): number {
  const { store, now } = context;
  switch (expiryOf(record, store.limits.current(), now)) {
    case 'expired':
      expire(context, record);
      return 1;
    case 'soon':
      warn(context, record);
      return 1;
    default:
      return 0;
  }
}

function expire(context: CommandContext, record: GovernanceRecord): void {
  const { now } = context;
  const { automationId } = record;
  const runs = pauseRunsOf(
    context,
    automationId,
    {
      stopKind: 'guardrail_stopped',
      reason: 'the automation has expired',
      lifecycleEvent: 'run_paused_governance',
    },
    expiration,
  );
  const observed = found(context, record, {
    kind: 'expired',
    severity: 'critical',
    summary: 'automation expired',
    approvalId: askForRetirement(context, record, 'expired').approvalId,
  });
  pauseForLifecycle(context, {
    ...record,
    expiredAtMs: now,
    reviewRequired: true,
    reviewKind: 'expired',
    reviewRequestedAtMs: record.reviewRequestedAtMs ?? now,
    healthFindings: [...observed.findings],
  });
  context.emit({
    name: 'expired',
    payload: {
      automation_id: automationId,
      expires_at_ms: record.expiresAtMs,
      paused_run_ids: runs.map(({ runId }) => runId),
    },
    subjects: { agentIds: agentsOf(context, automationId), automationId },
    actor: expiration,
  });
}

function warn(context: CommandContext, record: GovernanceRecord): void {
  const { now } = context;
  const observed = found(context, record, {
    kind: 'expiration_soon',
    severity: 'info',
    summary: 'automation expires soon',
    approvalId: askForRetirement(context, record, 'expiration_soon').approvalId,
  });
  const warned: GovernanceRecord = {
    ...record,
    reviewRequired: true,
    reviewKind: 'expiration_soon',
    reviewRequestedAtMs: record.reviewRequestedAtMs ?? now,
    healthFindings: [...observed.findings],
  };
  if (JSON.stringify(warned) !== JSON.stringify(record)) saveRecord(context, warned);
  for (const finding of observed.fresh) tellFinding(context, record.automationId, finding, expiration);
}

function found(context: CommandContext, record: GovernanceRecord, observation: Observation) {
  const { now, ids } = context;
  return mergedFindings(record.healthFindings, [observation], ['expiration_soon', 'expired'], now, () =>
    newFindingId(ids),
  );
}

/** Asks what becomes of an automation, unless that is asked already. */
export function askForRetirement(
  context: CommandContext,
  { automationId, expiresAtMs }: GovernanceRecord,
  trigger: 'expired' | 'expiration_soon',
): ApprovalRecord {
  return (
    ownPending(context, 'retirement_action', automationId) ??
    openSystemApproval(context, {
      requestType: 'retirement_action',
      source: 'automation_expiration',
      target: { type: 'automation', id: automationId },
      rationale:
        trigger === 'expired'
          ? 'This automation has expired and is paused. Extend it, or retire it.'
          : 'This automation expires soon. Extend it, or retire it.',
      context: { trigger, automationID: automationId, expiresAtMs },
    })
  );
}

/**
 * A pending request of Gatehouse itself about an automation. What an agent or an engine asks does not stand in for it, or an
 * agent could keep the operator from being asked.
 */
export function ownPending(
  context: CommandContext,
  requestType: RequestType,
  automationId: string,
): ApprovalRecord | undefined {
  return context.store.approvals
    .about('automation', automationId, requestType, 'pending')
    .find(
      ({ requestedBy: { kind, source }, expiresAtMs }) =>
        kind === 'system' && isOwnSource(source ?? '') && expiresAtMs > context.now,
    );
}

/** The id of a new finding. */
export function newFindingId(ids: CommandContext['ids']): string {
  return `finding-${ids.uuid()}`;
}

/** Tells of something that a check found for the first time. */
export function tellFinding(context: CommandContext, automationId: string, finding: Finding, actor: Actor): void {
  context.emit({
    name: 'health.finding',
    payload: { automation_id: automationId, finding: encodeWire(findingSchema, finding) },
    subjects: { agentIds: agentsOf(context, automationId), automationId },
    actor,
  });
}
