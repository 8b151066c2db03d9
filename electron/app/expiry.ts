import { isOwnSource } from '../../shared/actor';
import type { ApprovalRecord, RequestType } from '../../shared/approval';
import type { GovernanceRecord } from '../../shared/governance';
import { expiryOf, mergedFindings, type Observation } from '../core/health';
import { agentsOf, fieldOf, openSystemApproval, pauseRunsOf } from './effects';
import { type Checked, expiration } from './findings';
import type { CommandContext } from './handler';
import { pauseForLifecycle } from './lifecycle';

/**
 * Ends an automation whose time is over, or warns that it soon will be (spec/governance.md section 9). What the end brings with
 * it is written; the record as it is answered is the caller's to save.
 */
export function checkExpiry(context: CommandContext, record: GovernanceRecord): Checked {
  const kind = expiryOf(record, context.store.limits.current(), context.now);
  if (kind === undefined) return { record, count: 0, fresh: [] };
  return kind === 'expired' ? expired(context, record) : warned(context, record);
}

function expired(context: CommandContext, record: GovernanceRecord): Checked {
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
  const { findings } = found(context, record, {
    kind: 'expired',
    severity: 'critical',
    summary: 'automation expired',
    approvalId: askForRetirement(context, record, 'expired').approvalId,
  });
  const ended = pauseForLifecycle(context, {
    ...record,
    expiredAtMs: now,
    reviewRequired: true,
    reviewKind: 'expired',
    reviewRequestedAtMs: record.reviewRequestedAtMs ?? now,
    healthFindings: [...findings],
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
  return { record: ended, count: 1, fresh: [] };
}

function warned(context: CommandContext, record: GovernanceRecord): Checked {
  const { findings, fresh } = found(context, record, {
    kind: 'expiration_soon',
    severity: 'info',
    summary: 'automation expires soon',
    approvalId: askForRetirement(context, record, 'expiration_soon').approvalId,
  });
  return {
    count: 1,
    fresh,
    record: {
      ...record,
      reviewRequired: true,
      reviewKind: 'expiration_soon',
      reviewRequestedAtMs: record.reviewRequestedAtMs ?? context.now,
      healthFindings: [...findings],
    },
  };
}

function found({ now, ids }: CommandContext, record: GovernanceRecord, observation: Observation) {
  const kinds = ['expiration_soon', 'expired'] as const;
  return mergedFindings(record.healthFindings, [observation], kinds, now, () => `finding-${ids.uuid()}`);
}

/** Asks what becomes of an automation, unless that is asked, or was decided for this very end of it (decision 11). */
export function askForRetirement(
  context: CommandContext,
  { automationId, expiresAtMs }: GovernanceRecord,
  trigger: 'expired' | 'expiration_soon',
): ApprovalRecord {
  const isOfThisEnd = ({ context: asked }: ApprovalRecord) =>
    fieldOf(asked, 'trigger') === trigger && fieldOf(asked, 'expiresAtMs') === expiresAtMs;
  return (
    ownRequests(context, 'retirement_action', automationId, 'pending')[0] ??
    ownRequests(context, 'retirement_action', automationId, 'denied').find(isOfThisEnd) ??
    ownRequests(context, 'retirement_action', automationId, 'approved').find(isOfThisEnd) ??
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
 * The requests of Gatehouse itself about an automation, the newest first; a pending one whose time is over is none. What an agent
 * or an engine asks does not stand in for them, or an agent could keep the operator from being asked.
 */
export function ownRequests(
  context: CommandContext,
  requestType: RequestType,
  automationId: string,
  status: 'pending' | 'approved' | 'denied',
): readonly ApprovalRecord[] {
  return context.store.approvals
    .about('automation', automationId, requestType, status)
    .filter(
      ({ requestedBy: { kind, source }, expiresAtMs }) =>
        kind === 'system' && isOwnSource(source ?? '') && (status !== 'pending' || expiresAtMs > context.now),
    );
}
