import { AGENT_GRANTS_SIZE, type agentParts } from '../../../shared/contract/agent';
import { type Automation, flowAgentIds } from '../../../shared/contract/automation';
import { eventNameOf, readInAWord } from '../../../shared/events';
import { succeeded } from '../../../shared/kernel/errors';
import { invalidCursor } from '../../kernel/cursor';
import type { QueryHandlers } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import type { AuditRow } from '../audit/store-chain';

const DEFAULT_PAGE_SIZE = 50;

/** agent.automations, agent.runs, agent.approvals, agent.grants and agent.history. */
export const agentLists: QueryHandlers<
  'agent.automations' | 'agent.runs' | 'agent.approvals' | 'agent.grants' | 'agent.history'
> = {
  'agent.automations'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const [, updatedAtMs, automationId] = /^(\d{1,16})\.(.+)$/s.exec(cursor ?? '') ?? [];
    if (cursor !== undefined && automationId === undefined) return invalidCursor();
    const { automations, next } = store.automations.list({
      limit,
      visibleTo: agentId,
      ...(automationId !== undefined && { after: { updatedAtMs: Number(updatedAtMs), automationId } }),
    });
    return succeeded({
      automations: automations.map((automation) => listed(store, agentId, automation)),
      ...(next !== undefined && { nextCursor: `${next.updatedAtMs}.${next.automationId}` }),
    });
  },

  'agent.runs'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const before = placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const found = store.runLists.newestOfAgent(agentId, limit + 1, before);
    const page = found.slice(0, limit);
    return succeeded({
      runs: page.map(({ run }) => ({ ...run, automationName: nameOf(store, run.automationId) })),
      ...nextOf(found.length > limit, page.at(-1)?.rowId),
    });
  },

  'agent.approvals'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const [, updatedAtMs, rowId] = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor ?? '') ?? [];
    if (cursor !== undefined && rowId === undefined) return invalidCursor();
    const { approvals, next } = store.approvals.list({
      limit,
      visibleTo: agentId,
      ...(rowId !== undefined && { after: { updatedAtMs: Number(updatedAtMs), rowId: Number(rowId) } }),
    });
    return succeeded({
      approvals: approvals.map(
        ({ approvalId, requestType, requestedBy, targetResource, status, reviewedBy, ...rest }) => ({
          approvalId,
          requestType,
          requestedBy,
          targetResource,
          status,
          ...(reviewedBy !== undefined && { reviewedBy }),
          createdAtMs: rest.createdAtMs,
          updatedAtMs: rest.updatedAtMs,
          expiresAtMs: rest.expiresAtMs,
        }),
      ),
      ...(next !== undefined && { nextCursor: `${next.updatedAtMs}.${next.rowId}` }),
    });
  },

  'agent.grants'({ store }, { agentId }) {
    const grants = store.grants
      .heldBy(agentId, AGENT_GRANTS_SIZE + 1)
      .filter(({ grantedTo }) => grantedTo.kind === 'agent')
      .map((grant) => ({ ...grant, automationName: nameOf(store, grant.automationId) }));
    return succeeded({ grants: grants.slice(0, AGENT_GRANTS_SIZE), isCut: grants.length > AGENT_GRANTS_SIZE });
  },

  'agent.history'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const before = placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const found = store.audit.ofAgentBefore(agentId, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const page = found.slice(0, limit);
    return succeeded({ events: page.map(eventOf), ...nextOf(found.length > limit, page.at(-1)?.seq) });
  },
};

function listed(store: ReadStore, agentId: string, automation: Automation) {
  const { automationId, name, status, updatedAtMs } = automation;
  const record = ifReadable(() => store.records.find(automationId));
  return {
    automationId,
    name,
    status,
    updatedAtMs,
    part: partOf(store, agentId, automation),
    isReviewRequired: record?.reviewRequired ?? false,
    isRetired: record?.retiredAtMs !== undefined,
    ...(record?.expiresAtMs !== undefined && { expiresAtMs: record.expiresAtMs }),
  };
}

/** What the agent is to an automation; the nearest, where it is several things. */
function partOf({ records }: ReadStore, agentId: string, automation: Automation): (typeof agentParts)[number] {
  if (records.creatorAgent(automation.automationId) === agentId) return 'created';
  if (records.lineageAgents(automation.automationId).includes(agentId)) return 'descendant';
  return flowAgentIds(automation).includes(agentId) ? 'flow' : 'granted';
}

function nameOf({ automations }: ReadStore, automationId: string): string {
  return automations.nameOf(automationId) ?? automationId;
}

function eventOf({ seq, atMs, eventType, actor, payload }: AuditRow) {
  const { automationId, approvalId, code, agentId, ancestorIds, ...said } = readInAWord(payload);
  const reason = said.reason ?? said.rationale;
  return {
    seq,
    atMs,
    name: eventNameOf(eventType),
    actor,
    ...(automationId !== undefined && { automationId }),
    ...(approvalId !== undefined && { approvalId }),
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
    ...(agentId !== undefined && ancestorIds !== undefined && { lineage: { agentId, ancestorIds } }),
  };
}

/** A row or seq that a page ended with; undefined for the first page. */
function placeOf(cursor: string | undefined): number | undefined | 'invalid' {
  if (cursor === undefined) return undefined;
  return /^\d{1,16}$/.test(cursor) ? Number(cursor) : 'invalid';
}

function nextOf(hasMore: boolean, last: number | undefined) {
  return hasMore && last !== undefined ? { nextCursor: String(last) } : {};
}
