import { call } from '../../support/api-client';
import { START } from '../../support/world';
import {
  asOperator,
  asScout,
  byOlga,
  change,
  create,
  type ErrorCase,
  limit,
  NIGHTLY,
  record,
  remove,
  spend,
  V2,
} from './error-case';

/** Creating automations (section 3) and capabilities (section 4). */
export const creationCases: readonly ErrorCase[] = [
  {
    code: 'AUTOMATION_V2_CREATION_DISABLED',
    status: 403,
    provoke(world, api) {
      limit(world, { creationEnabled: false });
      return create(api);
    },
  },
  {
    code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    status: 403,
    async provoke(_world, api) {
      await call(api, 'POST', '/governance/agents/scout/pause', { ...asOperator, body: {} });
      return create(api);
    },
  },
  {
    code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
    status: 429,
    isRetryable: true,
    async provoke(world, api) {
      limit(world, { weeklySpendCapNanos: 1_000_000_000 });
      record(world);
      await spend(api, { cost_usd: 1 });
      return create(api);
    },
  },
  {
    code: 'AUTOMATION_V2_AGENT_REVIEW_REQUIRED',
    status: 429,
    isRetryable: true,
    async provoke(world, api) {
      limit(world, { perAgentCreationReviewThreshold: 1 });
      await create(api);
      return create(api);
    },
  },
  {
    code: 'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN',
    status: 403,
    provoke: (_world, api) => create(api, { name: 'N', capabilities: { creates_agents: true } }),
  },
  {
    code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED',
    status: 403,
    provoke: (_world, api) =>
      call(api, 'POST', V2, {
        ...asScout,
        body: { name: 'N' },
        headers: { 'x-tandem-agent-ancestor-ids': 'a,b,c' },
      }),
  },
  {
    code: 'AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED',
    status: 429,
    isRetryable: true,
    provoke(world, api) {
      limit(world, { perAgentDailyCreationLimit: 0 });
      return create(api);
    },
  },
  {
    code: 'AUTOMATION_V2_AGENT_CAP_EXCEEDED',
    status: 429,
    isRetryable: true,
    provoke(world, api) {
      limit(world, { activeAgentAutomationCap: 0 });
      return create(api);
    },
  },
  {
    code: 'AUTOMATION_V2_ALREADY_EXISTS',
    status: 409,
    provoke(world, api) {
      record(world);
      return create(api, { name: 'N', automation_id: 'nightly' });
    },
  },
];

/** Changing, ending and running automations (sections 5, 8 and 11), and agents (section 12). */
export const automationCases: readonly ErrorCase[] = [
  { code: 'AUTOMATION_V2_NOT_FOUND', status: 404, provoke: (_world, api) => change(api) },
  {
    code: 'AUTOMATION_V2_GOVERNANCE_MISSING',
    status: 403,
    provoke(world, api) {
      const bare = {
        automationId: 'nightly',
        name: 'N',
        status: 'draft',
        creatorId: 'x',
        createdAtMs: 0,
        updatedAtMs: 0,
      };
      world.store.transaction(({ automations }) => automations.insert({ ...bare, status: 'draft' }, [], []));
      return call(api, 'PATCH', NIGHTLY, { ...asOperator, body: { description: 'x' } });
    },
  },
  ...(
    [
      ['AUTOMATION_V2_RETIRED', { retiredAtMs: START, pausedForLifecycle: true }],
      ['AUTOMATION_V2_EXPIRED', { expiredAtMs: START, pausedForLifecycle: true }],
      ['AUTOMATION_V2_LIFECYCLE_PAUSED', { pausedForLifecycle: true }],
    ] as const
  ).map(
    ([code, different]): ErrorCase => ({
      code,
      status: 403,
      provoke(world, api) {
        record(world, different);
        return change(api);
      },
    }),
  ),
  {
    code: 'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED',
    status: 403,
    provoke(world, api) {
      record(world, { provenance: byOlga });
      return remove(api);
    },
  },
  {
    code: 'AUTOMATION_V2_DELETE_NOT_OWNER',
    status: 403,
    provoke(world, api) {
      record(world);
      return remove(api, 'other');
    },
  },
  {
    code: 'AUTOMATION_V2_MODIFY_FORBIDDEN',
    status: 403,
    provoke(world, api) {
      record(world);
      return change(api, 'other');
    },
  },
  {
    code: 'AUTOMATION_V2_RESTORE_NOT_FOUND',
    status: 404,
    provoke: (_world, api) => call(api, 'POST', `${NIGHTLY}/restore`, asOperator),
  },
  {
    code: 'AUTOMATION_V2_LIFECYCLE_BLOCKED',
    status: 409,
    provoke(world, api) {
      record(world, { retiredAtMs: START });
      return call(api, 'POST', `${NIGHTLY}/run_now`, { ...asOperator, body: {} });
    },
  },
  {
    code: 'AUTOMATION_V2_RUN_TRANSITION_INVALID',
    status: 409,
    async provoke(world, api) {
      record(world);
      const report = (status: string) => call(api, 'PATCH', `${V2}/runs/run-1`, { body: { status } });
      await report('completed');
      return report('running');
    },
  },
  {
    code: 'AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN',
    status: 403,
    provoke: (_world, api) =>
      call(api, 'POST', `${NIGHTLY}/grants`, { ...asScout, body: { granted_to_agent_id: 'scout' } }),
  },
  {
    code: 'AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND',
    status: 404,
    provoke(world, api) {
      record(world);
      return call(api, 'DELETE', `${NIGHTLY}/grants/grant-0`, asOperator);
    },
  },
  {
    code: 'AGENT_NOT_FOUND',
    status: 404,
    provoke: (_world, api) => call(api, 'GET', '/governance/agents/other/allowance', asScout),
  },
  {
    code: 'AGENT_SPEND_NOT_FOUND',
    status: 404,
    provoke: (_world, api) => call(api, 'GET', '/governance/agents/scout/spend'),
  },
  {
    code: 'AGENT_PAUSE_DISABLED',
    status: 409,
    provoke(world, api) {
      limit(world, { perAgentPauseEnabled: false });
      return call(api, 'POST', '/governance/agents/scout/pause', { ...asOperator, body: {} });
    },
  },
  {
    code: 'GOVERNANCE_SPEND_INVALID',
    status: 400,
    provoke(world, api) {
      record(world);
      return spend(api, { cost_usd: -1 });
    },
  },
];
