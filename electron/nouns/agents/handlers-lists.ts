import { approvalTitle } from '../../../shared/act/approval-title';
import { AGENT_GRANTS_SIZE, agentApprovalSchema, type agentParts } from '../../../shared/contract/agent';
import { type Automation, flowAgentIds } from '../../../shared/contract/automation';
import { effectiveLimits } from '../../../shared/contract/limits';
import { eventNameOf, readInAWord } from '../../../shared/events';
import { succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { cursorsOf, invalidCursor, pageOf } from '../../kernel/cursor';
import type { SomeQueries } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import type { AuditRow } from '../audit/store-chain';
import { keptChains, stopsOf } from '../lineage/effects';
import { isSpendPaused, limitsOf, type SpendContext, windowOf } from '../spend/pause';
import { weeklyCapOf, weekPace } from '../spend/rules';
import { agentSummary } from './facts';
import { type KnownAgent, newAgent } from './known-agent';

/** Descendants that the page of one agent names at most. */
const MOST_DESCENDANTS = 200;

const DEFAULT_PAGE_SIZE = 50;

const lastSeen = cursorsOf({ lastSeenAtMs: 'number', agentId: 'text' });
const ofAutomations = cursorsOf({ updatedAtMs: 'number', automationId: 'text' });
const ofRuns = cursorsOf({ rowId: 'number' });
const ofApprovals = cursorsOf({ key: 'number', rowId: 'number' });
const ofHistory = cursorsOf({ seq: 'number' });

/** agents.list, and what only the operator asks of agents. */
export const agentQueries = {
  'agents.list'(context, { limit = 100, cursor }) {
    const after = lastSeen.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const { page, last } = pageOf(context.store.agents.list(limit + 1, after), limit);
    const agents = page.map((agent) => agentSummary(context, agent));
    return succeeded({ agents, count: agents.length, ...lastSeen.nextOf(last) });
  },

  'agents.overview'(context, { search = '', limit = DEFAULT_PAGE_SIZE, cursor }) {
    const { agents, approvals } = context.store;
    const after = lastSeen.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const found = search === '' ? agents.list(limit + 1, after) : agents.search(search, limit + 1, after);
    const { page, last } = pageOf(found, limit);
    return succeeded({
      agents: page.map((agent) => ({
        ...agentSummary(context, agent),
        weeklyCapNanos: weeklyCapOf(limitsOf(context, agent.agentId)) ?? null,
        weeklyTokens: windowOf(context, agent.agentId, 'weekly').totalTokens,
        waitingCount: approvals.waitingCountOfAgent(agent.agentId),
      })),
      ...lastSeen.nextOf(last),
    });
  },

  'agent.details'(context, { agentId }) {
    const { store, now } = context;
    const known = store.agents.find(agentId);
    const agent = known ?? newAgent(agentId, now);
    const generalLimits = store.limits.current();
    const limits = effectiveLimits(generalLimits, agent.overrides);
    const weekly = windowOf(context, agentId, 'weekly');
    const overrideUntilMs = overrideEnd(context, agentId);
    const { descendants, areDescendantsCut } = descendantsOf(store, agentId);
    return succeeded({
      agentId,
      ...(known !== undefined && { firstSeenAtMs: known.firstSeenAtMs, lastSeenAtMs: known.lastSeenAtMs }),
      ...pausesOf(context, agent),
      ...defined({ review: agent.review }),
      waitingCount: store.approvals.waitingCountOfAgent(agentId),
      runsUnderWay: store.runLists.underWayCountOfAgent(agentId),
      activeTokens: store.tokens.activeOf(agentId).length,
      spend: {
        daily: windowOf(context, agentId, 'daily'),
        weekly,
        monthly: windowOf(context, agentId, 'monthly'),
        lifetime: windowOf(context, agentId, 'lifetime'),
      },
      reservedNanos: store.spend.reservedFor(agentId),
      pace: weekPace(weekly, weeklyCapOf(limits), now),
      ...defined({ overrideUntilMs }),
      weeklyCapNanos: weeklyCapOf(limits) ?? null,
      generalLimits,
      overrides: agent.overrides,
      chains: [...keptChains(known)],
      stoppedAbove: stopsAbove(context, agentId),
      descendants,
      areDescendantsCut,
    });
  },

  'agent.automations'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const after = ofAutomations.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const { automations, next } = store.automations.list({ limit, visibleTo: agentId, ...defined({ after }) });
    return succeeded({
      automations: automations.map((automation) => listed(store, agentId, automation)),
      ...ofAutomations.nextOf(next),
    });
  },

  'agent.runs'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const before = ofRuns.placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const { page, last } = pageOf(store.runLists.newestOfAgent(agentId, limit + 1, before?.rowId), limit);
    return succeeded({
      runs: page.map(({ run }) => ({ ...run, automationName: nameOf(store, run.automationId) })),
      ...ofRuns.nextOf(last),
    });
  },

  'agent.approvals'({ store }, { agentId, limit = DEFAULT_PAGE_SIZE, cursor }) {
    const after = ofApprovals.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const { approvals, next } = store.approvals.list({ limit, visibleTo: agentId, ...defined({ after }) });
    return succeeded({
      approvals: approvals.map((approval) =>
        agentApprovalSchema.parse({ ...approval, title: approvalTitle(approval) }),
      ),
      ...ofApprovals.nextOf(next),
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
    const before = ofHistory.placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const found = store.audit.ofAgentBefore(agentId, before?.seq ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const { page, last } = pageOf(found, limit);
    return succeeded({ events: page.map(eventOf), ...ofHistory.nextOf(last) });
  },
} satisfies SomeQueries;

function stopsAbove(context: SpendContext, agentId: string) {
  const { pausedAgentIds, spendPausedAgentIds } = stopsOf(context, [agentId]);
  return {
    pausedAgentIds: pausedAgentIds.filter((id) => id !== agentId),
    spendPausedAgentIds: spendPausedAgentIds.filter((id) => id !== agentId),
  };
}

function pausesOf(context: SpendContext, agent: KnownAgent) {
  const { pausedAtMs, pauseReason, spendPausedAtMs, spendPauseReason } = agent;
  const isStopped = isSpendPaused(context, agent.agentId);
  return {
    ...defined({ pausedAtMs, pauseReason }),
    ...(isStopped && spendPausedAtMs !== undefined && { spendPausedAtMs }),
    ...(isStopped && spendPauseReason !== undefined && { spendPauseReason }),
  };
}

/** When the last of the agent's approved quota overrides ends that hold now, those for one run alone left out. */
function overrideEnd({ store, now }: SpendContext, agentId: string): number | undefined {
  const ends = store.approvals
    .about('agent', agentId, 'quota_override', 'approved')
    .filter(({ expiresAtMs, onlyRunId }) => expiresAtMs > now && onlyRunId === undefined)
    .map(({ expiresAtMs }) => expiresAtMs);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The agents below an agent, each after its parent. Each is named once, also where recorded lineages make a circle. */
function descendantsOf({ agents }: ReadStore, agentId: string) {
  const descendants: { agentId: string; depth: number }[] = [];
  const seen = new Set([agentId]);
  const visit = (parentId: string, depth: number): void => {
    for (const childId of agents.childrenOf(parentId, MOST_DESCENDANTS + 1)) {
      if (seen.has(childId) || descendants.length > MOST_DESCENDANTS) continue;
      seen.add(childId);
      descendants.push({ agentId: childId, depth });
      visit(childId, depth + 1);
    }
  };
  visit(agentId, 1);
  return {
    descendants: descendants.slice(0, MOST_DESCENDANTS),
    areDescendantsCut: descendants.length > MOST_DESCENDANTS,
  };
}

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
    ...defined({ expiresAtMs: record?.expiresAtMs }),
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
    ...defined({ automationId, approvalId, reason, code }),
    ...(agentId !== undefined && ancestorIds !== undefined && { lineage: { agentId, ancestorIds } }),
  };
}
