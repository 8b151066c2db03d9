import type { Approval } from '../../shared/contract/approval';
import type { Risk } from '../../shared/judgement';

/** What the operator can decide of a request outside the window; `extend` and `retire` say what becomes of an automation. */
export type GateAnswer = 'approve' | 'extend' | 'retire' | 'deny';

/**
 * What may be decided of a request on a notification and in the tray alike, in the order of the buttons: granted is only what is shown
 * whole there and is of no high risk; what is asked of governance itself (a capability, a depth, a cap) says all of its risk by its kind.
 * Everything may be denied, since that lets nothing happen; but the denial of an automation's review pauses it, so that is shown whole first.
 */
export function verdictsOf(
  { requestType, targetResource }: Approval,
  { level, reasons }: Risk,
  isShownWhole: boolean,
): readonly GateAnswer[] {
  const isAutomations = targetResource.type === 'automation';
  const isOnlyGovernance = reasons.every(({ kind }) => kind === 'capability' || kind === 'money');
  const mayGrant = isShownWhole && (level !== 'high' || (requestType !== 'tool_call' && isOnlyGovernance));
  const grants =
    requestType === 'retirement_action' && isAutomations ? (['extend', 'retire'] as const) : ['approve' as const];
  const isPausedByDenial = requestType === 'lifecycle_review' && isAutomations;
  return [...(mayGrant ? grants : []), ...(isShownWhole || !isPausedByDenial ? (['deny'] as const) : [])];
}

/** Whether a request that was clicked on a notification is decided in the popover: an act of high risk, which is read there whole. */
export function isForPopover({ requestType, status }: Approval, { level }: Risk): boolean {
  return requestType === 'tool_call' && status === 'pending' && level === 'high';
}
