import { expect, test } from 'vitest';
import { openStore } from '../../../electron/kernel/store/database';
import { START, temporaryHome } from '../../support/world';

test('dropping a reservation drops what each agent has set aside for it', () => {
  const store = openStore(temporaryHome(), START);
  const reservation = { runId: 'run', usageId: 'u1', costNanos: 5, dueAtMs: START + 1 };
  store.transaction(({ spend }) => {
    spend.reserve(reservation, ['scout', 'root']);
    spend.reserve({ ...reservation, usageId: 'u2', dueAtMs: START + 2 }, ['scout']);
  });
  expect(['scout', 'root', 'other'].map((agentId) => store.read.spend.reservedFor(agentId))).toEqual([10, 5, 0]);
  expect(store.read.spend.due(START, 9)).toEqual([]);
  expect(store.read.spend.due(START + 1, 9)).toEqual([reservation]);
  store.transaction(({ spend }) => spend.dropReservation('run', 'u1'));
  expect(store.read.spend.nextDue()).toBe(START + 2);
  expect(['scout', 'root'].map((agentId) => store.read.spend.reservedFor(agentId))).toEqual([5, 0]);
  store.close();
});

test('the days of an agent are kept for more than 400 days', () => {
  const store = openStore(temporaryHome(), START);
  const day = 24 * 3_600_000;
  const parts = { ownCostNanos: 1, estimatedNanos: 0 };
  store.transaction(({ spend }) => {
    for (let index = 0; index < 500; index += 1) {
      for (const agentId of ['scout', 'root']) {
        spend.addToDay(agentId, { dayStartMs: index * day, totalTokens: 1, costNanos: index, ...parts });
      }
    }
  });
  expect(store.read.spend.days('scout', 0)).toHaveLength(500);
  expect(store.read.spend.daysOfAll(498 * day, 10_000)).toEqual([
    { agentId: 'scout', dayStartMs: 499 * day, totalTokens: 1, costNanos: 499, ...parts },
    { agentId: 'root', dayStartMs: 499 * day, totalTokens: 1, costNanos: 499, ...parts },
    { agentId: 'scout', dayStartMs: 498 * day, totalTokens: 1, costNanos: 498, ...parts },
    { agentId: 'root', dayStartMs: 498 * day, totalTokens: 1, costNanos: 498, ...parts },
  ]);
  store.close();
});
