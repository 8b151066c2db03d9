import { describe, expect, test } from 'vitest';
import { MAX_NANOS, nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, eventsAfter } from '../../support/audit';
import { setLimits } from '../../support/automations';
import { insertAgent } from '../../support/governed';
import {
  cappedWorld,
  gatehouse,
  NEXT_WEEK,
  putAutomation,
  reserve,
  runOf,
  spend,
  startRun,
  weeklyCost,
} from '../../support/runs';
import { createWorld, engine, operator, START } from '../../support/world';

describe('a reservation', () => {
  test('is set aside, told, and settled by the report with its usage_id [8.settle]', async () => {
    const { world, runId, seq } = await cappedWorld(1);
    expect(await reserve(world, runId, 0.6, 'u1')).toEqual({
      ok: true,
      value: { reservedNanos: nanosOfUsd(0.6), leftNanos: { scout: nanosOfUsd(0.4) } },
    });
    expect(await reserve(world, runId, 0.6, 'u1')).toMatchObject({ value: { leftNanos: { scout: nanosOfUsd(0.4) } } });
    expect(weeklyCost(world)).toBeUndefined();
    await spend(world, runId, 0.5, 'u1');
    expect(weeklyCost(world)).toBe(nanosOfUsd(0.5));
    expect(world.store.read.spend.reservedFor('scout')).toBe(0);
    expect(await reserve(world, runId, 0.6, 'u1')).toMatchObject({
      value: { reservedNanos: 0, leftNanos: { scout: nanosOfUsd(0.5) } },
    });
    expect(eventsAfter(world, seq)).toMatchObject([
      {
        name: 'spend.reserved',
        payload: { usageID: 'u1', costUsd: 0.6, costNanos: nanosOfUsd(0.6), agentIDs: ['scout'] },
      },
      {
        name: 'spend.charged',
        payload: { usageID: 'u1', costUsd: 0.5, settledNanos: nanosOfUsd(0.6), isEstimate: false },
      },
    ]);
  });

  test('that does not fit changes nothing, is told with what is left, and asks the operator once [8.reserve]', async () => {
    const { world, runId, seq } = await cappedWorld(1, { ancestorIds: ['free'] });
    insertAgent(world, 'free', { overrides: { weeklySpendCapNanos: 0 } });
    const refused = await reserve(world, runId, 1.5, 'u1');
    expect(refused).toMatchObject({
      refusal: {
        code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
        details: { agent_ids: ['scout'], left_usd: { scout: 1, free: null } },
      },
    });
    await reserve(world, runId, 1.5, 'u1');
    expect(world.store.read.spend.reservedFor('scout')).toBe(0);
    expect(eventsAfter(world, seq)).toMatchObject([
      { name: 'denied', payload: { code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED', costUsd: 1.5 } },
      { name: 'approval.requested', payload: { request: { context: { weeklyCostUsd: 0, weeklySpendCapUsd: 1 } } } },
      { name: 'denied' },
    ]);
    expect(runOf(world, runId).status).toBe('running');
  });

  test('counts for every lineage agent [8.reserve]', async () => {
    const { world, runId } = await cappedWorld(1, { ancestorIds: ['root'] });
    putAutomation(world, { automationId: 'other', creator: { kind: 'agent', actorId: 'root' } });
    const other = await startRun(world, 'other');
    await reserve(world, other, 0.7, 'u1');
    expect(await reserve(world, runId, 0.4, 'u1')).toMatchObject({ refusal: { details: { agent_ids: ['root'] } } });
  });

  test('twenty at once of 0.20 against a cap of 1.00 give exactly five [8.reserve]', async () => {
    const { world, runId, seq } = await cappedWorld(1);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => reserve(world, runId, 0.2, `u${index}`)),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(5);
    expect(world.store.read.spend.reservedFor('scout')).toBe(nanosOfUsd(1));
    const names = eventNamesAfter(world, seq);
    expect(names.filter((name) => name === 'denied')).toHaveLength(15);
    expect(names.filter((name) => name === 'approval.requested')).toHaveLength(1);
  });

  test('that nobody settles is charged at its estimate an hour later, once, and marked [8.estimate]', async () => {
    const { world, runId } = await cappedWorld(1);
    await reserve(world, runId, 0.6, 'u1');
    expect(world.store.read.spend.nextDue()).toBe(START + HOUR_MS);
    world.clock.at = START + HOUR_MS - 1;
    expect(await world.execute(gatehouse, 'reservations.chargeDue', {})).toMatchObject({ value: { count: 0 } });
    world.clock.at = START + HOUR_MS;
    expect(await world.execute(gatehouse, 'reservations.chargeDue', {})).toMatchObject({ value: { count: 1 } });
    expect(await world.execute(gatehouse, 'reservations.chargeDue', {})).toMatchObject({ value: { count: 0 } });
    expect(weeklyCost(world)).toBe(nanosOfUsd(0.6));
    expect(runOf(world, runId).lifecycleHistory.at(-1)).toMatchObject({ event: 'run_charged_estimate' });
    const charges = eventsAfter(world).filter(({ name }) => name === 'spend.charged');
    expect(charges).toMatchObject([{ payload: { usageID: 'u1', isEstimate: true, settledNanos: nanosOfUsd(0.6) } }]);
  });

  test('that is open when its automation is purged is charged before its run is gone', async () => {
    const { world, runId } = await cappedWorld(1);
    await reserve(world, runId, 0.6, 'u1');
    await world.execute(operator, 'automation.delete', { automationId: 'auto' });
    world.clock.at += 8 * 24 * HOUR_MS;
    await world.execute(gatehouse, 'automations.purgeDue', {});
    expect(world.store.read.runs.find(runId)).toBeUndefined();
    expect(world.store.read.spend.reservedFor('scout')).toBe(0);
    expect(weeklyCost(world)).toBe(nanosOfUsd(0.6));
  });

  test('that does not fit is not asked about again once denied, until the cost, the cap or the week is another', async () => {
    const { world, runId } = await cappedWorld(1);
    const asked = async (usd: number, usageId: string) => {
      await reserve(world, runId, usd, usageId);
      const pending = world.store.read.approvals.waiting(9);
      for (const { approvalId } of pending) await world.execute(operator, 'approval.deny', { approvalId });
      return pending.length;
    };
    expect(await asked(1.5, 'u1')).toBe(1);
    expect(await asked(1.5, 'u2')).toBe(0);
    await spend(world, runId, 0.1);
    expect(await asked(1.5, 'u3')).toBe(1);
    expect(await asked(1.5, 'u4')).toBe(0);
    setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1.2) });
    expect(await asked(1.5, 'u5')).toBe(1);
    world.clock.at = NEXT_WEEK;
    expect(await asked(1.5, 'u6')).toBe(1);
    expect(await asked(1.5, 'u7')).toBe(0);
  });

  test.each([
    ['less', 0.2, 0.6],
    ['the same', 0.6, 0.6],
    ['more', 0.9, 0.9],
  ])('that was charged as an estimate and turns out to cost %s is charged once', async (_name, real, charged) => {
    const { world, runId } = await cappedWorld(5);
    await reserve(world, runId, 0.6, 'u1');
    world.clock.at = START + HOUR_MS;
    await world.execute(gatehouse, 'reservations.chargeDue', {});
    await spend(world, runId, real, 'u1');
    await spend(world, runId, real, 'u1');
    expect(weeklyCost(world)).toBe(nanosOfUsd(charged));
    expect(runOf(world, runId).totalTokens).toBe(15);
  });

  test.each([
    ['report', 'completed'],
    ['cancel', 'cancelled'],
  ])('is charged at its estimate when its run ends by %s [8.estimate]', async (way, status) => {
    const { world, runId, seq } = await cappedWorld(1);
    await reserve(world, runId, 0.6, 'u1');
    await reserve(world, runId, 0.4, 'u2');
    const ended =
      way === 'cancel'
        ? await world.execute(operator, 'run.cancel', { runId })
        : await world.execute(engine, 'run.report', { runId, status: 'completed' });
    expect(ended).toMatchObject({ value: { run: { status, costNanos: nanosOfUsd(1) } } });
    expect(runOf(world, runId)).toMatchObject({ status, costNanos: nanosOfUsd(1) });
    expect(world.store.read.spend.reservationsOf(runId)).toEqual([]);
    expect(eventNamesAfter(world, seq)).toEqual([
      'spend.reserved',
      'spend.reserved',
      'spend.charged',
      'spend.charged',
      'spend.warning',
      'approval.requested',
      'spend.paused',
      'run.finished',
    ]);
  });

  test('is refused for a negative cost and for a run that is paused', async () => {
    const { world, runId } = await cappedWorld(1);
    expect(codeOf(await reserve(world, runId, -1, 'u1'))).toBe('GOVERNANCE_SPEND_INVALID');
    await world.execute(operator, 'run.pause', { runId });
    expect(codeOf(await reserve(world, runId, 0.1, 'u1'))).toBe('AUTOMATION_V2_RUN_TRANSITION_INVALID');
  });

  test('of the largest amounts without a cap never breaks the sum', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    for (const usageId of ['a', 'b', 'c']) {
      expect(codeOf(await world.execute(engine, 'run.reserve', { runId, usageId, costNanos: MAX_NANOS }))).toBe('ok');
    }
    expect(world.store.read.spend.reservedFor('scout')).toBe(MAX_NANOS);
  });
});
