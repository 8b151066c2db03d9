import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { EventName, EventOf, PayloadOf } from '../../../shared/events';
import type { Actor } from '../../../shared/kernel/actor';
import { agentsThatSee } from './rules';

type ApprovalEventName = Exclude<Extract<EventName, `approval.${string}`>, 'approval.imported'>;

/**
 * The event of an approval as it is now. Everybody who may see the approval is told, whoever's doing it was: the one that asked
 * waits for it. `action` is what becomes of the automation whose end was asked about; `by` is who did it where that is not the caller.
 */
export function approvalEvent(
  name: ApprovalEventName,
  approval: ApprovalRecord,
  { action, by }: { readonly action?: PayloadOf<'approval.approved'>['action']; readonly by?: Actor } = {},
): EventOf<ApprovalEventName> {
  const { approvalId, revision, targetResource, expiresAtMs, actionHash, cancelReason } = approval;
  const { reviewNotes, onlyRunId, toolRuleId } = approval;
  const about = {
    agentIds: agentsThatSee(approval),
    ...(targetResource.type === 'automation' && { automationId: targetResource.id }),
    ...(by !== undefined && { actor: by }),
  };
  const now = { approvalId, revision };
  const act = actionHash !== undefined && { actionHash };
  switch (name) {
    case 'approval.requested':
      return { name, payload: { approvalId, request: approval }, ...about };
    case 'approval.cancelled':
      return { name, payload: { ...now, ...(cancelReason !== undefined && { reason: cancelReason }) }, ...about };
    case 'approval.consumed':
      return { name, payload: { ...now, ...act }, ...about };
    case 'approval.expired':
      return { name, payload: { ...now, expiresAtMs }, ...about };
    default:
      return {
        name,
        payload: {
          ...now,
          expiresAtMs,
          ...(reviewNotes !== undefined && { notes: reviewNotes }),
          ...act,
          ...(onlyRunId !== undefined && { onlyRunId }),
          ...(toolRuleId !== undefined && { toolRuleId }),
          ...(action !== undefined && { action }),
        },
        ...about,
      };
  }
}
