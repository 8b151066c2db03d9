import { describe, expect, test } from 'vitest';
import { type LifecycleSection, lifecycleSections } from '../../../shared/contract/automation';
import type { Finding, GovernanceRecord } from '../../../shared/contract/governance';
import { HOUR_MS } from '../../../shared/kernel/time';
import { payloadOf } from '../../support/audit';
import { automationOf, insertAutomation, pendingOf, recordOf, runOf } from '../../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const DAY_MS = 24 * HOUR_MS;

function put(world: World, automationId: string, record: Partial<GovernanceRecord> = {}, name = automationId): void {
  insertAutomation(world, automationOf({ automationId, name }), recordOf({ automationId, ...record }));
}

function finding(different: Partial<Finding> = {}): Finding {
  return {
    findingId: 'f1',
    kind: 'health_drift',
    severity: 'critical',
    summary: 'high failure rate across recent runs',
    observedAtMs: START - HOUR_MS,
    ...different,
  };
}

function idsIn(world: World, section: LifecycleSection): readonly string[] {
  return world.told(operator, 'lifecycle.list', { section }).items.map(({ automationId }) => automationId);
}

function overview(world: World, automationId: string) {
  return world.told(operator, 'automation.whole', { automationId }).overview;
}

describe('lifecycle', () => {
  test('each automation is in the sections that it belongs to, and is counted there', async () => {
    const world = createWorld();
    const review = { reviewRequired: true, reviewRequestedAtMs: START } as const;
    put(world, 'fine');
    put(world, 'drifting', { ...review, reviewKind: 'run_drift' });
    put(world, 'failing', { ...review, reviewKind: 'health_drift', healthFindings: [finding()] });
    put(world, 'slow', { ...review, reviewKind: 'health_drift', healthFindings: [finding({ severity: 'warning' })] });
    put(world, 'ending', { ...review, reviewKind: 'expiration_soon', expiresAtMs: START + 6 * DAY_MS });
    put(world, 'later', { expiresAtMs: START + 8 * DAY_MS });
    put(world, 'over', { ...review, reviewKind: 'expired', expiresAtMs: START - 1, expiredAtMs: START });
    put(world, 'retired', { retiredAtMs: START, pausedForLifecycle: true, healthFindings: [finding()] });
    put(world, 'gone', { healthFindings: [finding()] });
    await world.execute(operator, 'automation.delete', { automationId: 'gone' });
    const found = Object.fromEntries(lifecycleSections.map((section) => [section, [...idsIn(world, section)].sort()]));
    expect(found).toEqual({
      review: ['drifting', 'failing', 'slow'],
      failing: ['failing'],
      expiring: ['ending'],
      expired: ['over'],
      retired: ['retired'],
      deleted: ['gone'],
    });
    const counted = world.query(operator, 'lifecycle.counts', {});
    expect(counted).toMatchObject({
      value: { counts: { review: 3, failing: 1, expiring: 1, expired: 1, retired: 1, deleted: 1 } },
    });
  });

  test.each([
    ['the most urgent first', 'expiring', (index: number) => ({ expiresAtMs: START + index * HOUR_MS }), 1],
    ['the latest first', 'retired', (index: number) => ({ retiredAtMs: START + index * HOUR_MS }), -1],
  ] as const)('a section is listed page by page, %s', (_name, section, record, direction) => {
    const world = createWorld();
    for (let index = 1; index <= 7; index++) put(world, `a${index}`, record(Math.ceil(index / 2)));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const answer = world.told(operator, 'lifecycle.list', { section, limit: 2, ...(cursor && { cursor }) });
      seen.push(...answer.items.map(({ automationId }) => Number(automationId.slice(1))));
      cursor = answer.nextCursor;
    } while (cursor !== undefined);
    const all = [1, 2, 3, 4, 5, 6, 7];
    expect(seen).toEqual(direction === 1 ? all : all.toReversed());
  });
});

describe('search', () => {
  const world = () => {
    const made = createWorld();
    put(made, 'nightly-report', {}, 'Nightly Report');
    put(made, 'groß', {}, 'ÜBERSICHT');
    put(made, 'x', { reviewRequired: true, reviewKind: 'run_drift', reviewRequestedAtMs: START }, 'Report check');
    return made;
  };
  test.each([
    ['report', undefined, ['nightly-report', 'x']],
    ['übersicht', undefined, ['groß']],
    ['NIGHTLY-', undefined, ['nightly-report']],
    ['100%', undefined, []],
    ['', 'paused', []],
    ['', 'in_review', ['x']],
    ['nightly', 'in_review', []],
  ] as const)('%j among %s finds %j', (text, show, wanted) => {
    const found = world().told(operator, 'automations.search', { text, ...(show !== undefined && { show }) });
    expect(found.automations.map(({ automationId }) => automationId).toSorted()).toEqual(wanted);
  });

  test('is the operator’s alone', () => {
    for (const caller of [engine, agent('scout')]) {
      expect(world().query(caller, 'automations.search', {})).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
    }
  });
});

test('an overview says what can be done, and what cannot', async () => {
  const world = createWorld();
  put(world, 'active', { expiresAtMs: START + 90 * DAY_MS });
  put(world, 'endless');
  put(world, 'over', { expiresAtMs: START - 1, expiredAtMs: START, pausedForLifecycle: true });
  put(world, 'gone');
  await world.execute(operator, 'automation.delete', { automationId: 'gone' });
  expect(overview(world, 'active').actions).toEqual(['run', 'pause', 'extend', 'retire', 'delete']);
  expect(overview(world, 'endless').actions).not.toContain('extend');
  expect(overview(world, 'over')).toMatchObject({
    marks: ['expired'],
    actions: ['pause', 'extend', 'retire', 'delete'],
  });
  expect(overview(world, 'gone')).toMatchObject({ marks: ['deleted'], actions: ['restore'] });
  world.clock.at += 8 * DAY_MS;
  expect(overview(world, 'gone').actions).toEqual([]);
});

test('a run whose cost nobody reported has none, and outputs stay out of the list', () => {
  const world = createWorld();
  insertAutomation(world, undefined, undefined, [runOf(), runOf({ runId: 'run-2', costNanos: 5, totalTokens: 9 })]);
  const answer = world.told(operator, 'runs.summaries', { automationId: 'nightly', limit: 1 });
  expect(answer.runs).toMatchObject([{ runId: 'run-2', costNanos: 5 }]);
  expect(answer.runs[0]).not.toHaveProperty('checkpoint');
  const next = world.query(operator, 'runs.summaries', {
    automationId: 'nightly',
    cursor: answer.nextCursor ?? '',
  });
  expect(next).toMatchObject({ value: { runs: [{ runId: 'run-1', costNanos: null }] } });
  expect(next).not.toHaveProperty('value.nextCursor');
});

describe('acknowledging', () => {
  const failed = Array.from({ length: 5 }, (_, index) => runOf({ runId: `r${index}`, status: 'failed' }));

  async function checked(): Promise<World> {
    const world = createWorld();
    insertAutomation(world, undefined, undefined, failed);
    await world.execute(operator, 'health.check', {});
    return world;
  }

  const acknowledge = (world: World, findingIds = overview(world, 'nightly').findingIds, notes?: string) =>
    world.execute(operator, 'automation.acknowledge', {
      automationId: 'nightly',
      findingIds,
      ...(notes !== undefined && { notes }),
    });

  test('approves the pending review, and clears what was found', async () => {
    const world = await checked();
    const [approval] = pendingOf(world);
    expect(await acknowledge(world)).toMatchObject({ value: { isChanged: true } });
    expect(world.store.read.approvals.find(approval?.approvalId ?? '')?.status).toBe('approved');
    expect(world.store.read.records.find('nightly')).toMatchObject({ reviewRequired: false, healthFindings: [] });
    expect(await acknowledge(world)).toMatchObject({ value: { isChanged: false } });
  });

  test('ends a review that was denied, and leaves the automation paused [6.acknowledged-notes]', async () => {
    const world = await checked();
    await world.execute(operator, 'approval.deny', { approvalId: pendingOf(world)[0]?.approvalId ?? '' });
    expect(await acknowledge(world)).toMatchObject({ value: { isChanged: true } });
    expect(world.store.read.records.find('nightly')).toMatchObject({ reviewRequired: false, pausedForLifecycle: true });
  });

  test.each(['approval.approve', 'approval.deny'] as const)(
    'keeps who looked and what they said of it, whether the review waits or its request was answered by %s',
    async (decision) => {
      const world = await checked();
      if (decision === 'approval.deny') {
        await world.execute(operator, decision, { approvalId: pendingOf(world)[0]?.approvalId ?? '' });
      }
      await acknowledge(world, undefined, 'flaky network, not the code');
      expect(payloadOf(world, 'review.automation_acknowledged')).toMatchObject({
        automationID: 'nightly',
        reviewer: 'olga',
        notes: 'flaky network, not the code',
      });
    },
  );

  test('is refused where something was found that the operator has not seen', async () => {
    const world = await checked();
    expect(await acknowledge(world, [])).toMatchObject({ refusal: { code: 'GOVERNANCE_APPROVAL_CHANGED' } });
    expect(pendingOf(world)).toHaveLength(1);
  });

  test('is refused where only the end is asked about', async () => {
    const world = createWorld();
    put(world, 'nightly', { expiresAtMs: START + DAY_MS });
    await world.execute(operator, 'health.check', {});
    expect(await acknowledge(world)).toMatchObject({ refusal: { code: 'AUTOMATION_V2_LIFECYCLE_BLOCKED' } });
    expect(overview(world, 'nightly')).toMatchObject({ marks: ['expires_soon'] });
  });

  test('is the operator’s alone', async () => {
    const world = await checked();
    for (const caller of [engine, agent('scout')]) {
      const refused = await world.execute(caller, 'automation.acknowledge', {
        automationId: 'nightly',
        findingIds: [],
      });
      expect(refused).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
    }
  });
});
