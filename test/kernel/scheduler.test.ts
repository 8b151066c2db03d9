import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startScheduler } from '../../electron/kernel/scheduler';
import { request } from '../support/approvals';
import { agent, createWorld, operator, START } from '../support/world';

// Only the timers are set by hand; setImmediate, on which the door for writes runs, stays real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function scheduled() {
  const world = createWorld();
  const { holder, execute, feed, clock, logger } = world;
  const scheduler = startScheduler({ holder, send: execute, feed, clock, logger });
  const ask = async (expiresAtMs: number) => {
    const asked = request({ expiresAtMs, rationale: String(expiresAtMs) });
    return (await world.done(agent('scout'), 'approval.request', asked)).approval.approvalId;
  };
  const statusOf = (approvalId: string) => world.store.read.approvals.find(approvalId)?.status;
  /** Lets time pass for the timers and for the wall clock alike. */
  const pass = async (ms: number) => {
    world.clock.at += ms;
    await vi.advanceTimersByTimeAsync(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...world, scheduler, ask, statusOf, pass };
}

test('an approval expires at its deadline, not before, and the timer is armed for the earliest one [7.expiry]', async () => {
  const { ask, statusOf, pass, scheduler } = scheduled();
  const late = await ask(START + 20_000);
  const early = await ask(START + 5_000);
  await pass(4_999);
  expect([statusOf(early), statusOf(late)]).toEqual(['pending', 'pending']);
  await pass(1);
  expect([statusOf(early), statusOf(late)]).toEqual(['expired', 'pending']);
  await pass(15_000);
  expect(statusOf(late)).toBe('expired');
  scheduler.close();
});

test('a decision takes its deadline away', async () => {
  const { ask, statusOf, pass, scheduler, execute } = scheduled();
  const approvalId = await ask(START + 5_000);
  await execute(operator, 'approval.approve', { approvalId });
  await pass(60_000);
  expect(statusOf(approvalId)).toBe('approved');
  scheduler.close();
});

test('after sleep, in which timers stand still, what is over expires at once', async () => {
  const { ask, statusOf, scheduler, clock } = scheduled();
  const approvalId = await ask(START + 20_000);
  clock.at += 8 * 3_600_000;
  scheduler.wake();
  await vi.advanceTimersByTimeAsync(0);
  await vi.waitFor(() => expect(statusOf(approvalId)).toBe('expired'));
  scheduler.close();
});

test('a wall clock that jumps ahead is noticed within half a minute, one that jumps back expires nothing early', async () => {
  const { ask, statusOf, pass, scheduler, clock } = scheduled();
  const approvalId = await ask(START + 3_600_000);
  clock.at -= 7_200_000;
  await pass(60_000);
  expect(statusOf(approvalId)).toBe('pending');
  clock.at = START + 3_600_000;
  await pass(30_000);
  await vi.waitFor(() => expect(statusOf(approvalId)).toBe('expired'));
  scheduler.close();
});

test('more deadlines than one batch takes are all kept', async () => {
  const { ask, pass, scheduler, store, execute } = scheduled();
  await ask(START + 1_000);
  for (let count = 0; count < 12; count++) {
    const asks = Array.from({ length: 50 }, (_, index) =>
      execute(
        agent(`agent ${count}`),
        'approval.request',
        request({ expiresAtMs: START + 1_000, rationale: `${index}` }),
      ),
    );
    await Promise.all(asks);
  }
  expect(store.read.approvals.waitingCount()).toBe(601);
  await pass(1_000);
  await vi.advanceTimersByTimeAsync(1);
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(1);
    expect(store.read.approvals.waitingCount()).toBe(0);
  });
  expect(store.read.audit.verify()).toMatchObject({ isOk: true, rows: 1_202 });
  scheduler.close();
});
