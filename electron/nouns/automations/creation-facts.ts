import { effectiveLimits } from '../../../shared/contract/limits';
import type { Caller } from '../../../shared/kernel/actor';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { fieldOf } from '../../../shared/kernel/fields';
import { HOUR_MS } from '../../../shared/kernel/time';
import type { ReadStore } from '../../kernel/store/database';
import { withAgentsReadOnce } from '../agents/facts';
import { standingApprovals } from '../approvals/vouched';
import { hasApproved } from '../effects';
import { lineageOf, longestChain, stopsOf } from '../lineage/effects';
import type { CreationFacts } from './rules-creation';
import {
  type CapabilityKey,
  type Declaring,
  declaredCapabilities,
  escalations,
  metadataOf,
  noCapabilities,
} from './rules-definition';

/** Where facts are looked up, and when. */
export type FactSource = { readonly store: ReadStore; readonly now: number };

/** The capabilities of these that no approval of the agent covers now (spec/governance.md section 4). */
export function unapprovedCapabilities(
  source: FactSource,
  agentId: string,
  keys: readonly CapabilityKey[],
): readonly CapabilityKey[] {
  return keys.filter(
    (key) =>
      !hasApproved(
        source,
        ['capability_request', 'elevated_capability'],
        agentId,
        // `capability` counts only where `capability_key` is absent, so that one approval never stands for two flags.
        (context) => (fieldOf(context, 'capability_key') ?? fieldOf(context, 'capability')) === key,
      ),
  );
}

/**
 * Why the caller may not declare these capabilities in what is there already, and which of them; undefined where it may
 * (section 4). Where nothing is escalated, nothing is asked of anyone.
 */
export function escalationDenial(
  { caller, ...source }: FactSource & { readonly caller: Caller },
  escalated: readonly CapabilityKey[],
): { readonly code: ErrorCode; readonly keys: readonly CapabilityKey[] } | undefined {
  const { kind, actorId = '' } = caller.actor;
  if (kind === 'human' || escalated.length === 0) return undefined;
  if (kind !== 'agent' || actorId.trim() === '') return { code: 'AUTOMATION_V2_AGENT_ID_REQUIRED', keys: escalated };
  const keys = unapprovedCapabilities(source, actorId, escalated);
  return keys.length === 0 ? undefined : { code: 'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN', keys };
}

/** What decides whether the caller may create this automation; without a definition, one that declares no capability. */
export function creationFacts(
  { store: whole, now }: FactSource,
  caller: Caller,
  definition: Declaring = {},
): CreationFacts {
  const store = withAgentsReadOnce(whole);
  const source = { store, now };
  const { actor } = caller;
  const agentId = actor.kind === 'agent' ? (actor.actorId?.trim() ?? '') : '';
  const limits = store.limits.current();
  if (agentId === '') return { ...nothingKnown, actor, limits };
  const agent = store.agents.find(agentId);
  const declared = escalations(noCapabilities, declaredCapabilities({ metadata: metadataOf(definition) }));
  return {
    actor,
    limits: effectiveLimits(limits, agent?.overrides ?? {}),
    ...stopsOf(source, [agentId, ...lineageOf(source, caller)]),
    isReviewRequired: agent?.review?.reviewRequired ?? false,
    createdSinceReview: agent?.review?.createdSinceReview ?? 0,
    unapprovedCapabilities: unapprovedCapabilities(source, agentId, declared),
    // Of the longest, also where what is created now is charged to a shorter one.
    depth: 1 + Math.max(longestChain(store, agentId).length, lineageOf(source, caller).length),
    approvedDepth: approvedDepth(source, agentId),
    createdLast24h: store.records.createdSince(agentId, now - 24 * HOUR_MS),
    activeByAgents: store.records.activeByAgents(limits.activeAgentAutomationCap),
  };
}

const nothingKnown = {
  pausedAgentIds: [],
  spendPausedAgentIds: [],
  isReviewRequired: false,
  createdSinceReview: 0,
  unapprovedCapabilities: [],
  depth: 0,
  approvedDepth: 0,
  createdLast24h: 0,
  activeByAgents: 0,
};

/** The deepest lineage that an approved depth override of the agent allows now; 0 without one. */
function approvedDepth(source: FactSource, agentId: string): number {
  const depths = standingApprovals(source, agentId, 'depth_override').map(({ context }) =>
    fieldOf(context, 'max_depth'),
  );
  return Math.max(0, ...depths.filter((depth) => typeof depth === 'number'));
}
