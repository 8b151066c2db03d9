import { describe, expect, test } from 'vitest';
import { mergedFindings, observeRuns } from '../../../electron/nouns/lifecycle/rules-health';
import { defaultLimits } from '../../../shared/contract/limits';
import type { Run } from '../../../shared/contract/run';
import { runOf } from '../../support/governed';

const runs = (count: number, different: Partial<Run>) =>
  Array.from({ length: count }, (_, index) => runOf({ runId: `${different.status}-${index}`, ...different }));
const failed = (count: number) => runs(count, { status: 'failed' });
const blocked = (count: number) => runs(count, { status: 'blocked' });
const fine = (count: number) => runs(count, { status: 'completed' });
const FAILURES = 'high failure rate across recent runs';

describe('the failure rate', () => {
  test('is told with its counts and the newest run counted [9.evidence]', () => {
    const given = [runOf({ runId: 'now', status: 'running' }), ...failed(3), ...blocked(1), ...fine(4)];
    expect(observeRuns(given, defaultLimits, undefined)).toEqual([
      {
        kind: 'health_drift',
        severity: 'warning',
        summary: FAILURES,
        automationRunId: 'failed-0',
        detail: '4 of 8 recent terminal runs failed or were blocked (50% failure rate)',
        evidence: { failureCount: 4, terminalRunCount: 8, failureRate: 0.5 },
      },
    ]);
  });
});

test('each finding says in its detail and evidence what was counted [9.detail]', () => {
  const stopped = { stopKind: 'guardrail_stopped', status: 'failed' } as const;
  const given = [...runs(2, stopped), ...failed(2), runOf({ runId: 'empty', checkpoint: { nodeOutputs: {} } })];
  expect(
    observeRuns(given, defaultLimits, undefined).map(({ summary, detail, evidence }) => [summary, detail, evidence]),
  ).toEqual([
    [
      FAILURES,
      '4 of 5 recent terminal runs failed or were blocked (80% failure rate)',
      { failureCount: 4, terminalRunCount: 5, failureRate: 0.8 },
    ],
    [
      'completed runs emitted empty outputs',
      '1 recent completed runs produced no node outputs',
      { emptyOutputCount: 1 },
    ],
    ['repeated guardrail stops detected', '2 recent runs were stopped by a guardrail', { guardrailStopCount: 2 }],
  ]);
});

test('a finding that still holds keeps its id and time, one that does not is gone, and others stay [9.finding-kept]', () => {
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
  const later = { ...failures, evidence: { failureCount: 6 } };
  const second = mergedFindings(first.findings, [later], ['health_drift'], 9, () => 'newer');
  expect(second.findings).toEqual([other, { ...later, findingId: 'new', observedAtMs: 5 }]);
  expect(second.fresh).toEqual([]);
});
