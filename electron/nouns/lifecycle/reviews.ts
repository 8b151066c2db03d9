import type { GovernanceRecord } from '../../../shared/contract/governance';
import { effectiveLimits } from '../../../shared/contract/limits';
import type { Run } from '../../../shared/contract/run';
import type { PayloadOf } from '../../../shared/events';
import type { Actor } from '../../../shared/kernel/actor';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { newAgent } from '../agents/known-agent';
import { openSystemApproval, saveRecord, tell } from '../effects';
import { acknowledgedAutomation, acknowledgedCreations, countedCreation, countedRun } from './rules-review';

/** Counts a creation by an agent; at the threshold the operator is asked to look (spec/governance.md section 6, Creation). */
export function countCreation(context: CommandContext, agentId: string, automationId: string): void {
  const { store, now } = context;
  const agent = store.agents.find(agentId) ?? newAgent(agentId, now);
  const threshold = effectiveLimits(store.limits.current(), agent.overrides).perAgentCreationReviewThreshold;
  const { value: review, isDue } = countedCreation(agent.review, agentId, threshold, now);
  if (!isDue) {
    store.agents.save({ ...agent, review });
    return;
  }
  const created = `${review.createdSinceReview} ${review.createdSinceReview === 1 ? 'automation' : 'automations'}`;
  const approval = openSystemApproval(context, {
    requestType: 'lifecycle_review',
    source: 'automation_creation_review',
    target: { type: 'agent', id: agentId },
    rationale: `${agentId} has created ${created} since you last looked at its creations. It creates no more until you have.`,
    context: {
      trigger: 'creation_quota',
      agentID: agentId,
      automationID: automationId,
      createdSinceReview: review.createdSinceReview,
      creationReviewThreshold: threshold,
    },
  });
  store.agents.save({ ...agent, review: { ...review, reviewRequestId: approval.approvalId } });
}

/** Counts a run that is over; at the threshold the operator is asked to look (section 6, Runs). */
export function countRun(context: CommandContext, run: Run): void {
  const { store, now } = context;
  const { automationId, runId, session } = run;
  // Nobody decided on a session that could be looked at again (spec/sessions.md section 1).
  if (session !== undefined) return;
  // That a run is over is true whether or not its automation's record can be read.
  const record = ifReadable(() => store.records.find(automationId));
  if (record === undefined) return;
  const { value: counted, isDue } = countedRun(record, store.limits.current().runReviewThreshold, now);
  if (!isDue) {
    saveRecord(context, counted);
    return;
  }
  const approval = openSystemApproval(context, {
    requestType: 'lifecycle_review',
    source: 'automation_lifecycle_review',
    target: { type: 'automation', id: automationId },
    rationale: `This automation has ended ${counted.runsSinceReview} runs since it was last looked at.`,
    context: {
      trigger: 'run_drift',
      automationID: automationId,
      runID: runId,
      detail: run.detail ?? null,
      runCountSinceReview: counted.runsSinceReview,
      reviewKind: 'run_drift',
    },
  });
  const saved = saveRecord(context, { ...counted, reviewRequestId: approval.approvalId });
  tellReview(context, record, saved);
}

/** The operator has looked at what the agent created (section 6, Acknowledging); nothing happens where nothing was counted. */
export function acknowledgeAgentReview(context: CommandContext, agentId: string, notes?: string): void {
  const { store, now, emit } = context;
  const agent = store.agents.find(agentId);
  if (agent?.review === undefined) return;
  store.agents.save({ ...agent, review: acknowledgedCreations(agent.review, notes, now) });
  emit({
    name: 'review.agent_acknowledged',
    payload: { agentId, ...reviewOf(context, notes) },
    agentIds: [agentId],
  });
}

/** The operator has looked at the automation (section 6, Acknowledging), and says this of it. It stays paused if it is. */
export function acknowledgeAutomationReview(context: CommandContext, automationId: string, notes?: string): void {
  const record = context.store.records.find(automationId);
  if (record === undefined) return;
  saveRecord(context, acknowledgedAutomation(record, context.now));
  tell(context, 'review.automation_acknowledged', {
    automationId,
    ...defined({ reviewKind: record.reviewKind }),
    pausedForLifecycle: record.pausedForLifecycle,
    ...reviewOf(context, notes),
  });
}

/** Who looked, and what they said of it. */
function reviewOf({ caller: { actor } }: CommandContext, notes: string | undefined) {
  const reviewer = actor.actorId ?? actor.source;
  return defined({ reviewer, notes });
}

/** Tells that a custody record asks for the operator's look in another way than before; where it does not, nothing is told. */
export function tellReview(
  context: CommandContext,
  before: GovernanceRecord,
  after: GovernanceRecord,
  actor?: Actor,
): void {
  const stateOf = ({ reviewRequired, reviewKind, reviewRequestId }: GovernanceRecord) => ({
    reviewRequired,
    ...defined({ reviewKind, reviewRequestId }),
  });
  const review = stateOf(after);
  if (JSON.stringify(review) === JSON.stringify(stateOf(before))) return;
  tellRecordUpdated(context, after.automationId, review, actor);
}

/** Tells of a change of a custody record that has no event of its own. */
export function tellRecordUpdated(
  context: CommandContext,
  automationId: string,
  changes: Omit<PayloadOf<'record.updated'>, 'automationId'>,
  actor?: Actor,
): void {
  tell(context, 'record.updated', { automationId, ...changes }, actor);
}
