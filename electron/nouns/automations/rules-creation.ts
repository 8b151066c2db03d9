import type { Limits } from '../../../shared/contract/limits';
import type { Actor } from '../../../shared/kernel/actor';
import type { ErrorCode } from '../../../shared/kernel/errors';

/** What decides whether an actor may create an automation; all of it is looked up before. */
export type CreationFacts = {
  readonly actor: Actor;
  /** The general limits with the agent's own over them. */
  readonly limits: Limits;
  /** Of the agent and those above it, whom the operator paused. */
  readonly pausedAgentIds: readonly string[];
  /** Of the same, whom their spend stops now: no approved quota override of theirs holds. */
  readonly spendPausedAgentIds: readonly string[];
  readonly isReviewRequired: boolean;
  readonly createdSinceReview: number;
  /** Declared capabilities that no approval of the agent covers now. */
  readonly unapprovedCapabilities: readonly string[];
  readonly depth: number;
  /** The deepest `context.max_depth` of the agent's approved depth overrides that hold now; 0 without one. */
  readonly approvedDepth: number;
  /** Automations that the agent created in the last 24 hours, deleted ones included. */
  readonly createdLast24h: number;
  /** Automations by any agent that are neither deleted nor retired, counted no further than the cap. */
  readonly activeByAgents: number;
};

/** One rule's reading of the facts, as it is explained to an agent and to the operator. */
export type RuleReading = {
  readonly rule: string;
  readonly code: ErrorCode;
  readonly value: number | boolean | string;
  readonly limit: number | boolean | string | null;
  readonly isMet: boolean;
};

type CreationRule = {
  readonly rule: string;
  readonly code: ErrorCode;
  /** Whether the rule holds for humans and the system too. */
  readonly isForEveryone?: true;
  readonly read: (facts: CreationFacts) => Omit<RuleReading, 'rule' | 'code'>;
};

const below = (value: number, limit: number) => ({ value, limit, isMet: value < limit });
const isNot = (value: boolean) => ({ value, limit: false, isMet: !value });

/**
 * The rules of spec/governance.md section 3, in their order; the first that is not met decides. The same table refuses a
 * creation, explains the allowance and is what the documentation lists.
 */
export const creationRules: readonly CreationRule[] = [
  {
    rule: 'creation_enabled',
    code: 'AUTOMATION_V2_CREATION_DISABLED',
    isForEveryone: true,
    read: ({ limits }) => ({ value: limits.creationEnabled, limit: true, isMet: limits.creationEnabled }),
  },
  {
    rule: 'agent_id',
    code: 'AUTOMATION_V2_AGENT_ID_REQUIRED',
    read: ({ actor }) => {
      const agentId = actor.actorId?.trim() ?? '';
      return { value: agentId, limit: null, isMet: agentId !== '' };
    },
  },
  {
    rule: 'agent_paused',
    code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    read: ({ pausedAgentIds }) => isNot(pausedAgentIds.length > 0),
  },
  {
    rule: 'spend_paused',
    code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
    read: ({ spendPausedAgentIds }) => isNot(spendPausedAgentIds.length > 0),
  },
  {
    rule: 'per_agent_creation_review_threshold',
    code: 'AUTOMATION_V2_AGENT_REVIEW_REQUIRED',
    read: ({ isReviewRequired, createdSinceReview, limits }) => ({
      value: createdSinceReview,
      limit: limits.perAgentCreationReviewThreshold === 0 ? null : limits.perAgentCreationReviewThreshold,
      isMet: !isReviewRequired,
    }),
  },
  {
    rule: 'capabilities',
    code: 'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN',
    read: ({ unapprovedCapabilities }) => ({
      value: unapprovedCapabilities.join(', '),
      limit: null,
      isMet: unapprovedCapabilities.length === 0,
    }),
  },
  {
    rule: 'lineage_depth_limit',
    code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED',
    read: ({ depth, limits, approvedDepth }) => {
      const limit = Math.max(limits.lineageDepthLimit, approvedDepth);
      return { value: depth, limit, isMet: depth <= limit };
    },
  },
  {
    rule: 'per_agent_daily_creation_limit',
    code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
    read: ({ createdLast24h, limits }) => below(createdLast24h, limits.perAgentDailyCreationLimit),
  },
  {
    rule: 'active_agent_automation_cap',
    code: 'AUTOMATION_V2_AGENT_CAP_EXCEEDED',
    read: ({ activeByAgents, limits }) => below(activeByAgents, limits.activeAgentAutomationCap),
  },
];

/** Every rule that holds for this actor with its value, limit and verdict, in the order in which they decide. */
export function readCreationRules(facts: CreationFacts): readonly RuleReading[] {
  return creationRules
    .filter(({ isForEveryone }) => isForEveryone === true || facts.actor.kind === 'agent')
    .map(({ rule, code, read }) => ({ rule, code, ...read(facts) }));
}

/** The first rule that forbids a creation; undefined when it is allowed. */
export function creationDenial(facts: CreationFacts): RuleReading | undefined {
  return readCreationRules(facts).find(({ isMet }) => !isMet);
}
