import { expect, test } from 'vitest';
import { type CreationFacts, readCreationRules } from '../../../electron/nouns/automations/rules-creation';
import { defaultLimits, type Limits } from '../../../shared/contract/limits';

const scout = { kind: 'agent', actorId: 'scout' } as const;

function facts(different: Partial<Omit<CreationFacts, 'limits'>> = {}, limits: Partial<Limits> = {}): CreationFacts {
  return {
    actor: scout,
    pausedAgentIds: [],
    spendPausedAgentIds: [],
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
