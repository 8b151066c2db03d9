import type { Caller } from '../../shared/actor';
import { effectiveLimits } from '../../shared/limits';
import { HOUR_MS } from '../../shared/time';
import { type CapabilityKey, declaredCapabilities, escalations, noCapabilities } from '../core/capabilities';
import type { CreationFacts } from '../core/creation';
import { type Declaring, metadataOf } from '../core/definition';
import { keptLineage } from '../core/lineage';
import { provenanceOf } from '../core/provenance';
import type { ReadStore } from '../store/database';
import { fieldOf, hasApproved } from './effects';
import { hasQuotaOverride, isSpendPaused } from './spend-pause';
import { standingApprovals } from './vouched-approval';

/** Where facts are looked up, and when. */
export type FactSource = { readonly store: ReadStore; readonly now: number };

/** The lineage that the caller is held to, oldest first; empty for one that is no agent. */
export function lineageOf({ store }: Pick<FactSource, 'store'>, { actor, ancestorIds }: Caller): readonly string[] {
  if (actor.kind !== 'agent' || actor.actorId === undefined) return [];
  return keptLineage(store.agents.find(actor.actorId)?.ancestorIds ?? [], ancestorIds);
}

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
        (context) => fieldOf(context, 'capability_key') === key || fieldOf(context, 'capability') === key,
      ),
  );
}

/** What decides whether the caller may create this automation; without a definition, one that declares no capability. */
export function creationFacts(source: FactSource, caller: Caller, definition: Declaring = {}): CreationFacts {
  const { store, now } = source;
  const { actor } = caller;
  const agentId = actor.kind === 'agent' ? (actor.actorId?.trim() ?? '') : '';
  const limits = store.limits.current();
  if (agentId === '') return { ...nothingKnown, actor, limits };
  const agent = store.agents.find(agentId);
  const declared = escalations(noCapabilities, declaredCapabilities({ metadata: metadataOf(definition) }));
  return {
    actor,
    limits: effectiveLimits(limits, agent?.overrides ?? {}),
    isAgentPaused: agent?.pausedAtMs !== undefined,
    isSpendPaused: isSpendPaused(source, agentId),
    hasQuotaOverride: hasQuotaOverride(source, agentId),
    isReviewRequired: agent?.review?.reviewRequired ?? false,
    createdSinceReview: agent?.review?.createdSinceReview ?? 0,
    unapprovedCapabilities: unapprovedCapabilities(source, agentId, declared),
    depth: provenanceOf(actor, lineageOf(source, caller)).depth,
    approvedDepth: approvedDepth(source, agentId),
    createdLast24h: store.records.createdSince(agentId, now - 24 * HOUR_MS),
    activeByAgents: store.records.activeByAgents(limits.activeAgentAutomationCap),
  };
}

const nothingKnown = {
  isAgentPaused: false,
  isSpendPaused: false,
  hasQuotaOverride: false,
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
