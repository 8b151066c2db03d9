import type { Approval, ApprovalRecord } from '../../../shared/contract/approval';
import { isTerminal } from '../../../shared/contract/run';
import type { GovernanceEvent } from '../../../shared/events';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { without } from '../../../shared/kernel/fields';
import type { UnreadableRow } from '../../../shared/kernel/unreadable';
import type { CommandContext, CommandOutcome } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { whatWasUnreadable } from '../../kernel/thrown';
import { othersOfCard } from './cards';
import { approvalEvent } from './events';
import { decisionEffects, type RetirementAction } from './outcomes';
import { type Change, type Decision, decideApproval, withGuidance } from './rules';

/** Decides an approval, and what is on the same card with it (section 7); the effects of the decision follow in the same transaction. */
export function decide(
  context: CommandContext,
  approvalId: string,
  decision: Decision,
  retirement: RetirementAction = {},
): CommandOutcome<{ approval: Approval; unreadable?: UnreadableRow[] }> {
  const { store, caller, now } = context;
  const approval = store.approvals.find(approvalId);
  if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
  if (retirement.action !== undefined && approval.requestType !== 'retirement_action') {
    return refused('VALIDATION_FAILED', { issues: [{ path: 'action', message: 'is for a retirement_action only' }] });
  }
  const problem = approval.status === 'pending' ? runProblem(context, approval, decision.onlyRunId) : undefined;
  if (problem !== undefined)
    return refused('VALIDATION_FAILED', { issues: [{ path: 'only_run_id', message: problem }] });
  const facts = { actor: caller.actor, limits: store.limits.current() };
  // With `extend`, the instant that is given is the automation's, not the approval's.
  const exact = retirement.action === 'extend' ? without(decision, 'expiresAtMs') : decision;
  const change = decideApproval(approval, exact, facts, now);
  const outcome = applied(context, change, (decided) => decisionEvent(decided, retirement.action));
  if (!change.ok || !change.value.isChanged) return outcome;
  decideOthersOfCard(context, change.value.approval, exact);
  const effects = decisionEffects(context, change.value.approval, retirement);
  if (!effects.ok) return effects;
  return outcome.ok ? succeeded({ ...outcome.value, ...whatWasUnreadable(context) }) : outcome;
}

function decisionEvent(decided: ApprovalRecord, action?: RetirementAction['action']): GovernanceEvent {
  const name = decided.status === 'approved' ? 'approval.approved' : 'approval.denied';
  return approvalEvent(name, decided, action === undefined ? {} : { action });
}

/**
 * Decides what the operator saw on the same card as this: an agent's own request to lift its cap, and Gatehouse's. No override
 * holds longer than the one that was looked at.
 */
function decideOthersOfCard(context: CommandContext, decided: ApprovalRecord, decision: Decision): void {
  const { store, caller, now } = context;
  const facts = { actor: caller.actor, limits: store.limits.current() };
  for (const other of othersOfCard(store.approvals, decided)) {
    const expiresAtMs = Math.min(other.expiresAtMs, decided.expiresAtMs);
    const change = decideApproval(other, { ...without(decision, 'revision'), expiresAtMs }, facts, now);
    applied(context, change, (approval) => decisionEvent(approval));
  }
}

/** Why a spend override cannot be for this run alone; undefined where it can, or is for none. */
function runProblem(
  { store }: CommandContext,
  approval: ApprovalRecord,
  runId: string | undefined,
): string | undefined {
  if (runId === undefined) return undefined;
  const { requestType, targetResource } = approval;
  if (requestType !== 'quota_override' || targetResource.type !== 'agent') return 'is for the spend of an agent only';
  const run = ifReadable(() => store.runs.find(runId));
  if (run === undefined || isTerminal(run.status)) return 'must be a run that is not over';
  const isPaying = store.records.lineageAgents(run.automationId).includes(targetResource.id);
  return isPaying ? undefined : `must be a run that ${targetResource.id} pays for`;
}

/** Writes a change and its event, or answers what stands unchanged. */
export function applied(
  { store, now, emit }: CommandContext,
  change: Result<Change>,
  eventOf: (approval: ApprovalRecord) => GovernanceEvent,
): CommandOutcome<{ approval: Approval }> {
  if (!change.ok) return change;
  const { approval, isChanged } = change.value;
  if (isChanged) {
    store.approvals.update(approval);
    emit(eventOf(approval));
  }
  return answer(approval, now);
}

/** An approval as it is answered. */
export function answer(approval: ApprovalRecord, now: number): CommandOutcome<{ approval: Approval }> {
  return succeeded({ approval: withGuidance(approval, now) });
}
