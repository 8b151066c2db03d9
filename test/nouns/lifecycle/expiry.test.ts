import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../../shared/kernel/fields';
import { eventNamesAfter } from '../../support/audit';
import { insertAutomation, pendingOf, recordOf, runOf } from '../../support/governed';
import { createWorld, operator, START, type World } from '../../support/world';

const DAY = 86_400_000;
const recordIn = (world: World) => world.store.read.records.find('nightly');

async function check(world: World) {
  return (await world.done(operator, 'health.check', {})).findingCount;
}

describe('expiry', () => {
  test('pauses the automation and its runs, and asks what becomes of it [2.review-kinds, 9.expired-finding, 9.expired]', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, recordOf({ expiresAtMs: START }), [
      runOf({ runId: 'busy', status: 'running', activeSessionIds: ['s'] }),
    ]);
    expect(await check(world)).toBe(1);
    expect(recordIn(world)).toMatchObject({
      expiredAtMs: START,
      pausedForLifecycle: true,
      reviewRequired: true,
      reviewKind: 'expired',
      reviewRequestedAtMs: START,
      healthFindings: [
        {
          kind: 'expired',
          severity: 'critical',
          summary: 'automation has expired and was paused',
          evidence: { expiresAtMs: START, expiredAtMs: START },
          automationRunId: 'busy',
          approvalId: pendingOf(world)[0]?.approvalId,
        },
      ],
    });
    expect(world.store.read.automations.find('nightly')?.automation.status).toBe('paused');
    expect(world.store.read.runs.find('busy')).toMatchObject({
      status: 'paused',
      stopKind: 'guardrail_stopped',
      pauseReason: 'automation expired after reaching 0ms retention',
    });
    expect(pendingOf(world)).toMatchObject([
      {
        requestType: 'retirement_action',
        requestedBy: { kind: 'system', source: 'automation_expiration' },
        context: { trigger: 'expired', automationID: 'nightly', expiresAtMs: START },
      },
    ]);
    expect(await check(world)).toBe(0);
    expect(eventNamesAfter(world)).toEqual(['run.paused', 'approval.requested', 'expired', 'record.updated']);
  });

  test('that is near is told once, and what is asked then is not asked again at the end [2.review-kinds, 9.expiring-finding, 9.expiring]', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, recordOf({ expiresAtMs: START + DAY }));
    expect(await check(world)).toBe(1);
    expect(await check(world)).toBe(1);
    expect(recordIn(world)).toMatchObject({
      reviewRequired: true,
      reviewKind: 'expiration_soon',
      healthFindings: [
        {
          kind: 'expiration_soon',
          severity: 'info',
          summary: 'automation is approaching its expiration date',
          detail: 'automation expires in 1 day',
          evidence: { expiresAtMs: START + DAY, warningWindowMs: 7 * DAY },
        },
      ],
      pausedForLifecycle: false,
    });
    world.clock.at += DAY;
    await check(world);
    expect(recordIn(world)?.healthFindings.map(({ kind }) => kind)).toEqual(['expired']);
    // Asked for a look since the warning; since now, for its end.
    expect(recordIn(world)?.reviewRequestedAtMs).toBe(START + DAY);
    expect(pendingOf(world)).toMatchObject([{ context: { trigger: 'expiration_soon' } }]);
    expect(eventNamesAfter(world)).toEqual([
      'approval.requested',
      'health.finding',
      'record.updated',
      'expired',
      'record.updated',
    ]);
  });

  test.each(['approval.approve', 'approval.deny'] as const)(
    'that is near is not asked about again after %s, but its end is, and so is another end',
    async (decision) => {
      const world = createWorld();
      insertAutomation(world, undefined, recordOf({ expiresAtMs: START + DAY }));
      const asked = async () => {
        await check(world);
        const [approval] = pendingOf(world);
        if (approval === undefined) return undefined;
        await world.execute(operator, decision, { approvalId: approval.approvalId });
        return fieldOf(approval.context, 'trigger');
      };
      expect(await asked()).toBe('expiration_soon');
      expect(await asked()).toBeUndefined();
      await world.execute(operator, 'automation.extend', { automationId: 'nightly', expiresAtMs: START + 2 * DAY });
      expect(await asked()).toBe('expiration_soon');
      expect(await asked()).toBeUndefined();
      world.clock.at += 2 * DAY;
      expect(await asked()).toBe('expired');
      expect(await asked()).toBeUndefined();
    },
  );

  test('that is near is asked about again when nobody answered', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, recordOf({ expiresAtMs: START + 5 * DAY }));
    await check(world);
    world.clock.at += 4 * DAY;
    await check(world);
    expect(pendingOf(world)).toMatchObject([{ createdAtMs: START + 4 * DAY }]);
  });

  test('that nobody decided about is asked again', async () => {
    const world = createWorld();
    insertAutomation(world, undefined, recordOf({ expiresAtMs: START }));
    await check(world);
    world.clock.at += 4 * DAY;
    await check(world);
    await check(world);
    expect(pendingOf(world)).toHaveLength(1);
    expect(recordIn(world)?.healthFindings).toMatchObject([{ approvalId: pendingOf(world)[0]?.approvalId }]);
  });
});
