import { describe, expect, test } from 'vitest';
import type { GovernanceRecord } from '../../../shared/contract/governance';
import type { Run } from '../../../shared/contract/run';
import { call } from '../../support/api-client';
import { eventNamesAfter } from '../../support/audit';
import {
  automationOf,
  insertAgent,
  insertApproval,
  insertAutomation,
  pendingOf,
  recordOf,
  runOf,
} from '../../support/governed';
import { agent, createWorld, engine, OPERATOR_TOKEN, operator, START, type World } from '../../support/world';

const DAY = 86_400_000;
const failing = (count = 5, different: Partial<Run> = {}) =>
  Array.from({ length: count }, (_, index) => runOf({ runId: `run-${index}`, status: 'failed', ...different }));
const recordIn = (world: World, automationId = 'nightly') => world.store.read.records.find(automationId);

function insertFailing(world: World, automationId: string, different: Partial<GovernanceRecord> = {}): void {
  const runs = failing().map((run) => ({ ...run, runId: `${automationId} ${run.runId}` }));
  insertAutomation(world, automationOf({ automationId }), recordOf({ automationId, ...different }), runs);
}

async function check(world: World) {
  return (await world.done(operator, 'health.check', {})).findingCount;
}

describe('drift', () => {
  test('asks for a look with the findings, once while that is pending [2.review-kinds, 9.review]', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failing());
    expect(await check(world)).toBe(1);
    const [approval] = pendingOf(world);
    expect(approval).toMatchObject({
      requestType: 'lifecycle_review',
      requestedBy: { kind: 'system', source: 'automation_health_check' },
      targetResource: { type: 'automation', id: 'nightly' },
      context: { trigger: 'health_drift', automationID: 'nightly', findingCount: 1 },
    });
    const first = recordIn(world);
    expect(first).toMatchObject({
      reviewRequired: true,
      reviewKind: 'health_drift',
      reviewRequestedAtMs: START,
      reviewRequestId: approval?.approvalId,
      healthFindings: [{ severity: 'critical', observedAtMs: START, automationRunId: 'run-4' }],
    });
    world.clock.at += 5;
    expect(await check(world)).toBe(1);
    expect(recordIn(world)).toEqual(first);
    expect(eventNamesAfter(world)).toEqual(['approval.requested', 'health.finding', 'record.updated']);
  });

  test('once acknowledged is not asked about again for the same runs, but for later ones [14.asks-again]', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failing());
    await check(world);
    world.clock.at += 5;
    await world.execute(operator, 'approval.approve', { approvalId: pendingOf(world)[0]?.approvalId ?? '' });
    expect(await check(world)).toBe(0);
    expect(recordIn(world)).toMatchObject({ reviewRequired: false, healthFindings: [] });
    world.store.transaction(({ runs }) => {
      for (const run of failing(5, { finishedAtMs: START + 6 })) runs.insert({ ...run, runId: `later-${run.runId}` });
    });
    expect(await check(world)).toBe(1);
    expect(pendingOf(world)).toHaveLength(1);
  });

  test('that is gone leaves the review to the operator and takes the finding away', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failing());
    await check(world);
    world.store.transaction(({ runs }) => {
      for (let index = 0; index < 20; index++) runs.insert(runOf({ runId: `fine-${index}` }));
    });
    expect(await check(world)).toBe(0);
    expect(recordIn(world)).toMatchObject({ reviewRequired: true, healthFindings: [] });
  });

  test('is asked about although an agent asks the same [9.review]', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failing());
    insertApproval(world, {
      requestType: 'lifecycle_review',
      targetResource: { type: 'automation', id: 'nightly' },
      context: { trigger: 'health_drift' },
    });
    await check(world);
    expect(pendingOf(world).map(({ requestedBy }) => requestedBy.kind)).toEqual(['agent', 'system']);
  });

  test('is asked about again when nobody answered in time [7.expiry-review]', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failing());
    await check(world);
    const first = recordIn(world)?.reviewRequestId;
    world.clock.at += 4 * DAY;
    await check(world);
    expect(recordIn(world)?.reviewRequestId).not.toBe(first);
    expect(pendingOf(world).map(({ approvalId }) => approvalId)).toEqual([recordIn(world)?.reviewRequestId]);
  });

  test('that the operator denied is not asked about again, until a run has ended since', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failing());
    await check(world);
    world.clock.at += 5;
    await world.execute(operator, 'approval.deny', { approvalId: pendingOf(world)[0]?.approvalId ?? '' });
    const denied = recordIn(world);
    expect(await check(world)).toBe(1);
    expect(recordIn(world)).toEqual(denied);
    expect(pendingOf(world)).toEqual([]);
    world.store.transaction(({ runs }) =>
      runs.insert(runOf({ runId: 'later', status: 'failed', finishedAtMs: START + 6 })),
    );
    await check(world);
    expect(pendingOf(world)).toMatchObject([{ requestType: 'lifecycle_review' }]);
  });

  test('of a deleted automation is nobody’s concern', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, recordOf({ expiresAtMs: START, deletedAtMs: START }), failing());
    world.store.transaction(({ automations }) =>
      automations.setDeletion('nightly', {
        deletedBy: operator.actor,
        deletedAtMs: START,
        restoreUntilMs: START + DAY,
      }),
    );
    expect(await check(world)).toBe(0);
    expect(eventNamesAfter(world)).toEqual([]);
  });
});

test('reviews that nobody decided in time are opened again: of creations, of runs and of an expiry [7.expiry-review]', async () => {
  const world = createWorld();
  const lapsed = (approvalId: string, different: object) =>
    insertApproval(world, { approvalId, status: 'expired', requestType: 'lifecycle_review', ...different });
  const system = (source: string) => ({ kind: 'system', source }) as const;
  const nightly = { type: 'automation', id: 'nightly' };
  lapsed('apr_creations', {
    requestedBy: system('automation_creation_review'),
    targetResource: { type: 'agent', id: 'scout' },
    context: { trigger: 'creation_quota' },
  });
  lapsed('apr_runs', {
    requestedBy: system('automation_lifecycle_review'),
    targetResource: nightly,
    context: { trigger: 'run_drift' },
  });
  insertAgent(world, 'scout', {
    review: {
      agentId: 'scout',
      createdSinceReview: 5,
      reviewRequired: true,
      reviewRequestId: 'apr_creations',
      updatedAtMs: START,
    },
  });
  insertAutomation(
    world,
    undefined,
    recordOf({ reviewRequired: true, reviewKind: 'run_drift', reviewRequestId: 'apr_runs' }),
  );
  await check(world);
  await check(world);
  expect(pendingOf(world).map(({ requestedBy, context }) => [requestedBy.source, context])).toEqual([
    ['automation_lifecycle_review', { trigger: 'run_drift' }],
    ['automation_creation_review', { trigger: 'creation_quota' }],
  ]);
  expect(pendingOf(world).map(({ approvalId }) => approvalId)).toEqual([
    recordIn(world)?.reviewRequestId,
    world.store.read.agents.find('scout')?.review?.reviewRequestId,
  ]);
});

test('a second check with the same findings writes nothing', async () => {
  const world = createWorld();
  for (let index = 0; index < 5; index++) insertFailing(world, `a-${index}`);
  expect(await check(world)).toBe(5);
  const before = world.store.read.audit.headSeq();
  expect(await check(world)).toBe(5);
  expect(world.store.read.audit.headSeq()).toBe(before);
});

test('drift and a near end together are steady too', async () => {
  const world = createWorld();
  insertAutomation(world, undefined, recordOf({ expiresAtMs: START + DAY }), failing());
  expect(await check(world)).toBe(2);
  const [first, seq] = [recordIn(world), world.store.read.audit.headSeq()];
  expect(first?.reviewKind).toBe('expiration_soon');
  world.clock.at += 5;
  expect(await check(world)).toBe(2);
  expect([recordIn(world), world.store.read.audit.headSeq()]).toEqual([first, seq]);
});

test('everyone is told when an automation was last looked at, also when there was nothing to write of it', async () => {
  const world = createWorld();
  insertAutomation(world);
  world.clock.at += 5;
  await check(world);
  insertAutomation(
    world,
    automationOf({ automationId: 'later' }),
    recordOf({ automationId: 'later', createdAtMs: START + 6 }),
  );
  const lastCheckOf = (automationId: string) => {
    const answer = world.told(operator, 'automation.governance', { automationId });
    expect(answer.lifecycle.healthLastCheckedAtMs).toBe(answer.governance.healthLastCheckedAtMs);
    return answer.governance.healthLastCheckedAtMs;
  };
  expect(lastCheckOf('nightly')).toBe(START + 5);
  expect(lastCheckOf('later')).toBeUndefined();
  expect(recordIn(world)).not.toHaveProperty('healthLastCheckedAtMs');
  world.clock.at += 5;
  world.store.transaction(({ records }) => records.save(recordOf({ healthLastCheckedAtMs: START + 10 })));
  expect(lastCheckOf('nightly')).toBe(START + 10);
});

test('a check answers that there is no store, and that the app is ending', async () => {
  const world = createWorld();
  world.holder.close();
  expect(await world.execute(operator, 'health.check', {})).toMatchObject({
    refusal: { code: 'STORE_UNAVAILABLE' },
  });
});

test('however many automations, a check is one commit [9.one-commit]', async () => {
  const world = createWorld();
  for (let index = 0; index < 20; index++) insertFailing(world, `a-${index}`, { expiresAtMs: START });
  const heads = new Set<number>();
  world.feed.subscribe(() => heads.add(world.store.read.audit.headSeq()));
  expect(await check(world)).toBe(40);
  // Told in slices; with the first of them all of it is there.
  expect(heads).toEqual(new Set([100]));
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true });
});

test('reviews are listed over the API, and the check can be asked for by operator and engine, not by an agent [9.timer, api-2.reviews, api-2.health-check]', async () => {
  const world = createWorld();
  insertAutomation(world, undefined, recordOf({ expiresAtMs: START }), failing());
  insertAgent(world, 'scout', {
    review: { agentId: 'scout', createdSinceReview: 5, reviewRequired: true, updatedAtMs: START },
  });
  insertAutomation(
    world,
    automationOf({ automationId: 'retired' }),
    recordOf({ automationId: 'retired', retiredAtMs: START }),
    failing().map((run) => ({ ...run, runId: `retired ${run.runId}` })),
  );
  insertAutomation(world, automationOf({ automationId: 'fine' }), recordOf({ automationId: 'fine' }));
  const api = await world.startApi();
  expect((await call(api, 'POST', '/governance/health_check')).body).toEqual({ finding_count: 2 });
  expect((await call(api, 'POST', '/governance/health_check', { token: OPERATOR_TOKEN })).status).toBe(200);
  expect((await call(api, 'POST', '/governance/health_check', { agent: 'scout' })).status).toBe(403);
  const { body } = await call(api, 'GET', '/governance/reviews');
  expect(body).toMatchObject({
    agent_creation_reviews: [{ agent_id: 'scout', created_since_review: 5 }],
    automation_lifecycle_reviews: [
      { automation_id: 'nightly', creator_id: 'scout', review: { review_kind: 'expired', paused_for_lifecycle: true } },
      { automation_id: 'retired', review: { retired_at_ms: START } },
    ],
    count: 5,
  });
  expect(body.pending_approvals.map(({ request_type }: { request_type: string }) => request_type).toSorted()).toEqual([
    'lifecycle_review',
    'retirement_action',
  ]);
  expect((await call(api, 'GET', '/governance/reviews', { agent: 'scout' })).status).toBe(403);
  expect(world.query(agent('scout'), 'reviews.list', {})).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
  expect((await world.execute(engine, 'automations.checkExpiry', {})).ok).toBe(false);
});
