import type { Approval } from './contract/approval';
import type { ApprovalStatus } from './contract/request-kinds';

/** How the reason begins with which a hook takes a question back that nobody decided as long as its engine may wait. */
export const NOBODY_DECIDED = 'Nobody decided in Gatehouse within ';

/** The reason with which a hook takes its question back: the engine goes on in its own way, as when nobody had been asked. */
export const nobodyDecided = (seconds: number) => `${NOBODY_DECIDED}${seconds} seconds; this is not a refusal.`;

/** Of an approval, what says whether it was missed. */
export type MissedFacts = Pick<Approval, 'status' | 'cancelReason' | 'waitingUntilMs'>;

/**
 * Whether a request went back unanswered: whoever asked waited for the operator, and stopped waiting before anybody had decided. The
 * wire says `cancelled` or `expired` of it; to the operator it is missed, wherever a status is read. What was answered in the
 * terminal, or was not wanted any more, was not.
 */
export function isMissed({ status, cancelReason, waitingUntilMs }: MissedFacts): boolean {
  if (status === 'cancelled') return cancelReason?.startsWith(NOBODY_DECIDED) ?? false;
  return status === 'expired' && waitingUntilMs !== undefined;
}

/** Where a request stands to the operator. */
export type OperatorStatus = ApprovalStatus | 'missed';

/** Where a request stands, as the operator reads it: what the wire calls cancelled or expired may have been missed. */
export function operatorStatus(approval: MissedFacts): OperatorStatus {
  return isMissed(approval) ? 'missed' : approval.status;
}
