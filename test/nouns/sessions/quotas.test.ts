import { expect, test } from 'vitest';
import { claudeQuotas } from '../../../electron/engines/claude-quotas';
import { isPlanStop } from '../../../electron/nouns/sessions/rules';
import type { PlanQuota } from '../../../shared/contract/session-quota';
import type { Caller } from '../../../shared/kernel/actor';
import { HOUR_MS } from '../../../shared/kernel/time';
import { eventNamesAfter, payloadOf } from '../../support/audit';
import { agent, createWorld, operator, START, type World } from '../../support/world';

const quota = (more: Partial<PlanQuota> = {}): PlanQuota => ({
  windowMinutes: 300,
  usedPercent: 62,
  resetsAtMs: START + HOUR_MS,
  atMs: START,
  ...more,
});

const tell = (world: World, quotas: readonly PlanQuota[], agentId = 'claude-code') =>
  world.execute(agent(agentId), 'quota.tell', { engine: 'claude', quotas: [...quotas] });

function quotasOf(world: World) {
  return world.told(operator, 'quotas.list', {}).quotas;
}

test('the latest word of how much of a plan is used is kept for each agent and window, until the window ends [sessions-4.quotas]', async () => {
  const world = createWorld();
  await tell(world, [quota(), quota({ windowMinutes: 10_080, usedPercent: 80 })]);
  await tell(world, [quota({ usedPercent: 10 })], 'other');
  // An older word, and one of a window that is over, say nothing.
  await tell(world, [quota({ usedPercent: 1, atMs: START - 1 }), quota({ windowMinutes: 60, resetsAtMs: START })]);
  const found = quotasOf(world).map(({ agentId, windowMinutes, usedPercent, isNearEnd }) => {
    return [agentId, windowMinutes, usedPercent, isNearEnd];
  });
  expect(found).toEqual([
    ['claude-code', 300, 62, false],
    ['claude-code', 10_080, 80, true],
    ['other', 300, 10, false],
  ]);
  world.clock.at += HOUR_MS;
  expect(quotasOf(world)).toEqual([]);
});

const decide = (world: World, caller = agent('claude-code')) =>
  world.execute(caller, 'session.decide', {
    session: { engine: 'claude', sessionId: 's1', workspace: '/home/me/project' },
    call: { toolName: 'Bash', action: { command: 'ls' }, engineAsks: 'never' },
  });

const isStopped = async (world: World, caller?: Caller) => {
  const decided = await decide(world, caller);
  return decided.ok && decided.value.answer === 'deny' && decided.value.endsTurn;
};

test('an agent whose plan is used as far as the operator lets it go is stopped at its next call, with its sub-agents, until the window ends or the operator allows more [sessions-4.plan-stop]', async () => {
  const world = createWorld();
  const subAgent = { ...agent('claude-code/helper-1', ['claude-code']), ownerId: 'claude-code' };
  await tell(world, [quota({ windowMinutes: 10_080, usedPercent: 80 })]);
  expect(await isStopped(world)).toBe(false);
  await world.execute(operator, 'limits.update', { planStopRatio: 0.8 });
  expect(await decide(world)).toMatchObject({
    value: {
      answer: 'deny',
      endsTurn: true,
      sentence: `claude-code has used as much of its plan as it may (80 % of the 7-day window, where the operator lets it go to 80 %). Nothing that you do is carried out until ${new Date(START + HOUR_MS).toISOString().slice(0, 16).replace('T', ' ')} UTC, unless the operator allows more before. Do not try again; end your turn and say so.`,
    },
  });
  expect(await isStopped(world, subAgent)).toBe(true);
  expect(quotasOf(world)).toMatchObject([{ isStopped: true }]);
  // Another agent has a plan of its own.
  expect(await isStopped(world, agent('my-codex'))).toBe(false);
  for (const planStopRatio of [0.81, 0]) {
    await world.execute(operator, 'agent.setLimits', { agentId: 'claude-code', planStopRatio });
    expect(await isStopped(world)).toBe(false);
  }
  await world.execute(operator, 'agent.setLimits', { agentId: 'claude-code', planStopRatio: null });
  expect(await isStopped(world)).toBe(true);
  world.clock.at += HOUR_MS;
  expect(await isStopped(world)).toBe(false);
});

test.each([
  [0, 100, false],
  [0.8, 79.9, false],
  [0.8, 80, true],
  [0.07, 7, true],
  [1, 99.9, false],
  [1, 100, true],
  [1, 140, true],
])('up to the part %d of a plan, %d % used stops: %s [sessions-4.plan-stop]', (ratio, usedPercent, isStop) => {
  expect(isPlanStop({ usedPercent }, ratio)).toBe(isStop);
});

test('that a plan stops an agent is on the log once for each window, whatever the agent says of it [sessions-4.plan-stop]', async () => {
  const world = createWorld();
  await world.execute(operator, 'limits.update', { planStopRatio: 0.8 });
  const stops = () => eventNamesAfter(world, 0).filter((name) => name === 'plan.stopped');
  await tell(world, [quota({ usedPercent: 79 })]);
  expect(stops()).toEqual([]);
  for (let step = 1; step <= 40; step++) {
    world.clock.at += 1_000;
    const { at } = world.clock;
    await tell(world, [quota({ usedPercent: step % 2 === 0 ? 79 : 90, atMs: at, resetsAtMs: at + 500 })]);
  }
  expect(stops()).toHaveLength(1);
  expect(payloadOf(world, 'plan.stopped')).toEqual({
    agentID: 'claude-code',
    engine: 'claude',
    windowMinutes: 300,
    usedPercent: 90,
    stopRatio: 0.8,
  });
  // The next window.
  world.clock.at += 5 * HOUR_MS;
  const { at } = world.clock;
  await tell(world, [quota({ usedPercent: 85, atMs: at, resetsAtMs: at + HOUR_MS })]);
  expect(stops()).toHaveLength(2);
});

test('of one agent no more than twenty windows are kept, and those go on', async () => {
  const world = createWorld();
  for (let minutes = 1; minutes <= 25; minutes++) await tell(world, [quota({ windowMinutes: minutes })]);
  expect(quotasOf(world)).toHaveLength(20);
  await tell(world, [quota({ windowMinutes: 1, usedPercent: 99 })]);
  expect(quotasOf(world)[0]).toMatchObject({ windowMinutes: 1, usedPercent: 99 });
});

test.each([
  [
    'a subscriber',
    { five_hour: { used_percentage: 62.4, resets_at: 2 }, seven_day: { used_percentage: 3, resets_at: 9 } },
    2,
  ],
  ['one window alone', { five_hour: { used_percentage: 62.4, resets_at: 2 } }, 1],
  ['something else', { five_hour: { used_percentage: 'much', resets_at: 2 }, seven_day: null }, 0],
  ['nobody', undefined, 0],
])('the status line of Claude Code says the windows of %s', (_, rate_limits, count) => {
  const quotas = claudeQuotas({ session_id: 's1', rate_limits }, START);
  expect(quotas).toHaveLength(count);
  if (count > 0) {
    expect(quotas[0]).toEqual({ windowMinutes: 300, usedPercent: 62.4, resetsAtMs: 2_000, atMs: START });
  }
});
