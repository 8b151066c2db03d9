import { expect, test } from 'vitest';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, headSeq, payloadOf } from '../../support/audit';
import { addRun, create, recordOf } from '../../support/automations';
import { pendingOf } from '../../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const scout = agent('scout');

async function give(world: World, automationId: string, agentId: string) {
  return (
    await world.done(operator, 'grant.create', {
      automationId,
      grantedToAgentId: agentId,
      reason: 'r',
    })
  ).grant;
}

test('only the operator gives and revokes grants [5.grant-humans-only]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const { grantId } = await give(world, automationId, 'helper');
  const seq = headSeq(world);
  for (const caller of [scout, agent('helper'), engine]) {
    const create_ = await world.execute(caller, 'grant.create', { automationId, grantedToAgentId: 'x' });
    const revoke = await world.execute(caller, 'grant.revoke', { automationId, grantId });
    expect([codeOf(create_), codeOf(revoke)]).toEqual(Array(2).fill('AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN'));
  }
  expect(headSeq(world)).toBe(seq);
});

test('a grant shows the automation to the agent that has it, and is one while it stands [2.grant-id]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const helper = agent('helper');
  const sees = () => [
    codeOf(world.query(helper, 'automations.get', { automationId })),
    world.query(helper, 'automations.list', {}),
  ];
  expect(sees()).toMatchObject(['AUTOMATION_V2_NOT_FOUND', { value: { count: 0 } }]);
  const grant = await give(world, automationId, 'helper');
  expect(grant).toEqual({
    grantId: expect.stringMatching(/^grant-[0-9a-f-]{36}$/) as string,
    automationId,
    grantKind: 'modify',
    grantedTo: { kind: 'agent', actorId: 'helper' },
    grantedBy: operator.actor,
    createdAtMs: START,
    reason: 'r',
  });
  expect(sees()).toMatchObject(['ok', { value: { count: 1 } }]);
  expect(await give(world, automationId, 'helper')).toEqual(grant);
  expect(eventNamesAfter(world, 1)).toEqual(['grant.created']);
  expect(world.store.read.audit.after(1, 9, 'helper')).toHaveLength(1);
  await world.execute(operator, 'grant.revoke', { automationId, grantId: grant.grantId });
  expect(sees()).toMatchObject(['AUTOMATION_V2_NOT_FOUND', { value: { count: 0 } }]);
  expect((await give(world, automationId, 'helper')).grantId).not.toBe(grant.grantId);
  expect(world.query(operator, 'grants.list', { automationId })).toMatchObject({
    value: { automationId, count: 2, capabilityGrants: [], modifyGrants: [{ revokedAtMs: START }, {}] },
  });
});

test('revoking a grant is a dependency revocation [5.dependency, 10.runs-paused, 10.finding, 10.audit, 10.audit-actor]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { status: 'active' });
  const run = addRun(world, automationId);
  const { grantId } = await give(world, automationId, 'helper');
  const revoked = await world.execute(operator, 'grant.revoke', { automationId, grantId, reason: 'not needed' });
  expect(revoked).toMatchObject({ value: { grant: { grantId, revokedAtMs: START, revokeReason: 'not needed' } } });
  expect(eventNamesAfter(world, 2)).toEqual([
    'grant.revoked',
    'run.paused',
    'approval.requested',
    'dependency_revoked',
  ]);
  expect(recordOf(world, automationId)).toMatchObject({
    pausedForLifecycle: true,
    reviewRequired: true,
    reviewKind: 'dependency_revoked',
  });
  expect(world.store.read.runs.find(run.runId)).toMatchObject({ status: 'paused', stopKind: 'guardrail_stopped' });
  expect(world.store.read.runs.find(run.runId)).toMatchObject({ pauseReason: 'not needed', stopReason: 'not needed' });
  const evidence = { grant_id: grantId, granted_to: 'helper', grant_kind: 'modify' };
  expect(payloadOf(world, 'dependency_revoked')).toMatchObject({ reason: 'not needed', evidence });
  expect(pendingOf(world)[0]?.context).toEqual({
    trigger: 'dependency_revoked',
    reason: 'not needed',
    evidence,
    pausedRunIDs: [run.runId],
  });
});

test.each([undefined, '', '  '])(
  'a revocation for the reason %j says what it is [10.reason-default]',
  async (reason) => {
    const world = createWorld();
    const { automationId } = await create(world, scout);
    const { grantId } = await give(world, automationId, 'helper');
    await world.execute(operator, 'grant.revoke', { automationId, grantId, ...(reason !== undefined && { reason }) });
    expect(payloadOf(world, 'dependency_revoked')).toMatchObject({ reason: 'modify grant revoked' });
  },
);

test('granting again what stands answers the standing grant with the new reason [5.grant-again]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const first = await give(world, automationId, 'helper');
  const again = async (by: string, reason?: string) => {
    const given = { automationId, grantedToAgentId: 'helper', ...(reason !== undefined && { reason }) };
    const result = await world.execute({ ...operator, actor: { kind: 'human', actorId: by } }, 'grant.create', given);
    return result.ok ? result.value.grant : undefined;
  };
  expect(await again('sam', 'two')).toEqual({ ...first, reason: 'two' });
  expect(await again('sam')).toEqual({ ...first, reason: 'two' });
  expect(world.store.read.grants.of(automationId)).toEqual([{ ...first, reason: 'two' }]);
  expect(eventNamesAfter(world, 1)).toEqual(['grant.created', 'grant.created']);
  expect(payloadOf(world, 'grant.created')).toMatchObject({ grant: { grant_id: first.grantId, reason: 'two' } });
});

test('what is not there, is revoked already or belongs to another automation is not found [5.grant-not-found]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const other = await create(world, operator);
  const { grantId } = await give(world, automationId, 'helper');
  const revoke = async (id: string, of: string) =>
    codeOf(await world.execute(operator, 'grant.revoke', { automationId: of, grantId: id }));
  expect(await revoke('grant-0', automationId)).toBe('AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND');
  expect(await revoke(grantId, other.automationId)).toBe('AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND');
  expect(await revoke(grantId, 'nothing')).toBe('AUTOMATION_V2_NOT_FOUND');
  expect(await revoke(grantId, automationId)).toBe('ok');
  expect(await revoke(grantId, automationId)).toBe('AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND');
  expect(
    codeOf(await world.execute(operator, 'grant.create', { automationId: 'nothing', grantedToAgentId: 'x' })),
  ).toBe('AUTOMATION_V2_NOT_FOUND');
});

test('what is known of the custody: everything to the operator, its own to an agent', async () => {
  const world = createWorld();
  const { automationId } = await create(world, agent('scout', ['root']));
  await give(world, automationId, 'helper');
  const window = { promptTokens: 1, completionTokens: 1, totalTokens: 2, costNanos: 300_000_000, updatedAtMs: START };
  world.store.transaction((store) => {
    for (const agentId of ['scout', 'root']) {
      store.spend.saveWindow(agentId, { kind: 'lifetime', windowStartMs: 0, ...window });
    }
  });
  const ask = (caller: typeof scout) => world.query(caller, 'automation.governance', { automationId });
  const spenders = (caller: typeof scout) => {
    const result = ask(caller);
    return result.ok ? result.value.spend.agents.map(({ agentId }) => agentId) : [];
  };
  expect(ask(operator)).toMatchObject({
    value: {
      governance: { automationId, grantCount: 1, capabilityGrantCount: 0, modifyGrants: [{ grantKind: 'modify' }] },
      agentReview: { agentId: 'scout', createdSinceReview: 1 },
      lifecycle: { reviewRequired: false, pausedForLifecycle: false, runsSinceReview: 0, healthFindings: [] },
      spend: { weeklySpendCapNanos: null, warningThresholdRatio: 0.8 },
    },
  });
  expect(spenders(operator)).toEqual(['scout', 'root']);
  expect(spenders(engine)).toEqual(['scout', 'root']);
  expect(spenders(scout)).toEqual(['scout']);
  expect(spenders(agent('root'))).toEqual(['root']);
  expect(ask(agent('helper'))).toMatchObject({ value: { agentReview: null, spend: { agents: [] } } });
  expect(codeOf(ask(agent('stranger')))).toBe('AUTOMATION_V2_NOT_FOUND');
  const { automationId: human } = await create(world, operator);
  expect(world.query(operator, 'automation.governance', { automationId: human })).toMatchObject({
    value: { agentReview: null, spend: { agents: [] } },
  });
});
