import { expect, test } from 'vitest';
import { claudeQuotas } from '../../../electron/engines/claude-quotas';
import type { PlanQuota } from '../../../shared/contract/session-quota';
import { HOUR_MS } from '../../../shared/kernel/time';
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
  const answer = world.query(operator, 'quotas.list', {});
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.quotas;
}

test('the latest word of how much of a plan is used is kept for each agent and window, until the window ends', async () => {
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
