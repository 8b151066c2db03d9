import { type Automation, type AutomationStatus, flowAgentIds } from '../../../shared/contract/automation';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import type { Actor } from '../../../shared/kernel/actor';
import { invalid, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined, type JsonObject } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { approvalEvent, decideApproval } from '../approvals/rules';
import { agentsOf, openSystemApproval, pauseRunsOf, saveRecord, tell, textOf } from '../effects';
import type { RunStop } from '../runs/rules';

/** Writes an automation as changed now, and which agents take part in it. */
export function saveAutomation(context: CommandContext, automation: Automation): Automation {
  const saved = { ...automation, updatedAtMs: context.now };
  context.store.automations.update(saved, flowAgentIds(saved));
  return saved;
}

/** How a caller stops runs by what it does to their automation; only the operator's doing counts as a stop by the operator. */
export function stopBy({ caller }: Pick<CommandContext, 'caller'>, reason: string): RunStop {
  const isHuman = caller.actor.kind === 'human';
  return { ...(isHuman && { stopKind: 'operator_stopped' }), reason, lifecycleEvent: 'run_paused' };
}

/** Gives an automation a status; one that has it already is left as it is. */
export function setStatus(context: CommandContext, automation: Automation, status: AutomationStatus): Automation {
  return automation.status === status ? automation : saveAutomation(context, { ...automation, status });
}

/** A custody record that asks for no look: without its review. */
export function withoutReview(record: GovernanceRecord): GovernanceRecord {
  const { reviewKind: _kind, reviewRequestedAtMs: _at, reviewRequestId: _id, ...rest } = record;
  return { ...rest, reviewRequired: false };
}

/**
 * Pauses an automation until the operator resumes or extends it, and writes its record as given but for that. Its runs are the
 * caller's to pause: which stop they get depends on why.
 */
export function pauseForLifecycle(context: CommandContext, record: GovernanceRecord): GovernanceRecord {
  // A definition that cannot be read starts no run either, so it may stay as it is.
  const found = ifReadable(() => context.store.automations.find(record.automationId));
  if (found !== undefined && found.deletion === undefined) setStatus(context, found.automation, 'paused');
  return saveRecord(context, { ...record, pausedForLifecycle: true });
}

/**
 * Retires an automation (spec/governance.md section 11, Retire). Retiring one that is retired already gives it the new reason and
 * is told again.
 */
export function retireAutomation(
  context: CommandContext,
  automationId: string,
  { reason, actor }: { readonly reason?: string; readonly actor: Actor },
): Result<Automation> {
  const found = findWithRecord(context, automationId);
  if (!found.ok) return found;
  const { automation, record } = found.value;
  const retireReason = textOf(reason) ?? 'retired by operator';
  const runs = pauseRunsOf(
    context,
    automationId,
    { stopKind: 'operator_stopped', reason: retireReason, lifecycleEvent: 'run_paused_governance' },
    actor,
  );
  pauseForLifecycle(context, {
    ...withoutReview(record),
    reviewKind: 'retired',
    reviewRequestedAtMs: context.now,
    retiredAtMs: context.now,
    retireReason,
  });
  closeRetirementActions(context, automationId, actor, retireReason);
  const pausedRunIds = runs.map(({ runId }) => runId);
  tell(context, 'retired', { automationId, reason: retireReason, pausedRunIds }, actor);
  return succeeded(context.store.automations.find(automationId)?.automation ?? automation);
}

/**
 * Gives an automation more time and makes it active (section 11, Extend), also when it is expired or retired. What was found of
 * it and the runs that count towards its review stay: more time is no look at them.
 */
export function extendAutomation(
  context: CommandContext,
  automationId: string,
  given: { readonly expiresAtMs?: number; readonly reason?: string; readonly actor: Actor },
): Result<Automation> {
  const { store, now } = context;
  const found = findWithRecord(context, automationId);
  if (!found.ok) return found;
  const expiresAtMs = given.expiresAtMs ?? now + Math.max(store.limits.current().defaultExpiresAfterMs, 1);
  if (expiresAtMs <= now) {
    return invalid('expires_at_ms', 'must be in the future');
  }
  const { expiredAtMs: _expired, retiredAtMs: _retired, retireReason: _reason, ...kept } = found.value.record;
  saveRecord(context, {
    ...withoutReview(kept),
    expiresAtMs,
    pausedForLifecycle: false,
    lastReviewedAtMs: now,
    healthLastCheckedAtMs: now,
  });
  const automation = setStatus(context, found.value.automation, 'active');
  const reason = textOf(given.reason);
  closeRetirementActions(context, automationId, given.actor, reason);
  tell(context, 'retirement.extended', { automationId, expiresAtMs, ...defined({ reason }) }, given.actor);
  return succeeded(automation);
}

/**
 * Something that an automation depends on was taken away (section 10): its runs are paused, it is paused for lifecycle, and the
 * operator is asked to look. A pending review of the same trigger is taken again; any other one does not stand in for it.
 */
export function revokeDependency(
  context: CommandContext,
  automationId: string,
  { reason, evidence }: { readonly reason: string; readonly evidence: JsonObject },
): void {
  const { store, now, ids } = context;
  const record = store.records.find(automationId);
  if (record === undefined) return;
  const source = 'automation_dependency_revocation';
  const actor: Actor = { kind: 'system', source };
  const stop = { stopKind: 'guardrail_stopped', reason, lifecycleEvent: 'run_paused_governance' } as const;
  const pausedRunIds = pauseRunsOf(context, automationId, stop, actor).map(({ runId }) => runId);
  const lost = { trigger: 'dependency_revoked', reason, evidence, pausedRunIDs: pausedRunIds };
  const target = { type: 'automation', id: automationId } as const;
  // What an agent or an engine asks does not stand in for it, whatever trigger it names.
  const pending = store.approvals
    .about('automation', automationId, 'lifecycle_review', 'pending')
    .find(({ requestedBy }) => requestedBy.kind === 'system' && requestedBy.source === source);
  const approval =
    pending ??
    openSystemApproval(context, {
      requestType: 'lifecycle_review',
      source,
      target,
      rationale: `Something that this automation depends on was taken away: ${reason}. It is paused until you resume it.`,
      context: lost,
    });
  pauseForLifecycle(context, {
    ...record,
    reviewRequired: true,
    reviewKind: 'dependency_revoked',
    reviewRequestedAtMs: now,
    reviewRequestId: approval.approvalId,
    healthLastCheckedAtMs: now,
    healthFindings: [
      ...record.healthFindings,
      {
        findingId: `finding-${ids.uuid()}`,
        kind: 'dependency_revoked',
        severity: 'critical',
        summary: 'automation paused after dependency revocation',
        detail: 'an owned grant or connected MCP capability was removed and the automation was paused pending review',
        observedAtMs: now,
        approvalId: approval.approvalId,
        evidence: lost,
      },
    ],
  });
  context.emit({
    name: 'dependency_revoked',
    payload: {
      automationId,
      reason,
      evidence,
      pausedRunIds,
      approvalId: approval.approvalId,
      revokedBy: context.caller.actor,
    },
    agentIds: agentsOf(context, automationId),
    actor,
  });
}

/** An automation that is not deleted, with its custody record. */
export function findWithRecord(
  { store }: CommandContext,
  automationId: string,
): Result<{ readonly automation: Automation; readonly record: GovernanceRecord }> {
  const found = store.automations.find(automationId);
  const record = store.records.find(automationId);
  if (found === undefined || found.deletion !== undefined) return refused('AUTOMATION_V2_NOT_FOUND');
  if (record === undefined) return refused('AUTOMATION_V2_GOVERNANCE_MISSING');
  return succeeded({ automation: found.automation, record });
}

/**
 * What was asked about the automation's end is answered by what the operator just did (section 11). A request that names an
 * exact act stays: approving it would allow an act that the operator has not looked at.
 */
function closeRetirementActions(
  { store, now, emit }: CommandContext,
  automationId: string,
  actor: Actor,
  notes: string | undefined,
): void {
  const limits = { ...store.limits.current(), independentReviewRequired: false };
  for (const pending of store.approvals.about('automation', automationId, 'retirement_action', 'pending')) {
    if (pending.actionHash !== undefined) continue;
    const decision = { verdict: 'approved', ...defined({ notes }) } as const;
    const decided = decideApproval(pending, decision, { actor, limits }, now);
    if (!decided.ok) continue;
    store.approvals.update(decided.value.approval, pending);
    emit(approvalEvent('approval.approved', decided.value.approval, { by: actor }));
  }
}
