import { expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/contract/limits';
import type { Caller } from '../../../shared/kernel/actor';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { approvalRecord } from '../../support/approvals';
import { eventNamesAfter, headSeq, payloadOf } from '../../support/audit';
import { addRun, create, recordOf, setLimits, storedAutomation } from '../../support/automations';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const scout = agent('scout');
const DAY_MS = 24 * HOUR_MS;

/** Puts a pending question about the end of an automation into the database. */
function askAboutEnd(world: World, automationId: string, approvalId: string): void {
  const {
    action: _action,
    actionHash: _hash,
    ...record
  } = approvalRecord({
    approvalId,
    requestType: 'retirement_action',
    requestedBy: { kind: 'system', source: 'automation_expiration' },
    targetResource: { type: 'automation', id: automationId },
    context: { trigger: 'expired' },
    expiresAtMs: START + 30 * DAY_MS,
  });
  world.store.transaction((store) => store.approvals.insert(record, approvalId));
}

test.each(['automation.retire', 'automation.extend', 'automation.restore'] as const)(
  '%s is the operator’s alone',
  async (name) => {
    const world = createWorld();
    const { automationId } = await create(world, scout);
    for (const caller of [scout, engine]) {
      expect(codeOf(await world.execute(caller, name, { automationId }))).toBe('FORBIDDEN');
    }
    expect(headSeq(world)).toBe(1);
  },
);

test('retiring pauses for good, closes what was asked about it, and again replaces the reason [2.review-kinds, 11.closed-as-approved, 11.retire-again, 11.retire]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { status: 'active' });
  const run = addRun(world, automationId);
  askAboutEnd(world, automationId, 'apr_end');
  world.store.transaction((store) =>
    store.records.save({
      ...recordOf(world, automationId),
      reviewRequired: true,
      reviewKind: 'run_drift',
      reviewRequestedAtMs: START,
      reviewRequestId: 'apr_x',
    }),
  );
  const retired = await world.execute(operator, 'automation.retire', { automationId, reason: ' ' });
  expect(retired).toMatchObject({ value: { automation: { status: 'paused' } } });
  const record = recordOf(world, automationId);
  expect(record).toMatchObject({
    retiredAtMs: START,
    retireReason: 'retired by operator',
    pausedForLifecycle: true,
    reviewRequired: false,
    reviewKind: 'retired',
    reviewRequestedAtMs: START,
  });
  expect(record).not.toHaveProperty('reviewRequestId');
  expect(world.store.read.runs.find(run.runId)).toMatchObject({ status: 'paused', stopKind: 'operator_stopped' });
  expect(world.store.read.approvals.find('apr_end')).toMatchObject({
    status: 'approved',
    reviewedBy: operator.actor,
    reviewedAtMs: START,
  });
  expect(eventNamesAfter(world, 1)).toEqual(['run.paused', 'approval.approved', 'retired']);
  const seq = headSeq(world);
  world.clock.at = START + 1;
  await world.execute(operator, 'automation.retire', { automationId, reason: 'replaced by the weekly one' });
  expect(eventNamesAfter(world, seq)).toEqual(['retired']);
  expect(payloadOf(world, 'retired')).toMatchObject({ reason: 'replaced by the weekly one', pausedRunIDs: [] });
  expect(recordOf(world, automationId)).toMatchObject({
    retireReason: 'replaced by the weekly one',
    retiredAtMs: START + 1,
    reviewRequestedAtMs: START + 1,
  });
});

test('extending brings a retired or expired automation back, and closes what was asked about it [11.extend-keeps, 11.extend]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { status: 'active' });
  await world.execute(operator, 'automation.retire', { automationId, reason: 'done with' });
  askAboutEnd(world, automationId, 'apr_end');
  world.store.transaction((store) =>
    store.records.save({
      ...recordOf(world, automationId),
      expiredAtMs: START,
      reviewRequired: true,
      reviewKind: 'expired',
      reviewRequestedAtMs: START,
      reviewRequestId: 'apr_end',
      runsSinceReview: 7,
      healthFindings: [
        { findingId: 'f', kind: 'expired', severity: 'critical', summary: 'expired', observedAtMs: START },
      ],
    }),
  );
  world.clock.at = START + DAY_MS;
  const extended = await world.execute(operator, 'automation.extend', { automationId, reason: 'still needed' });
  expect(extended).toMatchObject({ value: { automation: { status: 'active' } } });
  const { provenance: _, ...record } = recordOf(world, automationId);
  expect(record).toEqual({
    automationId,
    declaredCapabilities: { createsAgents: false, modifiesGrants: false },
    createdAtMs: START,
    updatedAtMs: START + DAY_MS,
    publishedExternally: false,
    creationPaused: false,
    reviewRequired: false,
    lastReviewedAtMs: START + DAY_MS,
    healthLastCheckedAtMs: START + DAY_MS,
    runsSinceReview: 7,
    expiresAtMs: START + DAY_MS + defaultLimits.defaultExpiresAfterMs,
    pausedForLifecycle: false,
    healthFindings: [
      { findingId: 'f', kind: 'expired', severity: 'critical', summary: 'expired', observedAtMs: START },
    ],
  });
  await world.execute(operator, 'health.check', {});
  expect(recordOf(world, automationId).healthFindings).toEqual([]);
  expect(world.store.read.approvals.find('apr_end')).toMatchObject({ status: 'approved', reviewNotes: 'still needed' });
  expect(payloadOf(world, 'retirement.extended')).toEqual({
    automationID: automationId,
    expiresAtMs: record.expiresAtMs,
    reason: 'still needed',
  });
  expect(codeOf(await world.execute(scout, 'automation.update', { automationId, description: 'x' }))).toBe('ok');
});

test('extending and retiring approve no exact act that an agent asked for [11.closed-as-approved]', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const asked = await world.done(scout, 'approval.request', {
    requestType: 'retirement_action',
    targetResource: { type: 'automation', id: automationId },
    rationale: 'clean up',
    action: { command: 'rm -r everything' },
  });
  await world.execute(operator, 'automation.extend', { automationId });
  await world.execute(operator, 'automation.retire', { automationId });
  expect(world.store.read.approvals.find(asked.approval.approvalId)?.status).toBe('pending');
});

test.each([
  ['the past', START - 1, undefined],
  ['now', START, undefined],
  ['a moment from now', START + 1, START + 1],
])('extending until %s', async (_name, expiresAtMs, expected) => {
  const world = createWorld();
  const { automationId } = await create(world, operator);
  const result = await world.execute(operator, 'automation.extend', { automationId, expiresAtMs });
  if (expected === undefined) {
    expect(result).toMatchObject({
      refusal: { code: 'VALIDATION_FAILED', issues: [{ path: 'expires_at_ms' }] },
    });
  }
  expect(recordOf(world, automationId).expiresAtMs).toBe(expected);
});

test('with no default expiry, extending gives a moment [11.extend]', async () => {
  const world = createWorld();
  setLimits(world, { defaultExpiresAfterMs: 0 });
  const { automationId } = await create(world, operator);
  await world.execute(operator, 'automation.extend', { automationId });
  expect(recordOf(world, automationId).expiresAtMs).toBe(START + 1);
});

test('a deleted automation is gone for everyone, and is kept whole [2.deleted-automation, 11.delete]', async () => {
  const world = createWorld();
  const automation = await create(world, scout, { status: 'active', extra: 1 });
  const { automationId } = automation;
  const run = addRun(world, automationId);
  const deleted = await world.execute(scout, 'automation.delete', { automationId });
  expect(deleted).toEqual({ ok: true, value: { ok: true, deleted: true } });
  expect(world.store.read.automations.find(automationId)).toEqual({
    automation,
    deletion: { deletedBy: scout.actor, deletedAtMs: START, restoreUntilMs: START + 7 * DAY_MS },
  });
  expect(recordOf(world, automationId)).toMatchObject({
    deletedAtMs: START,
    deleteRetentionUntilMs: START + 7 * DAY_MS,
  });
  expect(world.store.read.runs.find(run.runId)?.status).toBe('paused');
  expect(eventNamesAfter(world, 1)).toEqual(['run.paused', 'deleted']);
  expect(payloadOf(world, 'deleted')).toMatchObject({
    deletedBy: { kind: 'agent', actor_id: 'scout' },
    deletedAtMs: START,
    restoreUntilMs: START + 7 * DAY_MS,
  });
  for (const caller of [operator, engine, scout]) {
    expect(world.query(caller, 'automations.list', {})).toMatchObject({ value: { automations: [], count: 0 } });
    for (const name of ['automations.get', 'automation.governance', 'grants.list'] as const) {
      expect(codeOf(world.query(caller, name, { automationId }))).toBe('AUTOMATION_V2_NOT_FOUND');
    }
  }
  for (const name of ['automation.retire', 'automation.extend', 'automation.delete'] as const) {
    expect(codeOf(await world.execute(operator, name, { automationId }))).toBe('AUTOMATION_V2_NOT_FOUND');
  }
});

test.each([
  ['active', 'paused'],
  ['paused', 'paused'],
  ['draft', 'draft'],
] as const)('a deleted automation that was %s comes back %s [1.automation, 11.restore]', async (status, expected) => {
  const world = createWorld();
  const { automationId } = await create(world, scout, { status, extra: 1 });
  await world.execute(scout, 'automation.delete', { automationId });
  world.clock.at = START + 5;
  const restored = await world.execute(operator, 'automation.restore', { automationId });
  expect(restored).toMatchObject({ value: { automation: { automationId, status: expected, extra: 1 } } });
  expect(recordOf(world, automationId)).not.toHaveProperty('deletedAtMs');
  expect(recordOf(world, automationId)).not.toHaveProperty('deleteRetentionUntilMs');
  expect(world.query(scout, 'automations.list', {})).toMatchObject({ value: { count: 1 } });
  expect(eventNamesAfter(world, 2)).toEqual(['restored']);
  expect(codeOf(await world.execute(operator, 'automation.restore', { automationId }))).toBe(
    'AUTOMATION_V2_RESTORE_NOT_FOUND',
  );
});

test.each([
  ['one below', -1, 'ok'],
  ['at', 0, 'ok'],
  ['one above', 1, 'AUTOMATION_V2_RESTORE_NOT_FOUND'],
])('restoring %s the end of retention', async (_name, offset, code) => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  await world.execute(scout, 'automation.delete', { automationId });
  world.clock.at = START + 7 * DAY_MS + offset;
  expect(codeOf(await world.execute(operator, 'automation.restore', { automationId }))).toBe(code);
  expect(storedAutomation(world, automationId).automationId).toBe(automationId);
});

test('what was never there is not restored, retired or extended', async () => {
  const world = createWorld();
  const { automationId } = await create(world, scout);
  const code = async (name: 'automation.restore' | 'automation.retire' | 'automation.extend', id: string) =>
    codeOf(await world.execute(operator, name, { automationId: id }));
  expect(await code('automation.restore', 'nothing')).toBe('AUTOMATION_V2_RESTORE_NOT_FOUND');
  expect(await code('automation.restore', automationId)).toBe('AUTOMATION_V2_RESTORE_NOT_FOUND');
  expect(await code('automation.retire', 'nothing')).toBe('AUTOMATION_V2_NOT_FOUND');
  expect(await code('automation.extend', 'nothing')).toBe('AUTOMATION_V2_NOT_FOUND');
});

test('nobody but Gatehouse purges [11.purge]', async () => {
  const world = createWorld();
  for (const caller of [operator, engine, scout] satisfies readonly Caller[]) {
    expect(codeOf(await world.execute(caller, 'automations.purgeDue', {}))).toBe('FORBIDDEN');
  }
});

test.each(['automation.retire', 'automation.extend'] as const)(
  'the one who asked what becomes of it is told when %s answers that',
  async (name) => {
    const world = createWorld();
    const { automationId } = await create(world, scout);
    const asked = await world.done(scout, 'approval.request', {
      requestType: 'retirement_action',
      targetResource: { type: 'automation', id: automationId },
      rationale: 'not needed any more',
    });
    const seq = headSeq(world);
    await world.execute(operator, name, { automationId, reason: 'agreed' });
    const heard = world.store.read.audit.after(seq, 9, 'scout').map(({ eventType, payload }) => [eventType, payload]);
    expect(heard[0]).toEqual([
      'automation.governance.approval.approved',
      {
        approvalID: asked.approval.approvalId,
        revision: 2,
        expiresAtMs: asked.approval.expiresAtMs,
        notes: 'agreed',
      },
    ]);
  },
);
