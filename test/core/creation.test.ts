import { expect, test } from 'vitest';
import { type CreationFacts, creationDenial, creationRules, readCreationRules } from '../../electron/core/creation';
import { defaultLimits, type Limits } from '../../shared/limits';

const scout = { kind: 'agent', actorId: 'scout' } as const;
const human = { kind: 'human', actorId: 'olga' } as const;
const system = { kind: 'system', source: 'tandem' } as const;

function facts(different: Partial<Omit<CreationFacts, 'limits'>> = {}, limits: Partial<Limits> = {}): CreationFacts {
  return {
    actor: scout,
    isAgentPaused: false,
    isSpendPaused: false,
    hasQuotaOverride: false,
    isReviewRequired: false,
    createdSinceReview: 0,
    unapprovedCapabilities: [],
    depth: 1,
    approvedDepth: 0,
    createdLast24h: 0,
    activeByAgents: 0,
    ...different,
    limits: { ...defaultLimits, ...limits },
  };
}

type Case = readonly [name: string, facts: CreationFacts, code: string | undefined];

const cases: readonly Case[] = [
  ['an agent about whom nothing is known', facts(), undefined],
  ['creation is off', facts({}, { creationEnabled: false }), 'AUTOMATION_V2_CREATION_DISABLED'],
  ['no agent id', facts({ actor: { kind: 'agent' } }), 'AUTOMATION_V2_AGENT_ID_REQUIRED'],
  ['a blank agent id', facts({ actor: { kind: 'agent', actorId: ' \t' } }), 'AUTOMATION_V2_AGENT_ID_REQUIRED'],
  ['paused by the operator', facts({ isAgentPaused: true }), 'AUTOMATION_V2_AGENT_CREATION_PAUSED'],
  ['spend-paused', facts({ isSpendPaused: true }), 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED'],
  ['spend-paused with an override', facts({ isSpendPaused: true, hasQuotaOverride: true }), undefined],
  ['a review is required', facts({ isReviewRequired: true }), 'AUTOMATION_V2_AGENT_REVIEW_REQUIRED'],
  [
    'a review is required, and the threshold is off by now',
    facts({ isReviewRequired: true }, { perAgentCreationReviewThreshold: 0 }),
    'AUTOMATION_V2_AGENT_REVIEW_REQUIRED',
  ],
  ['over the review threshold while no review is required', facts({ createdSinceReview: 99 }), undefined],
  [
    'a capability that is not approved',
    facts({ unapprovedCapabilities: ['creates_agents'] }),
    'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN',
  ],
  ['depth one below the limit', facts({ depth: 2 }), undefined],
  ['depth at the limit', facts({ depth: 3 }), undefined],
  ['depth one above the limit', facts({ depth: 4 }), 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED'],
  ['depth limit 0', facts({ depth: 1 }, { lineageDepthLimit: 0 }), 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED'],
  ['depth below its override', facts({ depth: 4, approvedDepth: 5 }), undefined],
  ['depth at its override', facts({ depth: 5, approvedDepth: 5 }), undefined],
  ['depth above its override', facts({ depth: 6, approvedDepth: 5 }), 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED'],
  ['an override that is below the limit takes nothing away', facts({ depth: 3, approvedDepth: 1 }), undefined],
  ['one creation below the quota', facts({ createdLast24h: 9 }), undefined],
  ['creations at the quota', facts({ createdLast24h: 10 }), 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED'],
  ['creations above the quota', facts({ createdLast24h: 11 }), 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED'],
  ['a quota of 0', facts({}, { perAgentDailyCreationLimit: 0 }), 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED'],
  ['one automation below the cap', facts({ activeByAgents: 49 }), undefined],
  ['automations at the cap', facts({ activeByAgents: 50 }), 'AUTOMATION_V2_AGENT_CAP_EXCEEDED'],
  ['automations above the cap', facts({ activeByAgents: 51 }), 'AUTOMATION_V2_AGENT_CAP_EXCEEDED'],
  ['a cap of 0', facts({}, { activeAgentAutomationCap: 0 }), 'AUTOMATION_V2_AGENT_CAP_EXCEEDED'],
];

test.each(cases)('%s', (_name, given, code) => {
  expect(creationDenial(given)?.code).toBe(code);
});

test.each([
  ['a human', human],
  ['the system', system],
])('%s is held to none but the first rule', (_name, actor) => {
  for (const [, given] of cases) {
    const code = given.limits.creationEnabled ? undefined : 'AUTOMATION_V2_CREATION_DISABLED';
    expect(creationDenial({ ...given, actor })?.code).toBe(code);
  }
});

test('the first rule that is not met decides, in the order of the specification', () => {
  const everything = facts(
    {
      actor: { kind: 'agent', actorId: '' },
      isAgentPaused: true,
      isSpendPaused: true,
      isReviewRequired: true,
      unapprovedCapabilities: ['creates_agents'],
      depth: 9,
      createdLast24h: 99,
      activeByAgents: 99,
    },
    { creationEnabled: false },
  );
  const mended: readonly ((before: CreationFacts) => CreationFacts)[] = [
    (before) => ({ ...before, limits: { ...before.limits, creationEnabled: true } }),
    (before) => ({ ...before, actor: scout }),
    (before) => ({ ...before, isAgentPaused: false }),
    (before) => ({ ...before, isSpendPaused: false }),
    (before) => ({ ...before, isReviewRequired: false }),
    (before) => ({ ...before, unapprovedCapabilities: [] }),
    (before) => ({ ...before, depth: 1 }),
    (before) => ({ ...before, createdLast24h: 0 }),
    (before) => ({ ...before, activeByAgents: 0 }),
  ];
  let now = everything;
  const codes = mended.map((mend) => {
    const code = creationDenial(now)?.code;
    now = mend(now);
    return code;
  });
  expect(codes).toEqual([
    'AUTOMATION_V2_CREATION_DISABLED',
    'AUTOMATION_V2_AGENT_ID_REQUIRED',
    'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
    'AUTOMATION_V2_AGENT_REVIEW_REQUIRED',
    'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN',
    'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED',
    'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
    'AUTOMATION_V2_AGENT_CAP_EXCEEDED',
  ]);
  expect(codes).toEqual(creationRules.map(({ code }) => code));
  expect(creationDenial(now)).toBeUndefined();
});

test('an allowance reads every rule with its value and limit', () => {
  expect(readCreationRules(facts({ createdLast24h: 4, activeByAgents: 7 }))).toEqual(
    [
      ['creation_enabled', 'AUTOMATION_V2_CREATION_DISABLED', true, true],
      ['agent_id', 'AUTOMATION_V2_AGENT_ID_REQUIRED', 'scout', null],
      ['agent_paused', 'AUTOMATION_V2_AGENT_CREATION_PAUSED', false, false],
      ['spend_paused', 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED', false, false],
      ['per_agent_creation_review_threshold', 'AUTOMATION_V2_AGENT_REVIEW_REQUIRED', 0, 5],
      ['capabilities', 'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN', '', null],
      ['lineage_depth_limit', 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED', 1, 3],
      ['per_agent_daily_creation_limit', 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED', 4, 10],
      ['active_agent_automation_cap', 'AUTOMATION_V2_AGENT_CAP_EXCEEDED', 7, 50],
    ].map(([rule, code, value, limit]) => ({ rule, code, value, limit, isMet: true })),
  );
});
