import { expect, test } from 'vitest';
import { type MutationFacts, mutationDenial, mutationRules } from '../../electron/core/mutation';
import type { Actor } from '../../shared/actor';
import type { GovernanceRecord } from '../../shared/governance';

const scout: Actor = { kind: 'agent', actorId: 'scout' };
const human: Actor = { kind: 'human', actorId: 'olga' };
const system: Actor = { kind: 'system', source: 'tandem' };

function record(creator: Actor, different: Partial<GovernanceRecord> = {}): GovernanceRecord {
  return {
    automationId: 'a',
    provenance: { creator, rootActor: creator, ancestorChain: [], depth: creator.kind === 'agent' ? 1 : 0 },
    declaredCapabilities: { createsAgents: false, modifiesGrants: false },
    createdAtMs: 1,
    updatedAtMs: 1,
    publishedExternally: false,
    creationPaused: false,
    reviewRequired: false,
    runsSinceReview: 0,
    pausedForLifecycle: false,
    healthFindings: [],
    ...different,
  };
}

const own = record(scout);
const others = record({ kind: 'agent', actorId: 'other' });

function facts(different: Partial<MutationFacts> = {}): MutationFacts {
  return { actor: scout, isDelete: false, record: own, hasModifyGrant: false, ...different };
}

type Case = readonly [name: string, facts: MutationFacts, code: string | undefined];

const agentCases: readonly Case[] = [
  ['its own, changed', facts(), undefined],
  ['its own, deleted', facts({ isDelete: true }), undefined],
  ['no agent id', facts({ actor: { kind: 'agent' } }), 'AUTOMATION_V2_AGENT_ID_REQUIRED'],
  ['a blank agent id', facts({ actor: { kind: 'agent', actorId: ' ' } }), 'AUTOMATION_V2_AGENT_ID_REQUIRED'],
  ['retired', facts({ record: record(scout, { retiredAtMs: 1, pausedForLifecycle: true }) }), 'AUTOMATION_V2_RETIRED'],
  [
    'expired and paused for it',
    facts({ record: record(scout, { expiredAtMs: 1, pausedForLifecycle: true }) }),
    'AUTOMATION_V2_EXPIRED',
  ],
  ['expired once, and no longer paused', facts({ record: record(scout, { expiredAtMs: 1 }) }), undefined],
  [
    'paused for lifecycle',
    facts({ record: record(scout, { pausedForLifecycle: true }) }),
    'AUTOMATION_V2_LIFECYCLE_PAUSED',
  ],
  [
    'paused for lifecycle, deleted',
    facts({ isDelete: true, record: record(scout, { pausedForLifecycle: true }) }),
    'AUTOMATION_V2_LIFECYCLE_PAUSED',
  ],
  ["a human's, deleted", facts({ isDelete: true, record: record(human) }), 'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED'],
  [
    "an engine's, deleted",
    facts({ isDelete: true, record: record(system) }),
    'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED',
  ],
  ["another agent's, deleted", facts({ isDelete: true, record: others }), 'AUTOMATION_V2_DELETE_NOT_OWNER'],
  [
    "another agent's with a grant, deleted",
    facts({ isDelete: true, record: others, hasModifyGrant: true }),
    'AUTOMATION_V2_DELETE_NOT_OWNER',
  ],
  ["another agent's, changed", facts({ record: others }), 'AUTOMATION_V2_MODIFY_FORBIDDEN'],
  ["a human's, changed", facts({ record: record(human) }), 'AUTOMATION_V2_MODIFY_FORBIDDEN'],
  ["another agent's with a grant, changed", facts({ record: others, hasModifyGrant: true }), undefined],
  ["a human's with a grant, changed", facts({ record: record(human), hasModifyGrant: true }), undefined],
  [
    'made by a human whose id is the same as the agent’s',
    facts({ record: record({ kind: 'human', actorId: 'scout' }) }),
    'AUTOMATION_V2_MODIFY_FORBIDDEN',
  ],
];

test.each(agentCases)('%s', (_name, given, code) => {
  expect(mutationDenial(given)).toBe(code);
});

test.each([
  ['a human', human],
  ['the system', system],
])('%s may change and delete all of these', (_name, actor) => {
  for (const [, given] of agentCases) expect(mutationDenial({ ...given, actor })).toBeUndefined();
});

test.each([
  ['a human', human],
  ['the system', system],
  ['an agent', scout],
])('%s changes nothing that has no custody record', (_name, actor) => {
  for (const isDelete of [true, false]) {
    expect(mutationDenial(facts({ actor, isDelete, record: undefined }))).toBe('AUTOMATION_V2_GOVERNANCE_MISSING');
  }
});

test('the rules are those of the specification, in its order', () => {
  expect(mutationRules.map(({ code }) => code)).toEqual([
    'AUTOMATION_V2_AGENT_ID_REQUIRED',
    'AUTOMATION_V2_RETIRED',
    'AUTOMATION_V2_EXPIRED',
    'AUTOMATION_V2_LIFECYCLE_PAUSED',
    'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED',
    'AUTOMATION_V2_DELETE_NOT_OWNER',
    'AUTOMATION_V2_MODIFY_FORBIDDEN',
  ]);
  const all = record(human, { retiredAtMs: 1, expiredAtMs: 1, pausedForLifecycle: true });
  expect(mutationDenial(facts({ isDelete: true, record: all }))).toBe('AUTOMATION_V2_RETIRED');
});
