import type { ApprovalRecord, ListedApproval } from '../../../shared/contract/approval';
import type { OutputOf } from '../../../shared/contract/contract';
import { QUEUE_PAGE_SIZE, RECENT_PAGE_SIZE } from '../../../shared/contract/queue-sizes';
import type { SpendWindow } from '../../../shared/contract/spend';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined, fieldOf } from '../../../shared/kernel/fields';
import { isGatehouse } from '../../../shared/kernel/own-source';
import { cursorsOf, invalidCursor } from '../../kernel/cursor';
import type { QueryContext, SomeQueries } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { agentIdOf } from '../automations/access';
import { limitsOf, spendSummary } from '../spend/pause';
import { weeklyCapOf } from '../spend/rules';
import { judgeOf } from '../trust/facts';
import { findVisibleApproval, othersOfCard } from './facts';
import { shown } from './shown';
import type { ListedRecord } from './store-rows';
import { createSummaries } from './summaries';

const cursors = cursorsOf({ key: 'number', rowId: 'number' });
const summaries = createSummaries();

/** Lists of approvals, the queue, and what the desk asks to explain a request. */
export const approvalQueries = {
  'approvals.list'(context, input) {
    const { store, caller } = context;
    const after = cursors.placeOf(input.cursor);
    if (after === 'invalid') return invalidCursor();
    const agentId = agentIdOf(caller);
    const page = store.approvals.list({
      limit: input.limit ?? 100,
      ...(input.requestType !== undefined && { requestTypes: [input.requestType] }),
      ...defined({ status: input.status, visibleTo: agentId, after }),
    });
    const approvals = page.approvals.map((approval) => shown(context, approval));
    return succeeded({
      approvals,
      count: approvals.length,
      ...cursors.nextOf(page.next),
    });
  },

  'approvals.get'(context, { approvalId }) {
    const { store, caller } = context;
    const found = findVisibleApproval(store.approvals, caller, approvalId);
    return found.ok ? succeeded({ approval: shown(context, found.value) }) : found;
  },

  'queue.approvals'(context, { approvalIds }) {
    const { store } = context;
    const found = approvalIds
      .filter((approvalId) => !store.approvals.isOnAnothersCard(approvalId))
      .flatMap((approvalId) => ifReadable(() => store.approvals.findListed(approvalId)) ?? []);
    return succeeded({ waitingCount: store.approvals.waitingCount(), approvals: listed(found, context) });
  },

  'queue.waitingAfter'(context, place) {
    const { store } = context;
    const waiting = store.approvals.waitingAfter(place, QUEUE_PAGE_SIZE);
    return succeeded({
      seq: store.audit.headSeq(),
      waiting: listed(waiting, context),
    });
  },

  'queue.snapshot'(context) {
    const { store } = context;
    return succeeded({
      seq: store.audit.headSeq(),
      waitingCount: store.approvals.waitingCount(),
      waiting: listed(store.approvals.waiting(QUEUE_PAGE_SIZE), context),
      recent: listed(store.approvals.recentlySettled(RECENT_PAGE_SIZE), context),
    });
  },

  'approvals.search'(context, { limit = 100, cursor, ...wanted }) {
    const { store } = context;
    const after = cursors.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const page = store.approvals.search({ ...wanted, limit, ...defined({ after }) });
    return succeeded({
      approvals: listed(page.approvals, context),
      ...cursors.nextOf(page.next),
    });
  },

  'approvals.digest': ({ store }, { sinceMs }) => succeeded(store.approvals.digestSince(sinceMs)),

  'approvals.facts'(context, { approvalId }) {
    const approval = context.store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const agentId = agentOf(approval);
    const run = runOf(context, approval, agentId);
    const { level, reasons, notes } = judgeOf(context.store).request(approval);
    const alsoAsked = othersOfCard(context.store.approvals, approval)
      .filter(({ requestedBy }) => requestedBy.kind === 'agent')
      .map(({ approvalId: otherId, rationale }) => ({ approvalId: otherId, rationale }));
    return succeeded({
      risk: { level, reasons: [...reasons], ...(notes !== undefined && { notes: [...notes] }) },
      ...(agentId !== undefined && { agentId, ...costOfAgent(context, agentId) }),
      ...defined({ run }),
      ...(alsoAsked.length > 0 && { alsoAsked }),
    });
  },
} satisfies SomeQueries;

/** Approvals as the window lists them. */
function listed(records: readonly ListedRecord[], context: QueryContext): ListedApproval[] {
  const { approvals } = context.store;
  return records.map((record) => ({
    ...shown(context, record),
    ...(record.isPartial === true && summaries.of(context, record.approvalId, () => approvals.find(record.approvalId))),
  }));
}

/** The agent whose money it is: the one that asked, else the one that it is about. */
function agentOf({ requestedBy, targetResource }: ApprovalRecord): string | undefined {
  if (requestedBy.kind === 'agent') return requestedBy.actorId;
  return targetResource.type === 'agent' ? targetResource.id : undefined;
}

/** Nothing ever charged is no cost of zero: nobody reported any. */
function costOfAgent(context: QueryContext, agentId: string) {
  const spend = spendSummary(context, agentId);
  const capNanos = weeklyCapOf(limitsOf(context, agentId));
  return {
    ...(spend !== undefined &&
      spend.lifetime.costNanos > 0 && {
        ...(isReported(spend.weekly) && { weekNanos: spend.weekly.costNanos }),
        lifetimeNanos: spend.lifetime.costNanos,
      }),
    ...defined({ weeklyCapNanos: capNanos }),
  };
}

/** Whether the cost is known: tokens without one mean that nobody reported it; neither, that there was nothing to report. */
function isReported({ costNanos, totalTokens }: SpendWindow): boolean {
  return costNanos > 0 || totalTokens === 0;
}

/** The run that the context names. What an agent or an engine wrote there counts only for a run of that very agent. */
function runOf(
  { store }: QueryContext,
  { requestedBy, context }: ApprovalRecord,
  agentId: string | undefined,
): OutputOf<'approvals.facts'>['run'] {
  const runId = ['runID', 'runId', 'run_id'].map((name) => fieldOf(context, name)).find((id) => typeof id === 'string');
  const run = typeof runId === 'string' ? ifReadable(() => store.runs.find(runId)) : undefined;
  if (run === undefined) return undefined;
  const isOurs = isGatehouse(requestedBy);
  const isOfAgent = agentId !== undefined && store.records.agentsOf(run.automationId).includes(agentId);
  if (!isOurs && !isOfAgent) return undefined;
  const { automationId, costNanos } = run;
  return { runId: run.runId, automationId, ...(costNanos > 0 && { costNanos }) };
}
