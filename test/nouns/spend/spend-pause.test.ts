import { describe, expect, test } from 'vitest';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, eventsAfter } from '../../support/audit';
import { setLimits } from '../../support/automations';
import {
  approveOverride,
  cappedWorld,
  gatehouse,
  NEXT_WEEK,
  putAutomation,
  reserve,
  spend,
  startRun,
  summaryOf,
} from '../../support/runs';
import { agent, engine, operator, START } from '../../support/world';

describe('a spend pause ends', () => {
  test('when a new week begins, at once and told by the timer [8.resumed-audit]', async () => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 1);
    world.clock.at = NEXT_WEEK - 1;
    expect(await world.execute(gatehouse, 'spend.liftEndedPauses', {})).toEqual({ ok: true, value: { count: 0 } });
    world.clock.at = NEXT_WEEK;
    expect(summaryOf(world, 'scout')).not.toHaveProperty('pausedAtMs');
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe('ok');
    const seq = world.store.read.audit.headSeq();
    expect(await world.execute(gatehouse, 'spend.liftEndedPauses', {})).toEqual({ ok: true, value: { count: 1 } });
    expect(await world.execute(gatehouse, 'spend.liftEndedPauses', {})).toEqual({ ok: true, value: { count: 0 } });
    expect(eventsAfter(world, seq)).toMatchObject([
      { name: 'spend.resumed', payload: { agentID: 'scout', reason: 'a new week has begun' } },
    ]);
  });

  test('when a new week begins, with the first report in it where that comes before the timer', async () => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 1);
    world.clock.at = NEXT_WEEK;
    await world.execute(agent('scout'), 'run.resume', { runId });
    const seq = world.store.read.audit.headSeq();
    expect(await spend(world, runId, 0.5)).toMatchObject({ value: { hardStops: [] } });
    expect(eventNamesAfter(world, seq)).toContain('spend.resumed');
    expect(world.store.read.agents.find('scout')).not.toHaveProperty('spendPausedAtMs');
    expect(await world.execute(gatehouse, 'spend.liftEndedPauses', {})).toEqual({ ok: true, value: { count: 0 } });
  });

  test('when the cap is raised above the cost, and the agent is stopped again at the new one', async () => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 1);
    setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1) + 1 });
    const seq = world.store.read.audit.headSeq();
    expect(await world.execute(gatehouse, 'spend.liftEndedPauses', {})).toMatchObject({ value: { count: 1 } });
    expect(summaryOf(world, 'scout')?.weekly).not.toHaveProperty('hardStopAtMs');
    expect(await spend(world, runId, 0.1)).toMatchObject({ value: { warnings: [], hardStops: ['scout'] } });
    expect(eventNamesAfter(world, seq)).toEqual(['spend.resumed', 'spend.charged', 'spend.paused']);
  });

  test('for one run alone when the override is for it: that run goes on, and the cap stops all else of the agent', async () => {
    const { world, runId } = await cappedWorld(1);
    const otherRunId = await startRun(world);
    await spend(world, runId, 1);
    expect(await spend(world, otherRunId, 0)).toMatchObject({ value: { run: { status: 'paused' } } });
    const [asked] = world.store.read.approvals.waiting(9);
    const approve = (approvalId: string, onlyRunId: string) =>
      world.execute(operator, 'approval.approve', { approvalId, onlyRunId, expiresAtMs: START + HOUR_MS });
    const seq = world.store.read.audit.headSeq();
    expect(await approve(asked?.approvalId ?? '', runId)).toMatchObject({
      value: {
        approval: { status: 'approved', onlyRunId: runId, guidance: { sentence: expect.stringContaining(runId) } },
      },
    });
    expect(eventsAfter(world, seq)).toMatchObject([{ name: 'approval.approved', payload: { onlyRunID: runId } }]);
    expect(summaryOf(world, 'scout')).toHaveProperty('pausedAtMs', START);

    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe('ok');
    await world.execute(engine, 'run.report', { runId, status: 'running' });
    expect(codeOf(await reserve(world, runId, 5, 'big'))).toBe('ok');
    expect(await spend(world, runId, 5, 'big')).toMatchObject({ value: { hardStops: [], run: { status: 'running' } } });
    const stopped = 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED';
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId: otherRunId }))).toBe(stopped);
    expect(codeOf(await reserve(world, otherRunId, 0.01, 'small'))).toBe(stopped);
    expect(codeOf(await world.execute(agent('scout'), 'automation.run', { automationId: 'auto' }))).toBe(stopped);
    expect(codeOf(await world.execute(agent('scout'), 'automation.create', { name: 'More' }))).toBe(stopped);

    world.clock.at = START + HOUR_MS;
    expect(await spend(world, runId, 0)).toMatchObject({ value: { run: { stopKind: 'guardrail_stopped' } } });
  });

  test('for no run that is over, that the agent does not pay for, or in what is no spend override', async () => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 1);
    putAutomation(world, { automationId: 'of-other', creator: { kind: 'agent', actorId: 'other' } });
    const foreign = await startRun(world, 'of-other');
    const [asked] = world.store.read.approvals.waiting(9);
    const another = await world.execute(agent('scout'), 'approval.request', {
      requestType: 'depth_override',
      targetResource: { type: 'agent', id: 'scout' },
      rationale: 'deeper, please',
    });
    const anotherId = another.ok ? another.value.approval.approvalId : '';
    for (const [approvalId, onlyRunId] of [
      [asked?.approvalId, 'run-nothing'],
      [asked?.approvalId, foreign],
      [anotherId, runId],
    ] as const) {
      const result = await world.execute(operator, 'approval.approve', { approvalId: approvalId ?? '', onlyRunId });
      expect(result).toMatchObject({
        refusal: { code: 'VALIDATION_FAILED', issues: [{ path: 'only_run_id' }] },
      });
    }
    await world.execute(engine, 'run.cancel', { runId });
    const late = { approvalId: asked?.approvalId ?? '', onlyRunId: runId };
    expect(codeOf(await world.execute(operator, 'approval.approve', late))).toBe('VALIDATION_FAILED');
    expect(world.store.read.approvals.waitingCount()).toBe(2);
  });

  test('when an override is approved; while it holds nothing stops the agent, and after it the next report does [7.approved-quota, 8.override-over]', async () => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 1);
    const until = START + HOUR_MS;
    await approveOverride(world, 'scout', until);
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe('ok');
    expect(await spend(world, runId, 3)).toMatchObject({ value: { hardStops: [] } });
    expect(codeOf(await reserve(world, runId, 99, 'big'))).toBe('ok');
    await spend(world, runId, 0, 'big');
    world.clock.at = until;
    expect(codeOf(await reserve(world, runId, 0.01, 'small'))).toBe('AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED');
    expect(await spend(world, runId, 0)).toMatchObject({
      value: { hardStops: ['scout'], run: { stopKind: 'guardrail_stopped' } },
    });
  });
});
