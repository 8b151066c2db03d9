import { describe, expect, test } from 'vitest';
import { expiryOf, healthWindow, mergedFindings, observeRuns } from '../../electron/core/health';
import { defaultLimits } from '../../shared/limits';
import type { Run } from '../../shared/run';
import { recordOf, runOf } from '../support/governed';
import { START } from '../support/world';

const runs = (count: number, different: Partial<Run>) =>
  Array.from({ length: count }, (_, index) => runOf({ runId: `${different.status}-${index}`, ...different }));
const failed = (count: number) => runs(count, { status: 'failed' });
const blocked = (count: number) => runs(count, { status: 'blocked' });
const fine = (count: number) => runs(count, { status: 'completed' });
const stopped = (count: number) => runs(count, { status: 'cancelled', stopKind: 'guardrail_stopped' });
const FAILURES = 'high failure rate across recent runs';
const EMPTY = 'completed runs emitted empty outputs';
const STOPS = 'repeated guardrail stops detected';

describe('the failure rate', () => {
  test.each([
    ['too few runs', failed(4), undefined],
    ['just enough runs', failed(5), 'critical'],
    ['just below the threshold', [...failed(49), ...fine(51)], undefined],
    ['at the threshold', [...failed(5), ...fine(5)], 'warning'],
    ['just above the threshold', [...failed(51), ...fine(49)], 'warning'],
    ['blocked ones count as failed', [...failed(2), ...blocked(3), ...fine(5)], 'warning'],
    ['just below three quarters', [...failed(74), ...fine(26)], 'warning'],
    ['at three quarters', [...failed(75), ...fine(25)], 'critical'],
    ['cancelled ones count as over', [...failed(5), ...runs(6, { status: 'cancelled' })], undefined],
    ['running ones do not count', [...runs(20, { status: 'running' }), ...failed(5)], 'critical'],
  ])('%s', (_name, given, severity) => {
    expect(observeRuns(given, defaultLimits, undefined).find(({ summary }) => summary === FAILURES)?.severity).toBe(
      severity,
    );
  });

  test('is told with its counts and the newest run counted', () => {
    const given = [runOf({ runId: 'now', status: 'running' }), ...failed(3), ...blocked(1), ...fine(4)];
    expect(observeRuns(given, defaultLimits, undefined)).toEqual([
      {
        kind: 'health_drift',
        severity: 'warning',
        summary: FAILURES,
        automationRunId: 'failed-0',
        evidence: { failed_runs: 3, blocked_runs: 1, failure_rate: 0.5, terminal_runs: 8 },
      },
    ]);
  });
});

test.each([
  ['an output', { report: 1 }, 'completed', undefined],
  ['no output', {}, 'completed', 'warning'],
  ['no output of a failed run', {}, 'failed', undefined],
] as const)('a completed run with %s', (_name, nodeOutputs, status, severity) => {
  const observed = observeRuns([runOf({ status, checkpoint: { nodeOutputs } })], defaultLimits, undefined);
  expect(observed.find(({ summary }) => summary === EMPTY)?.severity).toBe(severity);
});

test.each([
  ['one below', 2, 1, false],
  ['at it', 2, 2, true],
  ['one above', 2, 3, true],
  ['off', 0, 9, false],
])('guardrail stops: %s', (_name, healthGuardrailStopThreshold, count, isFound) => {
  const limits = { ...defaultLimits, healthGuardrailStopThreshold };
  expect(observeRuns(stopped(count), limits, undefined).some(({ summary }) => summary === STOPS)).toBe(isFound);
});

test.each([
  ['before the look', START + 1, 0],
  ['at the look', START, 0],
  ['after the look', START - 1, 1],
])('runs that ended %s', (_name, lastReviewedAtMs, count) => {
  expect(observeRuns(failed(5), defaultLimits, lastReviewedAtMs)).toHaveLength(count);
});

test.each([
  [0, 5],
  [4, 5],
  [5, 5],
  [6, 6],
  [20, 20],
])('with a window of %i the newest %i runs are looked at', (healthWindowRunLimit, expected) => {
  expect(healthWindow({ ...defaultLimits, healthWindowRunLimit })).toBe(expected);
});

test('a finding that still holds keeps its id and time, one that does not is gone, and others stay', () => {
  const [failures] = observeRuns(failed(5), defaultLimits, undefined);
  if (failures === undefined) throw new Error('nothing observed');
  const other = {
    findingId: 'other',
    kind: 'expired' as const,
    severity: 'critical' as const,
    summary: 'x',
    observedAtMs: 1,
  };
  const gone = { ...other, findingId: 'gone', kind: 'health_drift' as const };
  const first = mergedFindings([other, gone], [failures], ['health_drift'], 5, () => 'new');
  expect(first.findings).toEqual([other, { ...failures, findingId: 'new', observedAtMs: 5 }]);
  expect(first.fresh).toHaveLength(1);
  const later = { ...failures, evidence: { failed_runs: 6 } };
  const second = mergedFindings(first.findings, [later], ['health_drift'], 9, () => 'newer');
  expect(second.findings).toEqual([other, { ...later, findingId: 'new', observedAtMs: 5 }]);
  expect(second.fresh).toEqual([]);
});

const WINDOW = defaultLimits.expirationWarningWindowMs;
test.each([
  ['never expires', {}, START, undefined],
  ['one before the window', { expiresAtMs: START + WINDOW + 1 }, START, undefined],
  ['at the window', { expiresAtMs: START + WINDOW }, START, 'soon'],
  ['one before the end', { expiresAtMs: START + 1 }, START, 'soon'],
  ['at the end', { expiresAtMs: START }, START, 'expired'],
  ['after the end', { expiresAtMs: START - 1 }, START, 'expired'],
  ['has expired already', { expiresAtMs: START, expiredAtMs: START }, START + 5, undefined],
  ['retired', { expiresAtMs: START, retiredAtMs: START }, START + 5, undefined],
])('an automation that %s', (_name, different, now, expected) => {
  expect(expiryOf(recordOf(different), defaultLimits, now)).toBe(expected);
});

test('with no warning window there is no warning', () => {
  const limits = { ...defaultLimits, expirationWarningWindowMs: 0 };
  expect(expiryOf(recordOf({ expiresAtMs: START + 1 }), limits, START)).toBeUndefined();
  expect(expiryOf(recordOf({ expiresAtMs: START }), limits, START)).toBe('expired');
});
