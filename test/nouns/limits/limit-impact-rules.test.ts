import { describe, expect, test } from 'vitest';
import {
  approvalTtlImpact,
  capImpact,
  creationReviewImpact,
  dailyLimitImpact,
  depthImpact,
  type OwnLimits,
  runReviewImpact,
  warningImpact,
} from '../../../electron/nouns/limits/rules-impact';
import { defaultLimits } from '../../../shared/contract/limits';
import { HOUR_MS } from '../../../shared/kernel/time';

const none: OwnLimits = () => ({});
const whole = <T>(rows: readonly T[]) => ({ rows, isCut: false });
/** Creations by an agent at these hours. */
const at = (agentId: string, ...hours: number[]) => hours.map((hour) => ({ agentId, atMs: hour * HOUR_MS, depth: 1 }));
const week = (agentId: string, costNanos: number) => ({ agentId, costNanos });

describe('the daily creation limit would have stopped', () => {
  test.each([
    ['none that are within it', 2, at('a', 0, 1), 0],
    ['what is beyond it within 24 hours', 2, at('a', 0, 1, 2, 3), 2],
    ['nothing of what comes more than a day later', 2, at('a', 0, 1, 25, 26), 0],
    ['what comes exactly a day later', 1, at('a', 0, 24), 1],
    ['what comes a moment before a day is over', 1, at('a', 0, 23), 1],
    ['fewer, because what was stopped does not count for the next', 1, at('a', 0, 12, 24, 36), 2],
    ['by agent', 1, [...at('a', 0), ...at('b', 0)], 0],
    ['all of them at 0', 0, at('a', 0, 100), 2],
    ['the same, whatever order they are given in', 1, at('a', 36, 0, 24, 12), 2],
  ])('%s', (_name, limit, rows, count) => {
    expect(dailyLimitImpact(limit, whole(rows), none)).toEqual({
      state: 'counted',
      unit: 'creations',
      count,
      of: rows.length,
      isCut: false,
    });
  });

  test('nothing of agents that have a limit of their own', () => {
    const own: OwnLimits = (agentId) => (agentId === 'a' ? { perAgentDailyCreationLimit: 9 } : {});
    const rows = [...at('a', 0, 1), ...at('b', 0, 1, 2)];
    expect(dailyLimitImpact(1, whole(rows), own)).toMatchObject({ count: 2, of: 3 });
  });
});

test.each([
  [3, 0],
  [2, 1],
  [1, 2],
  [0, 3],
])('a depth limit of %i would have stopped the %i creations that were deeper', (limit, count) => {
  const rows = [1, 2, 3].map((depth) => ({ agentId: 'a', atMs: 0, depth }));
  expect(depthImpact(limit, { rows, isCut: true })).toEqual({
    state: 'counted',
    unit: 'creations',
    count,
    of: 3,
    isCut: true,
  });
});

test.each([
  [0, 0],
  [1, 7],
  [2, 3],
  [3, 1],
  [6, 0],
])(
  'a review threshold of %i would have asked %i times: for every so many of one agent or automation',
  (threshold, count) => {
    const rows = [...at('a', 0, 1, 2, 3, 4), ...at('b', 0, 1)];
    expect(creationReviewImpact(threshold, whole(rows), none)).toMatchObject({ unit: 'reviews', count, of: 7 });
    const runs = rows.map(({ agentId }) => ({ automationId: agentId }));
    expect(runReviewImpact(threshold, whole(runs))).toMatchObject({ unit: 'reviews', count, of: 7 });
  },
);

describe('a weekly cap would have stopped', () => {
  const weeks = [week('a', 9), week('a', 10), week('b', 5)];
  test.each([
    ['the weeks that reach it, by agent and week', 10, 1],
    ['also those that reach it exactly', 9, 2],
    ['none where it is above all', 11, 0],
    ['none where there is none', null, 0],
    ['none at 0, which is none', 0, 0],
  ])('%s', (_name, cap, count) => {
    expect(capImpact(cap, whole(weeks), none)).toMatchObject({ unit: 'weeks', count, of: 3 });
  });

  test('none of an agent with a cap of its own', () => {
    const own: OwnLimits = (agentId) => (agentId === 'a' ? { weeklySpendCapNanos: 1 } : {});
    expect(capImpact(5, whole(weeks), own)).toMatchObject({ count: 1, of: 1 });
  });
});

describe('a warning ratio', () => {
  const weeks = [week('a', 80), week('b', 79)];
  const capped = { ...defaultLimits, weeklySpendCapNanos: 100 };
  test.each([
    [0.8, 1],
    [0.79, 2],
    [1, 0],
    [0, 0],
  ])('of %d would have warned %i times', (ratio, count) => {
    expect(warningImpact(ratio, whole(weeks), capped, none)).toMatchObject({ unit: 'warnings', count, of: 2 });
  });

  test('is held against each cap as it is, and says so where there is none', () => {
    const own: OwnLimits = (agentId) => (agentId === 'b' ? { weeklySpendCapNanos: 50 } : {});
    expect(warningImpact(0.8, whole(weeks), defaultLimits, own)).toMatchObject({ count: 1, of: 1 });
    expect(warningImpact(0.8, whole(weeks), defaultLimits, none)).toEqual({ state: 'noCap' });
  });
});

test.each([
  [1, 2],
  [2, 1],
  [3, 0],
])('of decisions after 1, 2 and 0 hours, %i hours to live would have been too short for %i', (hours, count) => {
  const rows = [1, 2, 0].map((after) => ({ agentId: 'a', askedAtMs: 5, decidedAtMs: 5 + after * HOUR_MS }));
  expect(approvalTtlImpact(hours * HOUR_MS, whole(rows), none)).toMatchObject({ unit: 'decisions', count, of: 3 });
});

test('without anything that happened there is nothing to tell, which is not the same as nothing stopped', () => {
  const nothing = { state: 'noHistory' };
  const empty = whole([]);
  expect(dailyLimitImpact(1, empty, none)).toEqual(nothing);
  expect(depthImpact(1, empty)).toEqual(nothing);
  expect(creationReviewImpact(1, empty, none)).toEqual(nothing);
  expect(runReviewImpact(1, empty)).toEqual(nothing);
  expect(capImpact(1, empty, none)).toEqual(nothing);
  expect(warningImpact(0.5, empty, defaultLimits, none)).toEqual(nothing);
  expect(approvalTtlImpact(1, empty, none)).toEqual(nothing);
});
