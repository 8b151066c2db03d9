import { expect, test } from 'vitest';
import { limitImpact } from '../../../electron/nouns/limits/impact-facts';
import type { CandidateLimit } from '../../../shared/contract/limits';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { ask } from '../../support/approvals';
import { insertAgent } from '../../support/governed';
import { spend, startRun } from '../../support/runs';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const DAY_MS = 24 * HOUR_MS;

const impactOf = (world: World, candidate: CandidateLimit) => world.query(operator, 'limits.impact', { candidate });

function counted(unit: string, count: number, of: number, isCut = false) {
  return { ok: true, value: { impact: { state: 'counted', unit, count, of, isCut } } };
}

async function create(world: World, automationId: string, caller = agent('scout')) {
  await world.done(caller, 'automation.create', { automationId, name: automationId, status: 'active' });
}

test('creations are those of the audit log, by agents, of the last 30 days, deleted ones too', async () => {
  const world = createWorld();
  await create(world, 'long-ago');
  world.clock.at += 31 * DAY_MS;
  await create(world, 'first');
  await create(world, 'second');
  await create(world, 'deep', agent('child', ['scout']));
  await create(world, 'by-hand', operator);
  await world.execute(agent('scout'), 'automation.delete', { automationId: 'second' });
  expect(impactOf(world, { perAgentDailyCreationLimit: 1 })).toEqual(counted('creations', 1, 3));
  expect(impactOf(world, { lineageDepthLimit: 1 })).toEqual(counted('creations', 1, 3));
  expect(impactOf(world, { perAgentCreationReviewThreshold: 2 })).toEqual(counted('reviews', 1, 3));
  insertAgent(world, 'scout', { overrides: { perAgentDailyCreationLimit: 0 } });
  expect(impactOf(world, { perAgentDailyCreationLimit: 0 })).toEqual(counted('creations', 1, 1));
  world.clock.at += 31 * DAY_MS;
  expect(impactOf(world, { lineageDepthLimit: 0 })).toEqual({ ok: true, value: { impact: { state: 'noHistory' } } });
});

test('runs that ended, weeks with their cost, and decisions are counted', async () => {
  const world = createWorld();
  await create(world, 'auto');
  for (const usd of [4, 4]) {
    const runId = await startRun(world);
    await spend(world, runId, usd);
    await world.execute(engine, 'run.report', { runId, status: 'completed' });
  }
  expect(impactOf(world, { runReviewThreshold: 2 })).toEqual(counted('reviews', 1, 2));
  expect(impactOf(world, { weeklySpendCapNanos: nanosOfUsd(8) })).toEqual(counted('weeks', 1, 1));
  expect(impactOf(world, { weeklySpendCapNanos: nanosOfUsd(8.01) })).toEqual(counted('weeks', 0, 1));
  expect(impactOf(world, { spendWarningThresholdRatio: 0.5 })).toEqual({
    ok: true,
    value: { impact: { state: 'noCap' } },
  });
  for (const [index, verdict] of (['approval.approve', 'approval.deny'] as const).entries()) {
    const { approvalId } = await ask(world, { rationale: `because ${index}` });
    world.clock.at += 2 * HOUR_MS;
    await world.execute(operator, verdict, { approvalId });
  }
  expect(impactOf(world, { approvalTtlMs: 2 * HOUR_MS })).toEqual(counted('decisions', 2, 2));
  expect(impactOf(world, { approvalTtlMs: 2 * HOUR_MS + 1 })).toEqual(counted('decisions', 0, 2));
});

test('a week is one of the calendar, whole also where the period begins in the middle of it', async () => {
  const world = createWorld();
  // Wednesday, 30 days and a little before the Friday of the question.
  world.clock.at = Date.UTC(2026, 9, 21, 12);
  await create(world, 'auto');
  const charge = async (atMs: number, usd: number) => {
    world.clock.at = atMs;
    await spend(world, await startRun(world), usd);
  };
  await charge(Date.UTC(2026, 9, 19), 3);
  await charge(Date.UTC(2026, 9, 25, 23), 4);
  await charge(Date.UTC(2026, 9, 26), 5);
  world.clock.at = Date.UTC(2026, 10, 20, 12);
  expect(impactOf(world, { weeklySpendCapNanos: nanosOfUsd(7) })).toEqual(counted('weeks', 1, 2));
  expect(impactOf(world, { weeklySpendCapNanos: nanosOfUsd(5) })).toEqual(counted('weeks', 2, 2));
});

test('of more than it reads it says that it is at least so many', async () => {
  const world = createWorld();
  for (const name of ['a', 'b', 'c']) await create(world, name);
  const most = (count: number) => limitImpact(world.store.read, { lineageDepthLimit: 0 }, START, count);
  expect(most(2)).toMatchObject({ count: 2, of: 2, isCut: true });
  expect(most(3)).toMatchObject({ count: 3, of: 3, isCut: false });
});

test('is for the operator only', () => {
  const world = createWorld();
  const asked = world.query(agent('scout'), 'limits.impact', { candidate: { lineageDepthLimit: 1 } });
  expect(asked).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
});
