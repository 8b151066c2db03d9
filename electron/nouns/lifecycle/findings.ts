import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import type { Actor } from '../../../shared/kernel/actor';
import type { CommandContext } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { agentsOf, openApproval, type SystemRequest, saveRecord, systemApproval } from '../effects';
import { tellReview } from './reviews';

/** Gatehouse, where it looks at the recent runs of automations (spec/governance.md section 9). */
export const healthCheck: Actor = { kind: 'system', source: 'automation_health_check' };

/** Gatehouse, where it ends automations and warns of their end (section 9, expiry). */
export const expiration: Actor = { kind: 'system', source: 'automation_expiration' };

/** What a check looks at; it writes nothing. */
export type CheckContext = Pick<CommandContext, 'now' | 'ids'> & { readonly store: ReadStore };

/** What a check has to do besides writing the record, in its order. */
export type FindingChange = (context: CommandContext) => void;

/** What a check makes of a custody record, not yet written: how many findings hold, which of them are new, and what else is to be done. */
export type Checked = {
  readonly record: GovernanceRecord;
  readonly count: number;
  readonly fresh: readonly Finding[];
  readonly changes: readonly FindingChange[];
};

/** A request of Gatehouse itself that is there, or is to be opened. */
export type Asked = { readonly approvalId: string; readonly changes: readonly FindingChange[] };

/** The request that is there already, else a new one. */
export function askedFor(context: CheckContext, found: ApprovalRecord | undefined, request: SystemRequest): Asked {
  if (found !== undefined) return { approvalId: found.approvalId, changes: [] };
  const approval = systemApproval(context, request);
  return { approvalId: approval.approvalId, changes: [(applied) => openApproval(applied, approval)] };
}

/** Whether a check leaves a record as it was; there may be twenty thousand, and those are not written. */
export function isSteady(before: GovernanceRecord, { record, changes }: Checked): boolean {
  return changes.length === 0 && JSON.stringify(record) === JSON.stringify(before);
}

/** Does what a check made of a record, writes it where it is another one, and tells what is new in it. */
export function saveChecked(
  context: CommandContext,
  before: GovernanceRecord,
  { record, fresh, changes }: Checked,
): void {
  for (const change of changes) change(context);
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
