import type { Actor } from '../../shared/actor';
import { type Automation, flowAgentIds } from '../../shared/automation';
import { type Result, refused, succeeded } from '../../shared/errors';
import type { GovernanceRecord } from '../../shared/governance';
import { without } from '../../shared/without';
import { agentsOf, pauseRunsOf, saveRecord } from './effects';
import type { CommandContext } from './handler';

/** Retires an automation (spec/governance.md section 11, Retire): it is paused for good until it is extended. */
export function retireAutomation(
  context: CommandContext,
  automationId: string,
  { reason = 'retired by operator', actor }: { readonly reason?: string; readonly actor: Actor },
): Result<Automation> {
  const record = context.store.records.find(automationId);
  if (record === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  pauseRunsOf(context, automationId, { stopKind: 'operator_stopped', reason, lifecycleEvent: 'run_paused_governance' });
  pauseForLifecycle(context, {
    ...withoutReview(record),
    retiredAtMs: context.now,
    retireReason: reason,
    reviewRequired: false,
    reviewKind: 'retired',
  });
  return told(context, automationId, 'retired', actor, { reason });
}

/** Extends an automation (section 11, Extend): it is active again until the new expiry. */
export function extendAutomation(
  context: CommandContext,
  automationId: string,
  given: { readonly expiresAtMs?: number; readonly reason?: string; readonly actor: Actor },
): Result<Automation> {
  const { store, now } = context;
  const record = store.records.find(automationId);
  const found = store.automations.find(automationId);
  if (record === undefined || found === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const expiresAtMs = given.expiresAtMs ?? now + Math.max(store.limits.current().defaultExpiresAfterMs, 1);
  if (expiresAtMs <= now) {
    return refused('VALIDATION_FAILED', { issues: [{ path: 'expires_at_ms', message: 'must be in the future' }] });
  }
  saveRecord(context, {
    ...without(withoutReview(record), 'expiredAtMs', 'retiredAtMs', 'retireReason'),
    expiresAtMs,
    pausedForLifecycle: false,
    reviewRequired: false,
    lastReviewedAtMs: now,
  });
  const automation: Automation = { ...found.automation, status: 'active', updatedAtMs: now };
  store.automations.update(automation, flowAgentIds(automation));
  return told(context, automationId, 'retirement.extended', given.actor, { expires_at_ms: expiresAtMs });
}

/** Pauses an automation until the operator lifts that: its custody record says so, and it is no longer active. */
export function pauseForLifecycle(context: CommandContext, record: GovernanceRecord): GovernanceRecord {
  const { store, now } = context;
  const found = store.automations.find(record.automationId);
  if (found !== undefined && found.automation.status !== 'paused') {
    const automation: Automation = { ...found.automation, status: 'paused', updatedAtMs: now };
    store.automations.update(automation, flowAgentIds(automation));
  }
  return saveRecord(context, { ...record, pausedForLifecycle: true });
}

function withoutReview(record: GovernanceRecord): GovernanceRecord {
  return without(record, 'reviewKind', 'reviewRequestedAtMs', 'reviewRequestId');
}

function told(
  context: CommandContext,
  automationId: string,
  name: 'retired' | 'retirement.extended',
  actor: Actor,
  more: Readonly<Record<string, unknown>>,
): Result<Automation> {
  const found = context.store.automations.find(automationId);
  if (found === undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  const subjects = { agentIds: agentsOf(context, automationId), automationId };
  context.emit({ name, payload: { automation_id: automationId, ...more }, subjects, actor });
  return succeeded(found.automation);
}
