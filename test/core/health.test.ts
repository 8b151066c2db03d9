import { describe, expect, test } from 'vitest';
import { mergedFindings, observeRuns } from '../../electron/core/health';
import { defaultLimits } from '../../shared/limits';
import type { Run } from '../../shared/run';
import { runOf } from '../support/governed';

const runs = (count: number, different: Partial<Run>) =>
  Array.from({ length: count }, (_, index) => runOf({ runId: `${different.status}-${index}`, ...different }));
const failed = (count: number) => runs(count, { status: 'failed' });
const blocked = (count: number) => runs(count, { status: 'blocked' });
const fine = (count: number) => runs(count, { status: 'completed' });
const FAILURES = 'high failure rate across recent runs';

describe('the failure rate', () => {
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
