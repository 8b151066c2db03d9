import { QUEUE_PAGE_SIZE, RECENT_PAGE_SIZE } from '../../../shared/contract/approval-rows';
import { succeeded } from '../../../shared/kernel/errors';
import { invalidCursor } from '../../kernel/cursor';
import type { QueryHandlers } from '../../kernel/handler';
import { ifReadable } from '../../kernel/store/unreadable';
import { agentIdOf } from '../automations/access';
import { findVisibleApproval } from './access';
import { withGuidance } from './rules';
import type { ApprovalCursor } from './store';

/** approvals.list, approvals.get and the queue of the desk. */
export const approvalQueries: QueryHandlers<
  'approvals.list' | 'approvals.get' | 'queue.approvals' | 'queue.snapshot' | 'queue.waitingAfter'
> = {
  'approvals.list'({ store, caller, now }, input) {
    const after = input.cursor === undefined ? undefined : parseCursor(input.cursor);
    if (after === 'invalid') return invalidCursor();
    const agentId = agentIdOf(caller);
    const page = store.approvals.list({
      limit: input.limit ?? 100,
      ...(input.requestType !== undefined && { requestTypes: [input.requestType] }),
      ...(input.status !== undefined && { status: input.status }),
      ...(agentId !== undefined && { visibleTo: agentId }),
      ...(after !== undefined && { after }),
    });
    const approvals = page.approvals.map((approval) => withGuidance(approval, now));
    return succeeded({
      approvals,
      count: approvals.length,
      ...(page.next !== undefined && { nextCursor: `${page.next.updatedAtMs}.${page.next.rowId}` }),
    });
  },

  'approvals.get'({ store, caller, now }, { approvalId }) {
    const found = findVisibleApproval(store.approvals, caller, approvalId);
    return found.ok ? succeeded({ approval: withGuidance(found.value, now) }) : found;
  },

  'queue.approvals'({ store, now }, { approvalIds }) {
    const found = approvalIds
      .filter((approvalId) => !store.approvals.isOnAnothersCard(approvalId))
      .flatMap((approvalId) => ifReadable(() => store.approvals.findListed(approvalId)) ?? []);
    return succeeded({
      waitingCount: store.approvals.waitingCount(),
      approvals: found.map((approval) => withGuidance(approval, now)),
    });
  },

  'queue.waitingAfter'({ store, now }, place) {
    const waiting = store.approvals.waitingAfter(place, QUEUE_PAGE_SIZE);
    return succeeded({
      seq: store.audit.headSeq(),
      waiting: waiting.map((approval) => withGuidance(approval, now)),
    });
  },

  'queue.snapshot'({ store, now }) {
    return succeeded({
      seq: store.audit.headSeq(),
      waitingCount: store.approvals.waitingCount(),
      waiting: store.approvals.waiting(QUEUE_PAGE_SIZE).map((approval) => withGuidance(approval, now)),
      recent: store.approvals.recentlySettled(RECENT_PAGE_SIZE).map((approval) => withGuidance(approval, now)),
    });
  },
};

function parseCursor(cursor: string): ApprovalCursor | 'invalid' {
  const [, updatedAtMs, rowId] = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (updatedAtMs === undefined || rowId === undefined) return 'invalid';
  return { updatedAtMs: Number(updatedAtMs), rowId: Number(rowId) };
}
