import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../shared/kernel/actor';
import { MAX_NANOS, nanosOfUsd } from '../../../shared/kernel/money';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, eventsAfter } from '../../support/audit';
import { insertAgent, insertApproval } from '../../support/governed';
import {
  cappedWorld,
  NEXT_WEEK,
  putAutomation,
  runOf,
  spend,
  startRun,
  summaryOf,
  weeklyCost,
} from '../../support/runs';
import { agent, createWorld, engine, operator, START } from '../../support/world';

describe('a usage report', () => {
  test('is charged to every lineage agent, in all four windows and the day, and to the run [8.every-lineage-agent]', async () => {
    const world = createWorld();
    putAutomation(world, { ancestorIds: ['root', 'planner', 'root'], flow: ['writer'] });
    const runId = await startRun(world);
    await spend(world, runId, 0.1);
    await spend(world, runId, 0.2);
    for (const agentId of ['scout', 'planner', 'root']) {
      const usage = { promptTokens: 20, completionTokens: 10, totalTokens: 30, costNanos: 300_000_000 };
      const summary = summaryOf(world, agentId);
      for (const kind of ['daily', 'weekly', 'monthly', 'lifetime'] as const) {
        expect(summary?.[kind]).toMatchObject({ kind, ...usage, lastRunId: runId, lastAutomationId: 'auto' });
      }
      expect(world.query(operator, 'spend.days', { agentId })).toMatchObject({
        value: { days: [{ agentId, totalTokens: 30, costNanos: 300_000_000 }], isCut: false },
      });
    }
    expect(summaryOf(world, 'writer')).toBeUndefined();
    expect(runOf(world, runId)).toMatchObject({ promptTokens: 20, totalTokens: 30, costNanos: 300_000_000 });
  });

  test('of a human-made automation charges nobody [8.human-made]', async () => {
    const { world, runId } = await cappedWorld(0.1, { creator: operator.actor, flow: ['writer'] });
    expect(await spend(world, runId, 5)).toMatchObject({
      value: { warnings: [], hardStops: [], run: { status: 'running' } },
    });
    expect(world.query(operator, 'spend.list', {})).toMatchObject({ value: { count: 0 } });
    expect(runOf(world, runId).costNanos).toBe(nanosOfUsd(5));
  });

  test.each([
    ['negative tokens', { promptTokens: -1 }],
    ['a negative cost', { costNanos: -1 }],
    ['NaN', { completionTokens: Number.NaN }],
    ['infinity', { totalTokens: Number.POSITIVE_INFINITY }],
  ])('with %s is refused and charges nothing [8.invalid]', async (_name, wrong) => {
    const { world, runId, seq } = await cappedWorld(1);
    const usage = { promptTokens: 1, completionTokens: 1, costNanos: 1, ...wrong };
    expect(codeOf(await world.execute(engine, 'run.spend', { runId, usageId: 'u', ...usage }))).toBe(
      'GOVERNANCE_SPEND_INVALID',
    );
    expect(summaryOf(world, 'scout')).toBeUndefined();
    expect(eventNamesAfter(world, seq)).toEqual([]);
  });

  test('saturates and never wraps [8.saturate]', async () => {
    const { world, runId } = await cappedWorld(1);
    const usage = { promptTokens: 1e300, completionTokens: 1e300, costNanos: MAX_NANOS };
    for (let count = 0; count < 3; count += 1) await world.execute(engine, 'run.spend', { runId, ...usage });
    const all = { promptTokens: MAX_NANOS, completionTokens: MAX_NANOS, totalTokens: MAX_NANOS, costNanos: MAX_NANOS };
    expect(summaryOf(world, 'scout')?.lifetime).toMatchObject(all);
    expect(runOf(world, runId)).toMatchObject(all);
  });

  test('with a usage_id that came before charges nothing and is answered as before [8.usage-id]', async () => {
    const { world, runId } = await cappedWorld(1);
    const first = await spend(world, runId, 0.9, 'u1');
    expect(first).toMatchObject({ value: { warnings: ['scout'], hardStops: [] } });
    expect(await spend(world, runId, 0.9, 'u1')).toEqual(first);
    expect(await spend(world, runId, 5, 'u1')).toEqual(first);
    expect(weeklyCost(world)).toBe(nanosOfUsd(0.9));
    const otherRun = await startRun(world);
    await spend(world, otherRun, 0.05, 'u1');
    expect(weeklyCost(world)).toBe(nanosOfUsd(0.95));
  });

  test('of a run that is over is still charged', async () => {
    const { world, runId } = await cappedWorld(1);
    await world.execute(engine, 'run.report', { runId, status: 'completed' });
    expect(await spend(world, runId, 2)).toMatchObject({
      value: { hardStops: ['scout'], run: { status: 'completed' } },
    });
  });
});

describe('windows', () => {
  test('begin anew by the UTC calendar, and lose their marks [8.window-reset]', async () => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 0.85);
    expect(summaryOf(world, 'scout')?.weekly.softWarningAtMs).toBe(START);
    world.clock.at = NEXT_WEEK - 1;
    expect(weeklyCost(world)).toBe(nanosOfUsd(0.85));
    world.clock.at = NEXT_WEEK;
    const fresh = summaryOf(world, 'scout');
    expect(fresh?.daily).toMatchObject({ costNanos: 0, windowStartMs: NEXT_WEEK });
    expect(fresh?.weekly).toMatchObject({ costNanos: 0, windowStartMs: NEXT_WEEK });
    expect(fresh?.weekly).not.toHaveProperty('softWarningAtMs');
    expect(fresh?.monthly.costNanos).toBe(nanosOfUsd(0.85));
    expect(fresh?.lifetime.costNanos).toBe(nanosOfUsd(0.85));
    expect(await spend(world, runId, 0.85)).toMatchObject({ value: { warnings: ['scout'] } });
    expect(world.query(operator, 'spend.days', {})).toMatchObject({
      value: { days: [{ dayStartMs: START - 12 * HOUR_MS }, { dayStartMs: NEXT_WEEK }] },
    });
    expect(world.query(operator, 'spend.days', { sinceMs: NEXT_WEEK })).toMatchObject({
      value: { days: [{ dayStartMs: NEXT_WEEK }] },
    });
  });
});

describe('the warning', () => {
  test('comes once a week [8.warning]', async () => {
    const { world, runId, seq } = await cappedWorld(1);
    await spend(world, runId, 0.8);
    await spend(world, runId, 0.1);
    expect(eventsAfter(world, seq).filter(({ name }) => name === 'spend.warning')).toEqual([
      {
        name: 'spend.warning',
        payload: {
          agentID: 'scout',
          automationID: 'auto',
          runID: runId,
          weeklyCostUsd: 0.8,
          weeklySpendCapUsd: 1,
        },
        actor: { kind: 'system', source: 'automation_spend_cap' },
      },
    ]);
  });
});

describe('the hard stop', () => {
  test('pauses the agent and the run, asks the operator, and says so in that order [8.hard-stop-override, 8.run-paused]', async () => {
    const { world, runId, seq } = await cappedWorld(10);
    await spend(world, runId, 10.25);
    expect(summaryOf(world, 'scout')).toMatchObject({
      pausedAtMs: START,
      pauseReason: 'weekly spend cap 10.00 USD reached',
      weekly: { hardStopAtMs: START, softWarningAtMs: START },
    });
    const why = 'weekly spend cap exceeded for scout (10.2500/10.0000 USD)';
    const run = runOf(world, runId);
    expect(run).toMatchObject({
      status: 'paused',
      stopKind: 'guardrail_stopped',
      detail: why,
      pauseReason: why,
      activeSessionIds: [],
      activeInstanceIds: [],
    });
    expect(run.lifecycleHistory.at(-1)).toMatchObject({ event: 'run_paused_spend_cap_exceeded', reason: why });
    const events = eventsAfter(world, seq);
    expect(events.map(({ name }) => name)).toEqual([
      'spend.charged',
      'spend.warning',
      'approval.requested',
      'spend.paused',
      'run.paused',
    ]);
    expect(events[2]?.payload['request']).toMatchObject({
      request_type: 'quota_override',
      requested_by: { kind: 'system', source: 'automation_spend_cap' },
      target_resource: { type: 'agent', id: 'scout' },
      context: {
        automationID: 'auto',
        runID: runId,
        agentID: 'scout',
        weeklyCostUsd: 10.25,
        weeklySpendCapUsd: 10,
        reason: 'agent weekly spend cap exceeded',
      },
    });
    expect(events[4]?.payload).toMatchObject({ sessionIDs: ['s1', 's2'], stopKind: 'guardrail_stopped' });
  });

  test.each([
    ['Gatehouse', { kind: 'system', source: 'automation_spend_cap' }, 0],
    ['the agent itself', { kind: 'agent', actorId: 'scout' }, 1],
    ['an engine', { kind: 'system', source: 'tandem' }, 1],
    ['another agent', { kind: 'agent', actorId: 'other' }, 1],
  ] as const)(
    'where %s asks already, opens as many overrides as there is no other of Gatehouse [8.hard-stop-override]',
    async (_name, by, count) => {
      const { world, runId, seq } = await cappedWorld(1);
      insertApproval(world, {
        requestType: 'quota_override',
        requestedBy: by,
        targetResource: { type: 'agent', id: 'scout' },
      });
      await spend(world, runId, 1);
      const asked = eventsAfter(world, seq).filter(({ name }) => name === 'approval.requested');
      expect(asked).toHaveLength(count);
      const stopped = eventsAfter(world, seq).find(({ name }) => name === 'spend.paused');
      expect(stopped?.payload).toMatchObject({
        requestedApprovals: asked.map(({ payload }) => payload['approvalID']),
        detail: 'weekly spend cap exceeded for scout (1.0000/1.0000 USD)',
      });
    },
  );

  test("holds each lineage agent to its own cap, and the agent's own goes before the general one", async () => {
    const { world, runId } = await cappedWorld(1, { ancestorIds: ['root', 'free'] });
    insertAgent(world, 'root', { overrides: { weeklySpendCapNanos: nanosOfUsd(0.5) } });
    insertAgent(world, 'free', { overrides: { weeklySpendCapNanos: 0 } });
    expect(await spend(world, runId, 0.6)).toMatchObject({ value: { hardStops: ['root'] } });
    expect(runOf(world, runId).pauseReason).toBe('weekly spend cap exceeded for root (0.6000/0.5000 USD)');
    expect(await spend(world, runId, 0.6)).toMatchObject({ value: { hardStops: ['scout'] } });
    expect(summaryOf(world, 'free')).not.toHaveProperty('pausedAtMs');
  });

  test('reaches every other run of a stopped agent at its next report', async () => {
    const { world, runId } = await cappedWorld(1);
    const other = await startRun(world);
    await spend(world, runId, 1);
    expect(runOf(world, other).status).toBe('running');
    expect(await spend(world, other, 0.1)).toMatchObject({ value: { hardStops: [], run: { status: 'paused' } } });
  });

  test.each<[string, Caller]>([
    ['the operator', operator],
    ['an engine', engine],
    ['the agent', agent('scout')],
  ])('keeps %s from starting or resuming a run of the agent [8.no-run]', async (_name, caller) => {
    const { world, runId } = await cappedWorld(1);
    await spend(world, runId, 1);
    const code = 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED';
    expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.resume', { runId }))).toBe(code);
  });
});

describe('reading spend', () => {
  test('lists the highest cost of this week first, page by page; an agent sees its own [api-2.spend-order, api-2.spend-unknown]', async () => {
    const world = createWorld();
    for (const [agentId, usd] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
      ['d', 2],
    ] as const) {
      putAutomation(world, { automationId: agentId, creator: { kind: 'agent', actorId: agentId } });
      await spend(world, await startRun(world, agentId), usd);
    }
    world.clock.at = NEXT_WEEK;
    const late = await startRun(world, 'a');
    await spend(world, late, 0.1);
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = world.told(operator, 'spend.list', { limit: 2, ...(cursor !== undefined && { cursor }) });
      pages.push(page.spend.map(({ agentId }) => agentId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(pages).toEqual([
      ['a', 'b'],
      ['d', 'c'],
    ]);
    expect(world.query(agent('b'), 'spend.list', {})).toMatchObject({ value: { count: 1, spend: [{ agentId: 'b' }] } });
    expect(world.query(agent('nobody'), 'spend.list', {})).toMatchObject({ value: { count: 0 } });
    expect(codeOf(world.query(agent('b'), 'spend.get', { agentId: 'a' }))).toBe('AGENT_SPEND_NOT_FOUND');
    expect(codeOf(world.query(operator, 'spend.get', { agentId: 'nobody' }))).toBe('AGENT_SPEND_NOT_FOUND');
    expect(codeOf(world.query(operator, 'spend.list', { cursor: 'x' }))).toBe('VALIDATION_FAILED');
  });
});
