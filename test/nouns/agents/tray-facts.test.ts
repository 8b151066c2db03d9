import { expect, test } from 'vitest';
import { trayFacts } from '../../../electron/nouns/tray-facts';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { setLimits } from '../../support/automations';
import { insertAgent } from '../../support/governed';
import { putAutomation, spend, startRun } from '../../support/runs';
import { createWorld, operator, START, type World } from '../../support/world';

const factsOf = (world: World, mostAgents = 15) => trayFacts(world.store.read, world.clock.now(), mostAgents);

test('agents come with their runs, their week and their cap, the most recently active first', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(5) });
  insertAgent(world, 'idle', {});
  world.clock.at = START + 1_000;
  putAutomation(world, { automationId: 'a', creator: { kind: 'agent', actorId: 'scout' } });
  world.store.transaction(({ agents }) =>
    agents.save({
      agentId: 'scout',
      ancestorIds: [],
      overrides: {},
      firstSeenAtMs: START,
      lastSeenAtMs: START + 1_000,
    }),
  );
  const runId = await startRun(world, 'a');
  await startRun(world, 'a');
  await spend(world, runId, 2);
  const cap = { capNanos: nanosOfUsd(5), isPaused: false, isSpendPaused: false };
  expect(factsOf(world)).toMatchObject({
    agents: [
      { agentId: 'scout', runCount: 2, week: { costNanos: nanosOfUsd(2) }, ...cap },
      { agentId: 'idle', runCount: 0, week: undefined, ...cap },
    ],
    areThereMoreAgents: false,
  });
  expect(factsOf(world, 1)).toMatchObject({ agents: [{ agentId: 'scout' }], areThereMoreAgents: true });
});

test('what all spent counts each dollar once, however many generations it is charged to', async () => {
  const world = createWorld();
  expect(factsOf(world)).toMatchObject({ today: undefined, week: undefined });
  insertAgent(world, 'root', {});
  world.store.transaction(({ agents }) =>
    agents.save({ agentId: 'child', ancestorIds: ['root'], overrides: {}, firstSeenAtMs: START, lastSeenAtMs: START }),
  );
  putAutomation(world, { automationId: 'a', creator: { kind: 'agent', actorId: 'child' }, ancestorIds: ['root'] });
  putAutomation(world, { automationId: 'b', creator: { kind: 'agent', actorId: 'root' } });
  await spend(world, await startRun(world, 'a'), 2);
  await spend(world, await startRun(world, 'b'), 1);
  expect(factsOf(world)).toMatchObject({
    today: { costNanos: nanosOfUsd(3) },
    week: { costNanos: nanosOfUsd(3) },
  });
  // The tests begin on a Sunday at noon, so the next day is a new week.
  world.clock.at = START + 24 * HOUR_MS;
  expect(factsOf(world)).toMatchObject({ today: undefined, week: undefined });
});

test('everything is paused from pausing all until one agent goes on', async () => {
  const world = createWorld();
  insertAgent(world, 'scout', {});
  insertAgent(world, 'ledger', {});
  const paused = () => {
    const { canResumeAll, isEverythingPaused } = factsOf(world);
    return { canResumeAll, isEverythingPaused };
  };
  expect(paused()).toEqual({ canResumeAll: false, isEverythingPaused: false });
  await world.execute(operator, 'agents.pauseAll', {});
  expect(paused()).toEqual({ canResumeAll: true, isEverythingPaused: true });
  await world.execute(operator, 'agent.resume', { agentId: 'scout' });
  expect(paused()).toEqual({ canResumeAll: true, isEverythingPaused: false });
  // Also while the menu has room for one agent only, whichever it is that goes on.
  expect(factsOf(world, 0)).toMatchObject({ isEverythingPaused: false });
  await world.execute(operator, 'agent.pause', { agentId: 'scout' });
  await world.execute(operator, 'agent.resume', { agentId: 'ledger' });
  expect(factsOf(world, 0)).toMatchObject({ isEverythingPaused: false });
  await world.execute(operator, 'agents.resumeAll', {});
  expect(paused()).toEqual({ canResumeAll: false, isEverythingPaused: false });
});

test('who works now and who is connected stays in the menu, however many others were seen since', async () => {
  const world = createWorld();
  await world.execute(operator, 'token.create', { kind: 'agent', name: 'Claude Code', agentId: 'claude-code' });
  const seen = (agentId: string, lastSeenAtMs: number) =>
    world.store.transaction(({ agents }) =>
      agents.save({ agentId, ancestorIds: [], overrides: {}, firstSeenAtMs: START, lastSeenAtMs }),
    );
  seen('claude-code', START);
  seen('worker', START);
  for (let index = 0; index < 20; index += 1) seen(`other-${index}`, START + 1_000 + index);
  putAutomation(world, { automationId: 'a', creator: { kind: 'agent', actorId: 'worker' } });
  await startRun(world, 'a');
  const { agents, areThereMoreAgents } = factsOf(world, 4);
  expect(agents.map(({ agentId }) => agentId)).toEqual(['worker', 'claude-code', 'other-19', 'other-18']);
  expect(areThereMoreAgents).toBe(true);
});
