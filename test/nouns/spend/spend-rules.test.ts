import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canReserve,
  chargedWindow,
  currentWindow,
  jointCap,
  leftOf,
  runPauseReason,
  spendPauseEnd,
  usageOf,
  weeklyCapOf,
  weekPace,
} from '../../../electron/nouns/spend/rules';
import { windowBounds } from '../../../electron/nouns/spend/rules-calendar';
import { defaultLimits } from '../../../shared/contract/limits';
import type { SpendWindow } from '../../../shared/contract/spend';
import { MAX_NANOS } from '../../../shared/kernel/money';

const at = (text: string) => Date.parse(`${text}Z`);
const week = (costNanos: number, more: Partial<SpendWindow> = {}): SpendWindow => ({
  ...currentWindow(undefined, 'weekly', at('2026-11-18T12:00')),
  costNanos,
  ...more,
});

describe('windows follow the UTC calendar', () => {
  test.each([
    ['daily', '2026-11-22T00:00', '2026-11-22T00:00', '2026-11-23T00:00'],
    ['daily', '2026-11-22T23:59:59.999', '2026-11-22T00:00', '2026-11-23T00:00'],
    ['weekly', '2026-11-22T23:59:59.999', '2026-11-16T00:00', '2026-11-23T00:00'],
    ['weekly', '2026-11-23T00:00', '2026-11-23T00:00', '2026-11-30T00:00'],
    ['weekly', '2026-01-01T05:00', '2025-12-29T00:00', '2026-01-05T00:00'],
    ['monthly', '2026-02-28T23:59', '2026-02-01T00:00', '2026-03-01T00:00'],
    ['monthly', '2024-02-29T12:00', '2024-02-01T00:00', '2024-03-01T00:00'],
    ['monthly', '2026-12-31T23:59', '2026-12-01T00:00', '2027-01-01T00:00'],
  ] as const)('%s at %s [2.window-bounds]', (kind, now, start, end) => {
    expect(windowBounds(kind, at(now))).toEqual({ startMs: at(start), endMs: at(end) });
  });

  test('lifetime never ends [2.window-bounds]', () => {
    expect(windowBounds('lifetime', at('2026-11-22T00:00'))).toEqual({ startMs: 0 });
    expect(currentWindow(undefined, 'lifetime', 5)).not.toHaveProperty('windowEndMs');
  });

  test.each([
    ['just before its end', '2026-11-22T23:59:59.999', 7],
    ['at its end', '2026-11-23T00:00', 0],
    ['when the clock is set back by hours over its start', '2026-11-15T20:00', 7],
    ['when the clock is set back by days over its start', '2026-11-14T20:00', 0],
  ])('a week %s holds or is reset with its marks [8.window-reset]', (_name, now, costNanos) => {
    const stored = week(7, { softWarningAtMs: 1, hardStopAtMs: 2 });
    const current = currentWindow(stored, 'weekly', at(now));
    expect(current.costNanos).toBe(costNanos);
    expect('softWarningAtMs' in current && 'hardStopAtMs' in current).toBe(costNanos === 7);
  });
});

test.each([
  ['negative tokens', { promptTokens: -1 }],
  ['negative cost', { costNanos: -1 }],
  ['NaN', { completionTokens: Number.NaN }],
  ['infinite tokens', { totalTokens: Number.POSITIVE_INFINITY }],
  ['infinite cost', { costNanos: Number.POSITIVE_INFINITY }],
])('%s are no usage', (_name, wrong) => {
  expect(usageOf({ promptTokens: 1, completionTokens: 1, costNanos: 1, ...wrong })).toBeUndefined();
});

test('tokens and cost end at the largest exact number and never wrap [8.saturate]', () => {
  const usage = usageOf({ promptTokens: 1e300, completionTokens: 1e300, costNanos: 1e300 });
  expect(usage).toEqual({
    promptTokens: MAX_NANOS,
    completionTokens: MAX_NANOS,
    totalTokens: MAX_NANOS,
    costNanos: MAX_NANOS,
  });
  if (usage === undefined) return;
  const twice = chargedWindow(chargedWindow(week(0), usage, source, 1), usage, source, 2);
  expect(twice).toMatchObject({ promptTokens: MAX_NANOS, totalTokens: MAX_NANOS, costNanos: MAX_NANOS });
});
const source = { automationId: 'auto', runId: 'run' };

test.each([
  [null, undefined],
  [0, undefined],
  [1, 1],
])('a cap of %s counts as %s', (weeklySpendCapNanos, cap) => {
  expect(weeklyCapOf({ ...defaultLimits, weeklySpendCapNanos })).toBe(cap);
});

describe('a spend pause', () => {
  const now = at('2026-11-18T12:00');
  const facts = { pausedAtMs: now, weekly: week(100), capNanos: 100, hasOverride: false };
  test.each([
    ['holds at the cap', facts, now, undefined],
    ['holds in the last moment of the week [8.lift-week]', facts, at('2026-11-22T23:59:59.999'), undefined],
    ['ends with the week [8.lift-week]', facts, at('2026-11-23T00:00'), 'a new week has begun'],
    ['holds when the clock is set back into the week before', facts, at('2026-11-15T23:00'), undefined],
    [
      'ends when the cap is above the cost',
      { ...facts, capNanos: 101 },
      now,
      "the weekly spend cap is above the week's cost",
    ],
    ['ends without a cap', { ...facts, capNanos: undefined }, now, "the weekly spend cap is above the week's cost"],
    ['ends with an override [8.lift-override]', { ...facts, hasOverride: true }, now, 'a quota override is approved'],
    ['that is none has no end', { ...facts, pausedAtMs: undefined, hasOverride: true }, now, undefined],
  ])('%s', (_name, given, when, end) => {
    expect(spendPauseEnd(given, when)).toBe(end);
  });
});

describe('a reservation', () => {
  const facts = {
    agentId: 'scout',
    weeklyCostNanos: 30,
    reservedNanos: 50,
    capNanos: 100,
    hasOverride: false,
    isSpendPaused: false,
  };
  test.each([
    ['one below what is left', facts, 19, 20, true],
    ['all that is left', facts, 20, 20, true],
    ['one above what is left', facts, 21, 20, false],
    ['anything with an override', { ...facts, hasOverride: true }, 1e9, null, true],
    ['anything with no cap', { ...facts, capNanos: undefined }, 1e9, null, true],
    ['nothing for nothing when there is less than nothing left', { ...facts, weeklyCostNanos: 51 }, 0, 0, false],
    ['nothing left, never less than nothing', { ...facts, weeklyCostNanos: 200 }, 1, 0, false],
    [
      'nothing for nobody while the agent is stopped',
      { ...facts, weeklyCostNanos: 100, isSpendPaused: true },
      0,
      0,
      false,
    ],
  ])('%s', (_name, given, cost, left, isAllowed) => {
    expect(leftOf(given)).toBe(left);
    expect(canReserve(given, cost)).toBe(isAllowed);
  });
});

test('the reason names every agent that reached its cap [8.run-paused]', () => {
  const reached = [
    { agentId: 'scout', weeklyCostNanos: 10_250_000_000, capNanos: 10_000_000_000 },
    { agentId: 'root', weeklyCostNanos: 5_000_000_000, capNanos: 5_000_000_000 },
  ];
  expect(runPauseReason(reached)).toBe(
    'weekly spend cap exceeded for scout (10.2500/10.0000 USD), root (5.0000/5.0000 USD)',
  );
});

describe('the pace of a week', () => {
  test.each([
    ['nothing spent', 0, 10, '2026-11-18T12:00', { kind: 'nothing' }],
    ['a week of some hours', 5, 10, '2026-11-16T05:59', { kind: 'tooEarly' }],
    ['a clock behind the week', 5, 10, '2026-11-15T20:00', { kind: 'tooEarly' }],
    ['a cap that is reached, however early', 10, 10, '2026-11-16T01:00', { kind: 'reached' }],
    ['no cap, halfway', 5, undefined, '2026-11-19T12:00', { kind: 'uncapped', projectedNanos: 10 }],
    ['less than the cap in sight', 4, 10, '2026-11-19T12:00', { kind: 'below', projectedNanos: 8 }],
    ['just the cap at the end of the week', 5, 10, '2026-11-19T12:00', { kind: 'below', projectedNanos: 10 }],
    [
      'more than the cap in sight',
      5,
      7,
      '2026-11-18T12:00',
      { kind: 'reaches', projectedNanos: 14, atMs: at('2026-11-19T12:00') },
    ],
  ] as const)('with %s', (_name, costNanos, capNanos, now, pace) => {
    expect(weekPace(week(costNanos), capNanos, at(now))).toEqual(pace);
  });

  test('never promises less than what is spent, nor a time that is past', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_NANOS }),
        fc.integer({ min: 1, max: MAX_NANOS }),
        fc.integer({ min: 0, max: 7 * 86_400_000 - 1 }),
        (costNanos, capNanos, elapsedMs) => {
          const now = at('2026-11-16T00:00') + elapsedMs;
          const pace = weekPace(week(costNanos), capNanos, now);
          if ('projectedNanos' in pace) expect(pace.projectedNanos).toBeGreaterThanOrEqual(costNanos);
          if (pace.kind === 'reaches') expect(pace.atMs).toBeGreaterThanOrEqual(now);
        },
      ),
    );
  });
});

test('what agents may spend together is the least that any choice of caps over all of them comes to', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const cap = fc.record({
    capNanos: fc.integer({ min: 1, max: 100 }),
    agentIds: fc.subarray(ids).map((held) => new Set(held)),
  });
  fc.assert(
    fc.property(fc.array(cap, { maxLength: 6 }), (caps) => {
      const choices = Array.from({ length: 2 ** caps.length }, (_, bits) =>
        caps.filter((_each, index) => Math.floor(bits / 2 ** index) % 2 === 1),
      );
      const sums = choices
        .filter((chosen) => ids.every((id) => chosen.some(({ agentIds }) => agentIds.has(id))))
        .map((chosen) => chosen.reduce((sum, { capNanos }) => sum + capNanos, 0));
      expect(jointCap(ids, caps)).toBe(sums.length === 0 ? undefined : Math.min(...sums));
    }),
  );
});
