import { expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/contract/limits';
import { call } from '../../support/api-client';
import { eventNamesAfter } from '../../support/audit';
import { insertAgent, weekOf } from '../../support/governed';
import { agent, createWorld, engine, OPERATOR_TOKEN, operator, START } from '../../support/world';

const CAP = 10_000_000_000;

test('limits are changed over the API in dollars, null clears, and the change is told with what was before [2.limits-audited, api-2.limits]', async () => {
  const world = createWorld();
  const api = await world.startApi();
  const patch = (body: unknown) => call(api, 'PATCH', '/governance/limits', { token: OPERATOR_TOKEN, body });
  expect((await patch({ weekly_spend_cap_usd: 0.3, lineage_depth_limit: 5 })).body.limits).toMatchObject({
    weekly_spend_cap_usd: 0.3,
    lineage_depth_limit: 5,
    creation_enabled: true,
  });
  expect(world.store.read.limits.current().weeklySpendCapNanos).toBe(300_000_000);
  expect((await patch({ weekly_spend_cap_usd: null })).body.limits.weekly_spend_cap_usd).toBeNull();
  expect((await patch({})).status).toBe(200);
  expect(world.store.read.audit.after(0, 9).map(({ payload }) => payload)).toEqual([
    {
      before: { weekly_spend_cap_usd: null, lineage_depth_limit: 3 },
      after: { weekly_spend_cap_usd: 0.3, lineage_depth_limit: 5 },
    },
    { before: { weekly_spend_cap_usd: 0.3 }, after: { weekly_spend_cap_usd: null } },
  ]);
  for (const body of [{ unknown: 1 }, { lineage_depth_limit: -1 }, { spend_warning_threshold_ratio: 1.1 }]) {
    expect(await patch(body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  }
  expect((await call(api, 'GET', '/governance/limits', { agent: 'scout' })).body.limits.lineage_depth_limit).toBe(5);
  expect((await call(api, 'PATCH', '/governance/limits', { body: {} })).status).toBe(403);
});

test("an agent's own limits hold over the general ones until they are cleared [2.own-limits, api-2.agent-limits]", async () => {
  const world = createWorld();
  const api = await world.startApi();
  const patch = (body: unknown) =>
    call(api, 'PATCH', '/governance/agents/scout/limits', { token: OPERATOR_TOKEN, body });
  const first = await patch({ weekly_spend_cap_usd: 2.5, per_agent_daily_creation_limit: 0 });
  expect(first.body).toMatchObject({
    agent_id: 'scout',
    overrides: { weekly_spend_cap_usd: 2.5, per_agent_daily_creation_limit: 0 },
    effective: { weekly_spend_cap_usd: 2.5, per_agent_daily_creation_limit: 0, approval_ttl_ms: 259_200_000 },
  });
  const second = await patch({ weekly_spend_cap_usd: null, approval_ttl_ms: 60_000 });
  expect(second.body.overrides).toEqual({ per_agent_daily_creation_limit: 0, approval_ttl_ms: 60_000 });
  expect(second.body.effective.weekly_spend_cap_usd).toBeNull();
  expect(world.store.read.agents.find('scout')?.overrides).toEqual({
    perAgentDailyCreationLimit: 0,
    approvalTtlMs: 60_000,
  });
  expect((await patch({ lineage_depth_limit: 3 })).status).toBe(400);
  expect(eventNamesAfter(world)).toEqual(['limits.updated', 'limits.updated']);
});

test.each([
  ['the general one below the cost', { weeklySpendCapNanos: CAP - 1 }, undefined, false],
  ['the general one at the cost', { weeklySpendCapNanos: CAP }, undefined, false],
  ['the general one above the cost', { weeklySpendCapNanos: CAP + 1 }, undefined, true],
  ['none at all', { weeklySpendCapNanos: null }, undefined, true],
  ["the agent's own at the cost", undefined, { weeklySpendCapNanos: CAP }, false],
  ["the agent's own above the cost", undefined, { weeklySpendCapNanos: CAP + 1 }, true],
  ['another limit', { lineageDepthLimit: 4 }, undefined, false],
])(
  'a spend pause ends when the cap is raised above the cost of the week: %s [8.lift-cap]',
  async (_name, general, own, isLifted) => {
    const world = createWorld();
    world.store.transaction(({ limits, spend }) => {
      limits.save({ ...defaultLimits, weeklySpendCapNanos: CAP - 5 });
      spend.saveWindow('scout', weekOf(CAP));
    });
    insertAgent(world, 'scout', { spendPausedAtMs: START });
    if (general !== undefined) await world.execute(operator, 'limits.update', general);
    if (own !== undefined) await world.execute(operator, 'agent.setLimits', { agentId: 'scout', ...own });
    expect(world.store.read.agents.find('scout')?.spendPausedAtMs === undefined).toBe(isLifted);
    expect(eventNamesAfter(world).includes('spend.resumed')).toBe(isLifted);
  },
);

test.each([
  ['agent', agent('scout')],
  ['engine', engine],
] as const)('an %s changes no limit [2.limits-audited]', async (_name, caller) => {
  const world = createWorld();
  expect(await world.execute(caller, 'limits.update', {})).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
  expect(await world.execute(caller, 'agent.setLimits', { agentId: 'scout' })).toMatchObject({
    refusal: { code: 'FORBIDDEN' },
  });
});
