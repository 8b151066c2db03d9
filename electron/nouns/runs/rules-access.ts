import type { ErrorCode } from '../../../shared/kernel/errors';
import { type MutationFacts, mutationRules } from '../automations/rules-mutation';

/** What decides whether an actor may run an automation and report on its runs. */
export type WorkFacts = Omit<MutationFacts, 'isDelete'> & {
  /** Whether the actor is one of the agents of the automation's flow. */
  readonly isFlowAgent: boolean;
};

// These do not ask whose automation it is but where it stands: they keep a run from beginning (rules.ts), and must not keep
// anyone from reporting what a run that they stopped has cost.
const lifecycleCodes: readonly ErrorCode[] = [
  'AUTOMATION_V2_RETIRED',
  'AUTOMATION_V2_EXPIRED',
  'AUTOMATION_V2_LIFECYCLE_PAUSED',
];

/**
 * The code that forbids an actor to work with an automation's runs; undefined when it may: everyone but agents, the agents of
 * its flow, and whoever may change it (spec/api.md section 2).
 */
export function workDenial(facts: WorkFacts): ErrorCode | undefined {
  const { record, actor, isFlowAgent } = facts;
  if (actor.kind !== 'agent' || isFlowAgent) return undefined;
  if (record === undefined) return 'AUTOMATION_V2_GOVERNANCE_MISSING';
  return mutationRules
    .filter(({ code }) => !lifecycleCodes.includes(code))
    .find(({ fails }) => fails({ ...facts, record, isDelete: false }))?.code;
}
