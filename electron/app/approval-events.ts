import type { Actor } from '../../shared/actor';
import { type ApprovalRecord, approvalSchema } from '../../shared/approval';
import type { EventName, GovernanceEvent } from '../../shared/events';
import { encodeWire } from '../../shared/wire';
import { agentsThatSee } from '../core/approval';

type ApprovalEventName = Extract<EventName, `approval.${string}`>;

/**
 * The event of an approval as it is now. Everybody who may see the approval is told, whoever's doing it was: the one that asked
 * waits for it. `more` is what the approval itself does not know; `by` is who did it where that is not the caller.
 */
export function approvalEvent(
  name: ApprovalEventName,
  approval: ApprovalRecord,
  { more = {}, by }: { readonly more?: Readonly<Record<string, unknown>>; readonly by?: Actor } = {},
): GovernanceEvent {
  const { approvalId, revision, targetResource } = approval;
  return {
    name,
    payload:
      name === 'approval.requested'
        ? { approval_id: approvalId, request: encodeWire(approvalSchema, approval) }
        : { approval_id: approvalId, revision, ...factsOf(name, approval), ...more },
    subjects: {
      agentIds: agentsThatSee(approval),
      approvalId,
      ...(targetResource.type === 'automation' && { automationId: targetResource.id }),
    },
    ...(by !== undefined && { actor: by }),
  };
}

function factsOf(name: ApprovalEventName, approval: ApprovalRecord): Readonly<Record<string, unknown>> {
  const { expiresAtMs, actionHash, reviewNotes, cancelReason, onlyRunId, toolRuleId } = approval;
  switch (name) {
    case 'approval.cancelled':
      return cancelReason === undefined ? {} : { reason: cancelReason };
    case 'approval.consumed':
      return { action_hash: actionHash };
    case 'approval.approved':
    case 'approval.denied':
      return {
        expires_at_ms: expiresAtMs,
        ...(reviewNotes !== undefined && { notes: reviewNotes }),
        ...(actionHash !== undefined && { action_hash: actionHash }),
        ...(onlyRunId !== undefined && { only_run_id: onlyRunId }),
        ...(toolRuleId !== undefined && { tool_rule_id: toolRuleId }),
      };
    default:
      return { expires_at_ms: expiresAtMs };
  }
}
