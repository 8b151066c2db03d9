import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { duration } from '../approvals/rules';
import { fieldOf, openSystemApproval, ownRequests, pauseRunsOf, tell } from '../effects';
import { pauseForLifecycle } from './effects';
import { type Checked, expiration } from './findings';
import { expiryOf, mergedFindings, type Observation } from './rules-health';

/**
 * Ends an automation whose time is over, or warns that it soon will be (spec/governance.md section 9). What the end brings with
 * it is written; the record as it is answered is the caller's to save.
 */
export function checkExpiry(context: CommandContext, record: GovernanceRecord): Checked {
  const kind = expiryOf(record, context.store.limits.current(), context.now);
  if (kind === undefined) return { record: withoutPastExpiry(record), count: 0, fresh: [] };
  return kind === 'expired' ? expired(context, record) : warned(context, record);
}

/** Once its end is neither near nor over, what was found of an earlier end holds no more. */
function withoutPastExpiry(record: GovernanceRecord): GovernanceRecord {
  if (record.expiredAtMs !== undefined || record.retiredAtMs !== undefined) return record;
  const isOfExpiry = ({ kind }: Finding) => expiryKinds.some((one) => one === kind);
  if (!record.healthFindings.some(isOfExpiry)) return record;
  return { ...record, healthFindings: record.healthFindings.filter((finding) => !isOfExpiry(finding)) };
}

function expired(context: CommandContext, record: GovernanceRecord): Checked {
  const { now, store } = context;
  const { automationId, createdAtMs, expiresAtMs = now } = record;
  const [newestRun] = store.runs.newest(automationId, 1);
  const reason = `automation expired after reaching ${expiresAtMs - createdAtMs}ms retention`;
  const runs = pauseRunsOf(
    context,
    automationId,
    {
      stopKind: 'guardrail_stopped',
      reason,
      lifecycleEvent: 'run_paused_governance',
    },
    expiration,
  );
  const { findings } = found(context, record, {
    kind: 'expired',
    severity: 'critical',
    summary: 'automation has expired and was paused',
    detail: 'the end of its time was reached; extend it to let it go on, or retire it',
    ...(newestRun !== undefined && { automationRunId: newestRun.runId }),
    evidence: { expiresAtMs, expiredAtMs: now },
    approvalId: askForRetirement(context, record, 'expired').approvalId,
  });
  const ended = pauseForLifecycle(context, {
    ...record,
    expiredAtMs: now,
    reviewRequired: true,
    reviewKind: 'expired',
    reviewRequestedAtMs: now,
    healthFindings: [...findings],
  });
  tell(
    context,
    'expired',
    {
      automationId,
      ...defined({ expiresAtMs: record.expiresAtMs }),
      expiredAtMs: now,
      pausedRunIds: runs.map(({ runId }) => runId),
    },
    expiration,
  );
  return { record: ended, count: 1, fresh: [] };
}

function warned(context: CommandContext, record: GovernanceRecord): Checked {
  const { store, now } = context;
  const { expiresAtMs = now, healthFindings } = record;
  const known = healthFindings.find(
    ({ kind, evidence }) => kind === 'expiration_soon' && fieldOf(evidence, 'expiresAtMs') === expiresAtMs,
  );
  const { findings, fresh } = found(context, record, {
    kind: 'expiration_soon',
    severity: 'info',
    summary: 'automation is approaching its expiration date',
    // The time that was left when it was found: told anew at each check, each would write the record.
    detail: known?.detail ?? `automation expires in ${duration(expiresAtMs - now)}`,
    evidence: { expiresAtMs, warningWindowMs: store.limits.current().expirationWarningWindowMs },
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

const expiryKinds = ['expiration_soon', 'expired'] as const;

function found({ now, ids }: CommandContext, record: GovernanceRecord, observation: Observation) {
  return mergedFindings(record.healthFindings, [observation], expiryKinds, now, () => `finding-${ids.uuid()}`);
}

/** Asks what becomes of an automation, unless that is asked, or was decided for this very end of it (decision 11). */
export function askForRetirement(
  context: CommandContext,
  { automationId, expiresAtMs }: GovernanceRecord,
  trigger: 'expired' | 'expiration_soon',
): ApprovalRecord {
  const isOfThisEnd = ({ context: asked }: ApprovalRecord) =>
    fieldOf(asked, 'trigger') === trigger && fieldOf(asked, 'expiresAtMs') === expiresAtMs;
  const target = { type: 'automation', id: automationId } as const;
  return (
    ownRequests(context, 'retirement_action', target, 'pending')[0] ??
    ownRequests(context, 'retirement_action', target, 'denied').find(isOfThisEnd) ??
    ownRequests(context, 'retirement_action', target, 'approved').find(isOfThisEnd) ??
    openSystemApproval(context, {
      requestType: 'retirement_action',
      source: 'automation_expiration',
      target,
      rationale:
        trigger === 'expired'
          ? 'This automation has expired and is paused. Extend it, or retire it.'
          : 'This automation expires soon. Extend it, or retire it.',
      context: { trigger, automationID: automationId, expiresAtMs },
    })
  );
}
