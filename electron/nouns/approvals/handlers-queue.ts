import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { OutputOf } from '../../../shared/contract/contract';
import type { SpendWindow } from '../../../shared/contract/spend';
import { isGatehouse } from '../../../shared/kernel/actor';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { riskOf } from '../../../shared/risk';
import type { QueryContext, QueryHandlers } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { fieldOf } from '../effects';
import { limitsOf } from '../spend/pause';
import { weeklyCapOf } from '../spend/rules';
import { spendSummary } from '../spend/summary';
import { othersOfCard } from './cards';
import { withGuidance } from './rules';
import type { SearchPlace } from './store-search';

const PAGE_SIZE = 100;

/** approvals.search and approvals.facts: what the desk asks to list and to explain requests. */
export const queueQueries: QueryHandlers<'approvals.search' | 'approvals.facts'> = {
  'approvals.search'({ store, now }, { limit = PAGE_SIZE, cursor, ...wanted }) {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    if (after === 'invalid') {
      return refused('VALIDATION_FAILED', {
        issues: [{ path: 'cursor', message: 'not a next_cursor that this list answered' }],
      });
    }
    const page = store.approvals.search({ ...wanted, limit, ...(after !== undefined && { after }) });
    return succeeded({
      approvals: page.approvals.map((approval) => withGuidance(approval, now)),
      ...(page.next !== undefined && { nextCursor: `${page.next.key}.${page.next.rowId}` }),
    });
  },

  'approvals.facts'(context, { approvalId }) {
    const approval = context.store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const agentId = agentOf(approval);
    const run = runOf(context, approval, agentId);
    const { level, reasons } = riskOf(approval);
    const alsoAsked = othersOfCard(context.store.approvals, approval)
      .filter(({ requestedBy }) => requestedBy.kind === 'agent')
      .map(({ approvalId: otherId, rationale }) => ({ approvalId: otherId, rationale }));
    return succeeded({
      risk: { level, reasons: [...reasons] },
      ...(agentId !== undefined && { agentId, ...costOfAgent(context, agentId) }),
      ...(run !== undefined && { run }),
      ...(alsoAsked.length > 0 && { alsoAsked }),
    });
  },
};

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
    ...(capNanos !== undefined && { weeklyCapNanos: capNanos }),
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

function parseCursor(cursor: string): SearchPlace | 'invalid' {
  const [, key, rowId] = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (key === undefined || rowId === undefined) return 'invalid';
  return { key: Number(key), rowId: Number(rowId) };
}
