import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startScheduler } from '../../../electron/kernel/scheduler';
import { defaultLimits } from '../../../shared/contract/limits';
import { eventNamesAfter } from '../../support/audit';
import { insertAgent, insertAutomation, recordOf, runOf, weekOf } from '../../support/governed';
import { createWorld, operator, START, type World } from '../../support/world';

// Only the timers are set by hand; setImmediate, on which the door for writes runs, stays real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const DAY = 86_400_000;
const HOUR = 3_600_000;
const NEXT_MONDAY = Date.UTC(2026, 10, 23);

function scheduled(prepare: (world: World) => void = () => {}) {
  const world = createWorld();
  prepare(world);
  const { holder, execute, feed, clock, logger } = world;
  const scheduler = startScheduler({ holder, send: execute, feed, clock, logger });
  /** The wall clock is at this instant, the timers notice, and what is due has been done. */
  const at = async (instant: number) => {
    clock.at = instant;
    for (let round = 0; round < 4; round++) {
      scheduler.wake();
      await vi.advanceTimersByTimeAsync(0);
      // What a long command did is told in slices, a turn of the event loop each.
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ...world, scheduler, at };
}

const recordIn = (world: World) => world.store.read.records.find('nightly');
const countOf = (world: World, name: string) => eventNamesAfter(world).filter((event) => event === name).length;
const lastCheck = (world: World) => world.store.read.timers.last('health_check');

test('an automation is warned of when its window begins, and ends at its expiry, each once and by its guardrail [1.system]', async () => {
  const expiresAtMs = START + 30 * DAY;
  const world = scheduled((empty) => insertAutomation(empty, undefined, recordOf({ expiresAtMs })));
  await world.at(START);
  await world.at(expiresAtMs - 7 * DAY - 1);
  expect(recordIn(world)?.reviewRequired).toBe(false);
  await world.at(expiresAtMs - 7 * DAY);
  expect(recordIn(world)?.reviewKind).toBe('expiration_soon');
  await world.at(expiresAtMs - 1);
  expect(recordIn(world)?.expiredAtMs).toBeUndefined();
  await world.at(expiresAtMs);
  await world.at(expiresAtMs + 1);
  expect(recordIn(world)).toMatchObject({ expiredAtMs: expiresAtMs, pausedForLifecycle: true });
  expect([countOf(world, 'health.finding'), countOf(world, 'expired')]).toEqual([1, 1]);
  const told = world.store.read.audit
    .after(0, 99)
    .find(({ eventType }) => eventType === 'automation.governance.expired');
  expect(told?.actor).toEqual({ kind: 'system', source: 'automation_expiration' });
  world.scheduler.close();
});

test('more automations than one batch takes come to their end at one instant, and none is left out', async () => {
  const world = scheduled((empty) =>
    empty.store.transaction(({ records }) => {
      for (let index = 0; index < 450; index++) {
        records.save(recordOf({ automationId: `a-${index}`, expiresAtMs: START + 10 * DAY }));
      }
    }),
  );
  await world.at(START);
  // A health check at the same instant would have looked at all of them.
  world.store.transaction(({ timers }) => timers.set('health_check', START + 3 * DAY));
  await world.at(START + 3 * DAY);
  expect(world.store.read.approvals.waitingCount()).toBe(450);
  await world.at(START + 10 * DAY);
  expect(world.store.read.records.nextExpiry()).toBeUndefined();
  world.scheduler.close();
});

test('the health check comes at its interval, once after a long sleep, and not again when the clock jumps [9.timer]', async () => {
  const world = scheduled();
  await world.at(START);
  expect(lastCheck(world)).toBe(START);
  await world.at(START + 6 * HOUR - 1);
  expect(lastCheck(world)).toBe(START);
  await world.at(START + 6 * HOUR);
  expect(lastCheck(world)).toBe(START + 6 * HOUR);
  await world.at(START + 90 * HOUR);
  expect(lastCheck(world)).toBe(START + 90 * HOUR);
  await world.at(START + 89 * HOUR);
  expect(lastCheck(world)).toBe(START + 90 * HOUR);
  await world.at(START + 7 * HOUR);
  expect(lastCheck(world)).toBe(START + 7 * HOUR);
  expect(eventNamesAfter(world)).toEqual([]);
  world.scheduler.close();
});

test('a jump there and back again asks nothing twice and ends nothing early', async () => {
  const expiresAtMs = START + 30 * DAY;
  const world = scheduled((empty) =>
    insertAutomation(
      empty,
      undefined,
      recordOf({ expiresAtMs }),
      Array.from({ length: 5 }, (_, index) => runOf({ runId: `run-${index}`, status: 'failed' })),
    ),
  );
  await world.at(START);
  const before = eventNamesAfter(world);
  expect(before).toEqual(['approval.requested', 'health.finding', 'record.updated']);
  for (const instant of [START - 100 * DAY, START, START + 20 * HOUR, START - HOUR, START + 21 * HOUR]) {
    await world.at(instant);
  }
  expect(eventNamesAfter(world)).toEqual(before);
  world.scheduler.close();
});

test('a spend pause ends when the week does, not before [8.lift-week]', async () => {
  const world = scheduled((empty) => {
    insertAgent(empty, 'scout', { spendPausedAtMs: START });
    empty.store.transaction(({ spend, limits }) => {
      spend.saveWindow('scout', weekOf(5));
      limits.save({ ...defaultLimits, weeklySpendCapNanos: 5 });
    });
  });
  await world.at(NEXT_MONDAY - 1);
  expect(countOf(world, 'spend.resumed')).toBe(0);
  await world.at(NEXT_MONDAY);
  await world.at(NEXT_MONDAY + 1);
  expect(countOf(world, 'spend.resumed')).toBe(1);
  expect(world.store.read.agents.find('scout')).not.toHaveProperty('spendPausedAtMs');
  world.scheduler.close();
});

test('a shorter interval holds at once [9.timer]', async () => {
  const world = scheduled();
  await world.at(START);
  await world.execute(operator, 'limits.update', { healthCheckIntervalMs: 60_000 });
  await world.at(START + 60_000);
  expect(lastCheck(world)).toBe(START + 60_000);
  world.scheduler.close();
});
