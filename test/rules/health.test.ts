import { expect, test } from 'vitest';
import { z } from 'zod';
import { limitsSchema } from '../../shared/contract/limits';
import type { Run } from '../../shared/contract/run';
import { decodeWire, toWireSchema } from '../../shared/kernel/wire';
import { recordOf as recordIn, setLimits } from '../support/automations';
import { insertAutomation, pendingOf, recordOf, runOf } from '../support/governed';
import { createWorld, operator, START } from '../support/world';
import { readCases } from './cases';

/** The findings by a short name: the summary for what runs show, the kind for an end. */
const summaries = {
  failures: 'high failure rate across recent runs',
  empty: 'completed runs emitted empty outputs',
  stops: 'repeated guardrail stops detected',
} as const;
const kinds: Readonly<Record<string, Partial<Run>>> = {
  empty: { status: 'completed', checkpoint: { nodeOutputs: {} } },
  stopped: { status: 'cancelled', stopKind: 'guardrail_stopped' },
};
const runKinds = ['completed', 'failed', 'blocked', 'cancelled', 'running', 'paused', 'empty', 'stopped'] as const;
const caseSchema = z.strictObject({
  name: z.string(),
  limits: (toWireSchema(limitsSchema) as z.ZodObject).partial().default({}),
  /** How many runs of which kind, the newest first. */
  runs: z.array(z.tuple([z.enum(runKinds), z.int().min(1)])).default([]),
  /** When the operator looked, counted from the end of the runs; absent for never. */
  reviewed_ms: z.int().optional(),
  record: z.enum(['deleted', 'retired']).optional(),
  expires_in_ms: z.int().optional(),
  findings: z.partialRecord(
    z.enum(['failures', 'empty', 'stops', 'expiration_soon', 'expired']),
    z.enum(['info', 'warning', 'critical']),
  ),
});
const cases = readCases('9-health.json', caseSchema);

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = createWorld();
  setLimits(world, decodeWire(limitsSchema, given.limits) as object);
  const newestFirst = given.runs.flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) =>
      runOf({ runId: `${kind}-${index}`, ...(kinds[kind] ?? { status: kind as Run['status'] }) }),
    ),
  );
  const record = recordOf({
    ...(given.reviewed_ms !== undefined && { lastReviewedAtMs: START + given.reviewed_ms }),
    ...(given.expires_in_ms !== undefined && { expiresAtMs: START + given.expires_in_ms }),
    ...(given.record === 'deleted' && { deletedAtMs: START }),
    ...(given.record === 'retired' && { retiredAtMs: START, reviewKind: 'retired', pausedForLifecycle: true }),
  });
  insertAutomation(world, undefined, record, newestFirst.toReversed());
  const result = await world.execute(operator, 'health.check', {});
  const checked = recordIn(world, 'nightly');
  const expected = Object.entries(given.findings);
  expect(result).toMatchObject({ value: { findingCount: expected.length } });
  const isOfRuns = (name: string): name is keyof typeof summaries => name in summaries;
  expect(
    checked.healthFindings.map(({ kind, summary, severity }) => [
      kind,
      kind === 'health_drift' ? summary : '',
      severity,
    ]),
  ).toEqual(
    expected.map(([name, severity]) =>
      isOfRuns(name) ? ['health_drift', summaries[name], severity] : [name, '', severity],
    ),
  );
  if (given.record === 'retired') return;
  const isFound = expected.length > 0;
  expect(checked.reviewRequired).toBe(isFound);
  const last = expected.at(-1)?.[0];
  expect(checked.reviewKind).toBe(last === undefined ? undefined : isOfRuns(last) ? 'health_drift' : last);
  expect(checked.pausedForLifecycle).toBe(last === 'expired');
  const asked = [
    ...(expected.some(([name]) => isOfRuns(name)) ? ['lifecycle_review'] : []),
    ...(last === 'expired' || last === 'expiration_soon' ? ['retirement_action'] : []),
  ];
  expect(pendingOf(world).map(({ requestType }) => requestType)).toEqual(asked);
});
