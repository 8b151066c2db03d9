import { describe, expect, test } from 'vitest';
import { nanosOfUsd } from '../../shared/money';
import { HOUR_MS } from '../../shared/time';
import {
  approveOverride,
  cappedWorld,
  codeOf,
  eventNamesAfter,
  eventsAfter,
  gatehouse,
  NEXT_WEEK,
  reserve,
  setLimits,
  spend,
  summaryOf,
} from '../support/runs';
import { agent, START } from '../support/world';

describe('a spend pause ends', () => {
  test('when a new week begins, at once and told by the timer', async () => {
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
      { name: 'spend.resumed', payload: { agent_id: 'scout', reason: 'a new week has begun' } },
    ]);
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

  test('when an override is approved; while it holds nothing stops the agent, and after it the next report does', async () => {
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
