import type { ApprovalRecord } from '../../shared/contract/approval';
import type { GovernanceRecord } from '../../shared/contract/governance';
import type { RequestType } from '../../shared/contract/request-kinds';
import type { Run } from '../../shared/contract/run';
import type { EventName, GovernanceEvent, PayloadOf } from '../../shared/events';
import type { Actor } from '../../shared/kernel/actor';
import { defined, type JsonObject } from '../../shared/kernel/fields';
import { isGatehouse } from '../../shared/kernel/own-source';
import type { CommandContext } from '../kernel/handler';
import { canonicalHash } from '../kernel/store/canonical-json';
import type { ReadStore } from '../kernel/store/database';
import { approvalEvent } from './approvals/rules';
import { standingApprovals } from './approvals/vouched';
import { canPause, pausedRun, pausingRun, type RunStop } from './runs/rules';

/**
 * What several commands do to the store. Each writes, emits its events, and answers what it made; the caller's own command
 * decides whether any of it stays.
 */

/** What Gatehouse itself asks the operator, and which part of it asks. */
export type SystemRequest = {
  readonly requestType: RequestType;
  readonly source: string;
  readonly target: { readonly type: 'agent' | 'automation'; readonly id: string };
  readonly rationale: string;
  readonly context: JsonObject;
};

/** Opens an approval that Gatehouse itself asks for. */
export function openSystemApproval(context: CommandContext, request: SystemRequest): ApprovalRecord {
  const approval = systemApproval(context, request);
  openApproval(context, approval);
  return approval;
}

/** An approval that Gatehouse itself asks for, before it is opened. */
export function systemApproval(
  { store, now, ids }: Pick<CommandContext, 'now' | 'ids'> & { readonly store: Pick<ReadStore, 'limits'> },
  request: SystemRequest,
): ApprovalRecord {
  const requestedBy: Actor = { kind: 'system', source: request.source };
  return {
    approvalId: `apr_${ids.uuid().replaceAll('-', '')}`,
    requestType: request.requestType,
    requestedBy,
    targetResource: request.target,
    rationale: request.rationale,
    context: request.context,
    status: 'pending',
    revision: 1,
    expiresAtMs: now + store.limits.current().approvalTtlMs,
    ancestorIds: [],
    createdAtMs: now,
    updatedAtMs: now,
  };
}

/** Opens an approval of Gatehouse itself. */
export function openApproval({ store, emit }: CommandContext, approval: ApprovalRecord): void {
  store.approvals.insert(approval, canonicalHash([approval.approvalId]));
  emit(approvalEvent('approval.requested', approval, { by: approval.requestedBy }));
}

/** The agents that may know what happens to an automation: its lineage, and those in its flow. */
export function agentsOf(context: CommandContext, automationId: string): readonly string[] {
  return context.store.records.agentsOf(automationId);
}

/** Tells what happens to an automation; `actor` is who did it where that is not the caller. */
export function tell<N extends EventName>(
  context: CommandContext,
  name: N,
  payload: PayloadOf<N> & { readonly automationId: string },
  actor?: Actor,
): void {
  const agentIds = agentsOf(context, payload.automationId);
  context.emit({ name, payload, agentIds, ...defined({ actor }) } as GovernanceEvent);
}

/**
 * Pauses every run of an automation that is under way. Answers them as they are now. A run whose row cannot be read counts as
 * running: its engine is told to stop it, and the row stays as it is.
 */
export function pauseRunsOf(
  context: CommandContext,
  automationId: string,
  stop: RunStop,
  actor?: Actor,
): readonly Run[] {
  for (const run of context.store.runs.unreadableUnderWay(automationId)) {
    tellPaused(context, { ...run, automationId }, stop, { isUnreadable: true }, actor);
  }
  return context.store.runs
    .underWay(automationId)
    .filter(canPause)
    .map((run) => pauseRun(context, run, stop, actor));
}

/** Pauses one run; the event names the sessions and instances that the engine has to stop. */
export function pauseRun(context: CommandContext, run: Run, stop: RunStop, actor?: Actor): Run {
  const pausing = pausingRun(run, stop, context.now);
  context.store.runs.update(pausing);
  const paused = pausedRun(pausing, stop, context.now);
  context.store.runs.update(paused);
  tellPaused(context, run, stop, {}, actor);
  return paused;
}

/** Tells that a run is paused; the sessions and instances are those that it had. */
export function tellPaused(
  context: CommandContext,
  run: Pick<Run, 'runId' | 'automationId' | 'activeSessionIds' | 'activeInstanceIds'>,
  stop: Partial<Pick<RunStop, 'stopKind' | 'reason'>>,
  more: { readonly isUnreadable?: true } = {},
  actor?: Actor,
): void {
  const { runId, automationId, activeSessionIds, activeInstanceIds } = run;
  const { stopKind, reason } = stop;
  tell(
    context,
    'run.paused',
    {
      runId,
      automationId,
      ...defined({ stopKind, reason }),
      sessionIds: activeSessionIds,
      instanceIds: activeInstanceIds,
      ...more,
    },
    actor,
  );
}

/** Writes a custody record as changed now. */
export function saveRecord(context: CommandContext, record: GovernanceRecord): GovernanceRecord {
  const saved = { ...record, updatedAtMs: context.now };
  context.store.records.save(saved);
  return saved;
}

/**
 * The requests of Gatehouse itself about something, the newest first; a pending one whose time is over is none. What an agent
 * or an engine asks does not stand in for them, or an agent could keep the operator from being asked.
 */
export function ownRequests(
  context: { readonly store: Pick<ReadStore, 'approvals'>; readonly now: number },
  requestType: RequestType,
  target: SystemRequest['target'],
  status: 'pending' | 'approved' | 'denied',
): readonly ApprovalRecord[] {
  return context.store.approvals
    .about(target.type, target.id, requestType, status)
    .filter(
      ({ requestedBy, expiresAtMs }) => isGatehouse(requestedBy) && (status !== 'pending' || expiresAtMs > context.now),
    );
}

/** Whether an approval of this type for this agent is approved and holds now, and its context is as wanted. */
export function hasApproved(
  context: { readonly store: Pick<ReadStore, 'approvals' | 'audit'>; readonly now: number },
  requestTypes: readonly RequestType[],
  agentId: string,
  isWanted: (context: unknown) => boolean = () => true,
): boolean {
  return requestTypes.some((requestType) =>
    standingApprovals(context, agentId, requestType).some((approval) => isWanted(approval.context)),
  );
}

/** A text that says something, trimmed. */
export function textOf(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}
