import { describe, expect, test } from 'vitest';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import { eventNamesAfter } from '../../support/audit';
import { automationOf, insertAgent, insertApproval, insertAutomation, recordOf, runOf } from '../../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const system = { kind: 'system', source: 'automation_health_check' } as const;
const aboutNightly = { requestedBy: system, targetResource: { type: 'automation', id: 'nightly' } } as const;
const review = (trigger: string): Partial<ApprovalRecord> => ({
  ...aboutNightly,
  requestType: 'lifecycle_review',
  context: { trigger },
});
const recordIn = (world: World) => world.store.read.records.find('nightly');

function reviewed(approval: Partial<ApprovalRecord>, reviewRequestId?: string) {
  const world = createWorld();
  const record = recordOf({
    reviewRequired: true,
    reviewKind: 'health_drift',
    runsSinceReview: 3,
    pausedForLifecycle: true,
    ...(reviewRequestId !== undefined && { reviewRequestId }),
  });
  insertAutomation(world, undefined, record, [runOf({ runId: 'busy', status: 'running', activeSessionIds: ['s1'] })]);
  insertApproval(world, approval);
  return world;
}

describe('an approved lifecycle review of an automation', () => {
  test('has its effect once, however often it is approved [7.effects-transaction]', async () => {
    const world = reviewed(review('health_drift'));
    await Promise.all([1, 2, 3].map(() => world.execute(operator, 'approval.approve', { approvalId: 'apr_1' })));
    expect(eventNamesAfter(world)).toEqual(['approval.approved', 'review.automation_acknowledged']);
  });

  test('of an automation that is not there is a decision only', async () => {
    const world = createWorld();
    insertApproval(world, review('health_drift'));
    expect((await world.execute(operator, 'approval.approve', { approvalId: 'apr_1' })).ok).toBe(true);
    expect(eventNamesAfter(world)).toEqual(['approval.approved']);
  });
});

test('a denied lifecycle review pauses the automation and leaves it to be looked at', async () => {
  const world = createWorld();
  insertAutomation(world, undefined, recordOf({ reviewRequired: true, reviewKind: 'run_drift' }), [
    runOf({ runId: 'busy', status: 'running', activeSessionIds: ['s1'] }),
  ]);
  insertApproval(world, review('run_drift'));
  await world.execute(operator, 'approval.deny', { approvalId: 'apr_1' });
  expect(recordIn(world)).toMatchObject({ pausedForLifecycle: true, reviewRequired: true, reviewKind: 'run_drift' });
  expect(world.store.read.automations.find('nightly')?.automation.status).toBe('paused');
  expect(world.store.read.runs.find('busy')).toMatchObject({ status: 'paused', stopKind: 'operator_stopped' });
});

describe('an approved retirement action', () => {
  const ask = (world: World) => insertApproval(world, { ...aboutNightly, requestType: 'retirement_action' });

  test('retires', async () => {
    const world = createWorld();
    insertAutomation(world);
    ask(world);
    await world.execute(operator, 'approval.approve', { approvalId: 'apr_1', action: 'retire', notes: 'not needed' });
    expect(recordIn(world)).toMatchObject({ retiredAtMs: START, retireReason: 'not needed', pausedForLifecycle: true });
    expect(eventNamesAfter(world)).toEqual(['approval.approved', 'retired']);
  });

  test('extends until the instant that is given, which is not when the approval ends', async () => {
    const world = createWorld();
    insertAutomation(world, automationOf({ status: 'paused' }), recordOf({ expiredAtMs: START, expiresAtMs: START }));
    ask(world);
    const expiresAtMs = START + 1_000_000_000;
    await world.execute(operator, 'approval.approve', { approvalId: 'apr_1', action: 'extend', expiresAtMs });
    expect(recordIn(world)).toMatchObject({ expiresAtMs, pausedForLifecycle: false });
    expect(world.store.read.automations.find('nightly')?.automation.status).toBe('active');
    expect(world.store.read.approvals.find('apr_1')?.expiresAtMs).toBeLessThan(expiresAtMs);
  });

  test('with neither is the decision only', async () => {
    const world = createWorld();
    insertAutomation(world);
    ask(world);
    await world.execute(operator, 'approval.approve', { approvalId: 'apr_1' });
    expect(recordIn(world)).toEqual(recordOf());
    expect(eventNamesAfter(world)).toEqual(['approval.approved']);
  });

  test('that cannot be carried out leaves the request pending [7.effects-transaction]', async () => {
    const world = createWorld();
    insertAutomation(world);
    ask(world);
    const past = await world.execute(operator, 'approval.approve', {
      approvalId: 'apr_1',
      action: 'extend',
      expiresAtMs: START,
    });
    expect(past).toMatchObject({ refusal: { code: 'VALIDATION_FAILED' } });
    expect(world.store.read.approvals.find('apr_1')).toMatchObject({ status: 'pending', revision: 1 });
    expect(eventNamesAfter(world)).toEqual([]);
  });

  test('is the only one that carries one out', async () => {
    const world = createWorld();
    insertApproval(world, {});
    const result = await world.execute(operator, 'approval.approve', { approvalId: 'apr_1', action: 'retire' });
    expect(result).toMatchObject({ refusal: { code: 'VALIDATION_FAILED', issues: [{ path: 'action' }] } });
  });
});

test.each([
  ['agent', agent('scout')],
  ['engine', engine],
] as const)('an %s sets off no effect', async (_name, caller) => {
  const world = reviewed(review('health_drift'));
  expect(await world.execute(caller, 'approval.approve', { approvalId: 'apr_1' })).toMatchObject({
    refusal: { code: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN' },
  });
  expect(recordIn(world)).toMatchObject({ reviewRequired: true });
});

test("the agent's own time to live holds for what it asks [2.own-limits, 7.request-expiry]", async () => {
  const world = createWorld();
  insertAgent(world, 'scout', { overrides: { approvalTtlMs: 5_000 } });
  const asked = (caller = agent('scout')) =>
    world.execute(caller, 'approval.request', {
      requestType: 'tool_call',
      targetResource: { type: 'tool', id: 'Bash' },
      rationale: 'why',
    });
  expect(await asked()).toMatchObject({ value: { approval: { expiresAtMs: START + 5_000 } } });
  expect(await asked(agent('other'))).toMatchObject({ value: { approval: { expiresAtMs: START + 72 * 3_600_000 } } });
});
