import type { GovernanceRecord, Grant } from '../../../shared/contract/governance';
import type { Actor } from '../../../shared/kernel/actor';
import type { ErrorCode } from '../../../shared/kernel/errors';

/** What decides whether an actor may change or delete an automation. */
export type MutationFacts = {
  readonly actor: Actor;
  readonly isDelete: boolean;
  /** The custody record; undefined when there is none. */
  readonly record: GovernanceRecord | undefined;
  /** Whether an unrevoked modify grant of this automation is the agent's. */
  readonly hasModifyGrant: boolean;
};

type MutationRule = {
  readonly code: ErrorCode;
  readonly fails: (facts: MutationFacts & { readonly record: GovernanceRecord }) => boolean;
};

/** Whether the actor made it: the agent with the creator's id, or the engine of the creator's source. */
const isCreator = ({ actor, record }: MutationFacts & { readonly record: GovernanceRecord }) => {
  const { creator } = record.provenance;
  if (actor.kind === 'system') {
    return creator.kind === 'system' && creator.source !== undefined && creator.source === actor.source;
  }
  return creator.kind === 'agent' && creator.actorId === actor.actorId;
};

const hasAgentId = ({ actor }: MutationFacts) => actor.kind === 'agent' && (actor.actorId?.trim() ?? '') !== '';

/** The rules of spec/governance.md section 5 for everyone but humans, in their order; the first that fails decides. */
export const mutationRules: readonly MutationRule[] = [
  {
    code: 'AUTOMATION_V2_AGENT_ID_REQUIRED',
    fails: (facts) => !hasAgentId(facts) && !(facts.actor.kind === 'system' && isCreator(facts)),
  },
  { code: 'AUTOMATION_V2_RETIRED', fails: ({ record }) => record.retiredAtMs !== undefined },
  {
    code: 'AUTOMATION_V2_EXPIRED',
    fails: ({ record }) => record.expiredAtMs !== undefined && record.pausedForLifecycle,
  },
  { code: 'AUTOMATION_V2_LIFECYCLE_PAUSED', fails: ({ record }) => record.pausedForLifecycle },
  {
    code: 'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED',
    fails: ({ isDelete, record }) => isDelete && record.provenance.creator.kind !== 'agent',
  },
  { code: 'AUTOMATION_V2_DELETE_NOT_OWNER', fails: (facts) => facts.isDelete && !isCreator(facts) },
  {
    code: 'AUTOMATION_V2_MODIFY_FORBIDDEN',
    fails: (facts) => !facts.isDelete && !isCreator(facts) && !facts.hasModifyGrant,
  },
];

/** The code that forbids a change or a deletion; undefined when it is allowed. */
export function mutationDenial(facts: MutationFacts): ErrorCode | undefined {
  const { record, actor } = facts;
  if (record === undefined) return 'AUTOMATION_V2_GOVERNANCE_MISSING';
  // Gatehouse's own timers do not ask here: a system that does is an engine that names no agent.
  if (actor.kind === 'human') return undefined;
  return mutationRules.find(({ fails }) => fails({ ...facts, record }))?.code;
}

/** The grants of an automation by their kind. */
export function grantsByKind(grants: readonly Grant[]): Record<'modifyGrants' | 'capabilityGrants', Grant[]> {
  return {
    modifyGrants: grants.filter(({ grantKind }) => grantKind === 'modify'),
    capabilityGrants: grants.filter(({ grantKind }) => grantKind === 'capability'),
  };
}
