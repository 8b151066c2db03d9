import { expect, test } from 'vitest';
import { z } from 'zod';
import { runStatuses } from '../../shared/contract/run';
import { create, setLimits } from '../support/automations';
import { insertAgent, pendingOf } from '../support/governed';
import { startRun } from '../support/runs';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';
import { readCases, whoSchema } from './cases';

const caseSchema = z.strictObject({
  name: z.string(),
  of: z.enum(['creations', 'runs']),
  by: whoSchema.default('agent'),
  ends: z.enum(runStatuses).default('completed'),
  threshold: z.int(),
  own_threshold: z.int().optional(),
  count: z.int(),
  required: z.boolean(),
});
type Case = z.output<typeof caseSchema>;
const cases = readCases('6-reviews.json', caseSchema);
const callers = { human: operator, system: engine, agent: agent('scout') } as const;

async function afterCreations(world: World, { by, count, threshold, own_threshold: own }: Case) {
  setLimits(world, { perAgentCreationReviewThreshold: threshold });
  if (own !== undefined) insertAgent(world, 'scout', { overrides: { perAgentCreationReviewThreshold: own } });
  for (let index = 0; index < count; index++) await create(world, callers[by], { automationId: `a-${index}` });
  return {
    stands: world.store.read.agents.find('scout')?.review,
    counted: by === 'agent' ? { createdSinceReview: count } : {},
    review: { reviewKind: 'creation_quota', reviewRequestedAtMs: START },
    asked: {
      requestType: 'lifecycle_review',
      requestedBy: { kind: 'system', source: 'automation_creation_review' },
      targetResource: { type: 'agent', id: 'scout' },
      context: {
        trigger: 'creation_quota',
        agentID: 'scout',
        automationID: `a-${(own ?? threshold) - 1}`,
        createdSinceReview: own ?? threshold,
        creationReviewThreshold: own ?? threshold,
      },
    },
  };
}

/** Each run that is over is a look at its automation. */
const looked = { healthLastCheckedAtMs: START };

async function afterRuns(world: World, { by, count, threshold, ends }: Case) {
  setLimits(world, { runReviewThreshold: threshold });
  await create(world, callers[by], { automationId: 'nightly' });
  const runIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const runId = await startRun(world, 'nightly');
    runIds.push(runId);
    await world.execute(engine, 'run.report', { runId, status: ends, detail: `the end of ${index}` });
  }
  return {
    stands: world.store.read.records.find('nightly'),
    counted: ends === 'paused' ? { runsSinceReview: 0 } : { runsSinceReview: count, ...(count > 0 && looked) },
    review: { reviewKind: 'run_drift', reviewRequestedAtMs: START },
    asked: {
      requestType: 'lifecycle_review',
      requestedBy: { kind: 'system', source: 'automation_lifecycle_review' },
      targetResource: { type: 'automation', id: 'nightly' },
      context: {
        trigger: 'run_drift',
        automationID: 'nightly',
        runID: runIds[threshold - 1],
        detail: `the end of ${threshold - 1}`,
        runCountSinceReview: threshold,
        reviewKind: 'run_drift',
      },
    },
  };
}

test.each(cases.map((given) => [given.name, given] as const))(
  '%s [6.run-detail, 6.run-checked]',
  async (_name, given) => {
    const world = createWorld();
    const { stands, counted, review, asked } = await (given.of === 'runs' ? afterRuns : afterCreations)(world, given);
    expect(stands?.reviewRequired ?? false).toBe(given.required);
    expect(stands ?? {}).toMatchObject(counted);
    const pending = pendingOf(world);
    expect(pending).toHaveLength(given.required ? 1 : 0);
    if (!given.required) return;
    expect(pending).toMatchObject([asked]);
    expect(pending[0]?.context).toEqual(asked.context);
    expect(stands).toMatchObject({ ...review, reviewRequestId: pending[0]?.approvalId });
  },
);
