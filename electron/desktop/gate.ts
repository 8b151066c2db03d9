import type { Approval } from '../../shared/contract/approval';
import type { Risk } from '../../shared/judgement';

/** What may be decided of a request outside the window. */
export type Gate = { readonly mayApprove: boolean; readonly mayDeny: boolean };

/**
 * What may be decided of a request on a notification and in the tray alike: approved is only what is shown whole there and is of no high
 * risk; what is asked of governance itself (a capability, a depth, a cap) says all of its risk by its kind. Everything may be denied, since
 * that lets nothing happen; but the denial of an automation's review pauses it, so that is shown whole first.
 */
export function gateOf(
  { requestType, targetResource }: Approval,
  { level, reasons }: Risk,
  isShownWhole: boolean,
): Gate {
  const isOnlyGovernance = reasons.every(({ kind }) => kind === 'capability' || kind === 'money');
  const isPausedByDenial = requestType === 'lifecycle_review' && targetResource.type === 'automation';
  return {
    mayApprove: isShownWhole && (level !== 'high' || (requestType !== 'tool_call' && isOnlyGovernance)),
    mayDeny: isShownWhole || !isPausedByDenial,
  };
}
