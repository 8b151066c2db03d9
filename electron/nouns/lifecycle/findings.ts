import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import type { Actor } from '../../../shared/kernel/actor';
import type { CommandContext } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { agentsOf, saveRecord } from '../effects';
import { tellReview } from './reviews';

/** Gatehouse, where it looks at the recent runs of automations (spec/governance.md section 9). */
export const healthCheck: Actor = { kind: 'system', source: 'automation_health_check' };

/** Gatehouse, where it ends automations and warns of their end (section 9, expiry). */
export const expiration: Actor = { kind: 'system', source: 'automation_expiration' };

/** What a check makes of a custody record, not yet written: how many findings hold, and which of them are new. */
export type Checked = {
  readonly record: GovernanceRecord;
  readonly count: number;
  readonly fresh: readonly Finding[];
};

/**
 * Writes what a check made of a record and tells what is new in it; one that is as it was is not written, for there may be twenty
 * thousand.
 */
export function saveChecked(context: CommandContext, before: GovernanceRecord, { record, fresh }: Checked): void {
  if (JSON.stringify(record) !== JSON.stringify(before)) saveRecord(context, record);
  const { automationId } = record;
  const agentIds = agentsOf(context, automationId);
  for (const finding of fresh) {
    context.emit({
      name: 'health.finding',
      payload: { automationId, finding },
      agentIds,
      actor: finding.kind === 'health_drift' ? healthCheck : expiration,
    });
  }
  tellReview(context, before, record, healthCheck);
}

/** The record with the time of the last check that looked at it: kept once for all, so that no check writes every record. */
export function withLastCheck({ timers }: Pick<ReadStore, 'timers'>, record: GovernanceRecord): GovernanceRecord {
  const lastCheckAtMs = timers.last('health_check');
  const { createdAtMs, deletedAtMs, retiredAtMs, healthLastCheckedAtMs = 0 } = record;
  // A check leaves out what is deleted or retired, and has not seen what was created after it.
  const leftOutFromMs = Math.min(deletedAtMs ?? Infinity, retiredAtMs ?? Infinity);
  const isLookedAt = lastCheckAtMs !== undefined && createdAtMs <= lastCheckAtMs && lastCheckAtMs < leftOutFromMs;
  if (!isLookedAt || lastCheckAtMs <= healthLastCheckedAtMs) return record;
  return { ...record, healthLastCheckedAtMs: lastCheckAtMs };
}
