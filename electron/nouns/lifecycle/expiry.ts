import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import { defined, fieldOf } from '../../../shared/kernel/fields';
import { duration } from '../approvals/rules';
import { ownRequests, pauseRunsOf, tell } from '../effects';
import { pauseForLifecycle } from './effects';
import { type Asked, askedFor, type CheckContext, type Checked, expiration, type FindingChange } from './findings';
import { expiryOf, mergedFindings, type Observation } from './rules-health';

/** How an automation ends whose time is over, or is warned of that it soon will be (spec/governance.md section 9). */
export function checkExpiry(context: CheckContext, record: GovernanceRecord): Checked {
  const kind = expiryOf(record, context.store.limits.current(), context.now);
  if (kind === undefined) return { record: withoutPastExpiry(record), count: 0, fresh: [], changes: [] };
  return kind === 'expired' ? expired(context, record) : warned(context, record);
}

/** Once its end is neither near nor over, what was found of an earlier end holds no more. */
function withoutPastExpiry(record: GovernanceRecord): GovernanceRecord {
  if (record.expiredAtMs !== undefined || record.retiredAtMs !== undefined) return record;
  const isOfExpiry = ({ kind }: Finding) => expiryKinds.some((one) => one === kind);
  if (!record.healthFindings.some(isOfExpiry)) return record;
  return { ...record, healthFindings: record.healthFindings.filter((finding) => !isOfExpiry(finding)) };
}

function expired(context: CheckContext, record: GovernanceRecord): Checked {
  const { now, store } = context;
  const { automationId, createdAtMs, expiresAtMs = now } = record;
  const [newestRun] = store.runs.newest(automationId, 1);
  const asked = askForRetirement(context, record, 'expired');
  const { findings } = found(context, record, {
    kind: 'expired',
    severity: 'critical',
    summary: 'automation has expired and was paused',
    detail: 'the end of its time was reached; extend it to let it go on, or retire it',
    ...(newestRun !== undefined && { automationRunId: newestRun.runId }),
    evidence: { expiresAtMs, expiredAtMs: now },
    approvalId: asked.approvalId,
  });
  const ended: GovernanceRecord = {
    ...record,
    expiredAtMs: now,
    reviewRequired: true,
    reviewKind: 'expired',
    reviewRequestedAtMs: now,
    healthFindings: [...findings],
    pausedForLifecycle: true,
  };
  const reason = `automation expired after reaching ${expiresAtMs - createdAtMs}ms retention`;
  const end: FindingChange = (applied) => {
    const stop = { stopKind: 'guardrail_stopped', reason, lifecycleEvent: 'run_paused_governance' } as const;
    const runs = pauseRunsOf(applied, automationId, stop, expiration);
    for (const change of asked.changes) change(applied);
    pauseForLifecycle(applied, ended);
    const pausedRunIds = runs.map(({ runId }) => runId);
    const payload = { automationId, ...defined({ expiresAtMs: record.expiresAtMs }), expiredAtMs: now, pausedRunIds };
    tell(applied, 'expired', payload, expiration);
  };
  return { record: ended, count: 1, fresh: [], changes: [end] };
}

function warned(context: CheckContext, record: GovernanceRecord): Checked {
  const { store, now } = context;
  const { expiresAtMs = now, healthFindings } = record;
  const known = healthFindings.find(
    ({ kind, evidence }) => kind === 'expiration_soon' && fieldOf(evidence, 'expiresAtMs') === expiresAtMs,
  );
  const asked = askForRetirement(context, record, 'expiration_soon');
  const { findings, fresh } = found(context, record, {
    kind: 'expiration_soon',
    severity: 'info',
    summary: 'automation is approaching its expiration date',
    // The time that was left when it was found: told anew at each check, each would write the record.
    detail: known?.detail ?? `automation expires in ${duration(expiresAtMs - now)}`,
    evidence: { expiresAtMs, warningWindowMs: store.limits.current().expirationWarningWindowMs },
    approvalId: asked.approvalId,
  });
  return {
    count: 1,
    fresh,
    changes: asked.changes,
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

function found({ now, ids }: CheckContext, record: GovernanceRecord, observation: Observation) {
  return mergedFindings(record.healthFindings, [observation], expiryKinds, now, () => `finding-${ids.uuid()}`);
}

/** Asks what becomes of an automation, unless that is asked, or was decided for this very end of it (decision 11). */
export function askForRetirement(
  context: CheckContext,
  { automationId, expiresAtMs }: GovernanceRecord,
  trigger: 'expired' | 'expiration_soon',
): Asked {
  const isOfThisEnd = ({ context: asked }: ApprovalRecord) =>
    fieldOf(asked, 'trigger') === trigger && fieldOf(asked, 'expiresAtMs') === expiresAtMs;
  const target = { type: 'automation', id: automationId } as const;
  const known =
    ownRequests(context, 'retirement_action', target, 'pending')[0] ??
    ownRequests(context, 'retirement_action', target, 'denied').find(isOfThisEnd) ??
    ownRequests(context, 'retirement_action', target, 'approved').find(isOfThisEnd);
  return askedFor(context, known, {
    requestType: 'retirement_action',
    source: 'automation_expiration',
    target,
    rationale:
      trigger === 'expired'
        ? 'This automation has expired and is paused. Extend it, or retire it.'
        : 'This automation expires soon. Extend it, or retire it.',
    context: { trigger, automationID: automationId, expiresAtMs },
  });
}
