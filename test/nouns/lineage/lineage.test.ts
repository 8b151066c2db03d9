import { describe, expect, test } from 'vitest';
import { eventNamesAfter } from '../../support/audit';
import { insertAgent, insertAutomation, recordOf, runOf, weekOf } from '../../support/governed';
import { agent, createWorld, operator, START, type World } from '../../support/world';

const definition = { name: 'Nightly', schedule: {}, agents: [], flow: { nodes: [] } };

/** Planner made scout, scout made digger; each created one automation, and a human one more. */
async function family(): Promise<World> {
  const world = createWorld();
  await world.execute(agent('planner'), 'automation.create', { ...definition, automationId: 'plan' });
  await world.execute(agent('scout', ['planner']), 'automation.create', { ...definition, automationId: 'scouting' });
  await world.execute(agent('digger', ['planner', 'scout']), 'automation.create', {
    ...definition,
    automationId: 'dig',
  });
  await world.execute(operator, 'automation.create', { ...definition, automationId: 'mine' });
  return world;
}

describe('the tree of who created what', () => {
  test('names every agent with its lineage, and every automation with its creator', async () => {
    const world = await family();
    const result = world.told(operator, 'lineage.tree', {});
    expect(new Map(result.agents.map(({ agentId, ancestorIds }) => [agentId, ancestorIds]))).toEqual(
      new Map([
        ['planner', []],
        ['scout', ['planner']],
        ['digger', ['planner', 'scout']],
      ]),
    );
    expect(Object.fromEntries(result.automations.map((one) => [one.automationId, one.creatorAgentId]))).toEqual({
      plan: 'planner',
      scouting: 'scout',
      dig: 'digger',
      mine: undefined,
    });
    expect(result).toMatchObject({ isCut: false, depthLimit: 3 });
  });

  test('says how each stands: paused, stopped by its cap, retired', async () => {
    const world = await family();
    await world.execute(operator, 'limits.update', { weeklySpendCapNanos: 1_000 });
    await world.execute(operator, 'automation.retire', { automationId: 'dig' });
    await world.execute(operator, 'agent.pause', { agentId: 'scout' });
    await world.execute(operator, 'automation.resume', { automationId: 'plan' });
    const run = await world.done(agent('planner'), 'automation.run', { automationId: 'plan' });
    const usage = { promptTokens: 1, completionTokens: 1, costNanos: 2_000 };
    await world.execute(agent('planner'), 'run.spend', { runId: run.run.runId, ...usage });
    const result = world.told(operator, 'lineage.tree', {});
    const agents = new Map(result.agents.map((one) => [one.agentId, one]));
    expect(agents.get('scout')).toMatchObject({ isPaused: true, isSpendPaused: false });
    expect(agents.get('planner')).toMatchObject({ isSpendPaused: true, weeklyCostNanos: 2_000, weeklyCapNanos: 1_000 });
    expect(result.automations.find(({ automationId }) => automationId === 'dig')).toMatchObject({
      lifecycle: 'retired',
    });
  });

  test("counts another week's spend as none", async () => {
    const world = createWorld();
    insertAgent(world, 'scout');
    world.store.transaction((store) => store.spend.saveWindow('scout', weekOf(5_000)));
    world.clock.at = START + 8 * 24 * 3_600_000;
    expect(world.query(operator, 'lineage.tree', {})).toMatchObject({
      value: { agents: [{ agentId: 'scout', weeklyCostNanos: 0 }] },
    });
  });
});

describe('pausing a subtree', () => {
  test('pauses the agent and all that descend from it, with their runs, and nobody else', async () => {
    const world = await family();
    insertAutomation(world, undefined, recordOf({}, ['planner']), [runOf({ runId: 'going', status: 'running' })]);
    const result = await world.execute(operator, 'agents.pauseSubtree', { agentId: 'scout', reason: 'enough' });
    expect(result).toMatchObject({ value: { agentIds: ['scout', 'digger'] } });
    const isPaused = (agentId: string) => world.store.read.agents.find(agentId)?.pausedAtMs !== undefined;
    expect(['planner', 'scout', 'digger'].map(isPaused)).toEqual([false, true, true]);
    expect(world.store.read.runs.find('going')).toMatchObject({ status: 'paused', stopKind: 'operator_stopped' });
    expect(eventNamesAfter(world).filter((name) => name.startsWith('agent.'))).toEqual([
      'agent.paused',
      'agent.paused',
    ]);
  });

  test('leaves alone who is paused already, and is refused where single agents are not paused', async () => {
    const world = await family();
    await world.execute(operator, 'agent.pause', { agentId: 'digger' });
    expect(await world.execute(operator, 'agents.pauseSubtree', { agentId: 'scout' })).toMatchObject({
      value: { agentIds: ['scout'] },
    });
    await world.execute(operator, 'limits.update', { perAgentPauseEnabled: false });
    expect(await world.execute(operator, 'agents.pauseSubtree', { agentId: 'planner' })).toMatchObject({
      refusal: { code: 'AGENT_PAUSE_DISABLED' },
    });
  });
});
