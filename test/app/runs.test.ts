import { describe, expect, test } from 'vitest';
import type { Caller } from '../../shared/actor';
import type { Result } from '../../shared/errors';
import type { GovernanceRecord } from '../../shared/governance';
import { nanosOfUsd } from '../../shared/money';
import { runStatuses, terminalStatuses } from '../../shared/run';
import {
  eventNamesAfter,
  eventsAfter,
  putAutomation,
  reserve,
  runOf,
  setAgent,
  setLimits,
  spend,
  startRun,
} from '../support/runs';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';

const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.refusal.code);

/** Gives an agent a grant that lets it change the automation. */
function grant(world: World, agentId: string): void {
  world.store.transaction(({ grants }) =>
    grants.save({
      grantId: `grant-${agentId}`,
      automationId: 'auto',
      grantKind: 'modify',
      grantedTo: { kind: 'agent', actorId: agentId },
      grantedBy: operator.actor,
      createdAtMs: START,
    }),
  );
}

describe('starting a run', () => {
  test('queues it for an engine and says so', async () => {
    const world = createWorld();
    putAutomation(world);
    const started = await world.execute(agent('scout'), 'automation.run', {
      automationId: 'auto',
      triggerType: 'cron',
    });
    expect(started).toMatchObject({
      ok: true,
      value: { ok: true, dryRun: false, run: { status: 'queued', triggerType: 'cron' } },
    });
    if (!started.ok) return;
    const { runId } = started.value.run;
    expect(world.query(agent('scout'), 'runs.get', { runId })).toEqual({ ok: true, value: { run: started.value.run } });
    expect(eventsAfter(world)).toEqual([
      {
        name: 'run.started',
        payload: { run_id: runId, automation_id: 'auto', trigger_type: 'cron' },
        actor: { kind: 'agent', actorId: 'scout' },
      },
    ]);
  });

  test('that is dry makes every check and keeps nothing', async () => {
    const world = createWorld();
    putAutomation(world);
    const dry = await world.execute(engine, 'automation.run', { automationId: 'auto', dryRun: true });
    expect(dry).toMatchObject({ ok: true, value: { dryRun: true, run: { status: 'queued' } } });
    expect(world.store.read.runs.newest('auto', 10)).toEqual([]);
    expect(eventNamesAfter(world)).toEqual([]);
    setAgent(world, 'scout', { pausedAtMs: START });
    expect(codeOf(await world.execute(engine, 'automation.run', { automationId: 'auto', dryRun: true }))).toBe(
      'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    );
  });

  test.each<[string, Partial<GovernanceRecord>, string]>([
    ['that nothing blocks', {}, 'ok'],
    ['that is paused for lifecycle', { pausedForLifecycle: true }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['that is retired', { retiredAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['that has expired', { expiredAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['whose time is over now', { expiresAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['whose time is over in a moment', { expiresAtMs: START + 1 }, 'ok'],
    ['that is deleted', { deletedAtMs: START }, 'AUTOMATION_V2_LIFECYCLE_BLOCKED'],
    ['that needs a review only', { reviewRequired: true }, 'ok'],
  ])('of an automation %s', async (_name, record, code) => {
    const world = createWorld();
    putAutomation(world, { record });
    for (const caller of [operator, engine, agent('scout')]) {
      expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(code);
    }
    expect(eventNamesAfter(world)).toEqual(Array(3).fill(code === 'ok' ? 'run.started' : 'denied'));
  });

  test('without a custody record is refused, of an unknown automation not found', async () => {
    const world = createWorld();
    world.store.transaction(({ automations }) =>
      automations.insert(
        { automationId: 'bare', name: 'x', status: 'active', creatorId: 'x', createdAtMs: 0, updatedAtMs: 0 },
        [],
        [],
      ),
    );
    expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'bare' }))).toBe(
      'AUTOMATION_V2_GOVERNANCE_MISSING',
    );
    expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'none' }))).toBe(
      'AUTOMATION_V2_NOT_FOUND',
    );
  });

  test.each<[string, string]>([
    ['creator', 'scout'],
    ['ancestor', 'root'],
    ['agent of the flow', 'writer'],
  ])('is refused while its %s is paused, whoever asks', async (_name, pausedId) => {
    const world = createWorld();
    putAutomation(world, { ancestorIds: ['root'], flow: ['writer'] });
    setAgent(world, pausedId, { pausedAtMs: START });
    for (const caller of [operator, engine, agent('scout')]) {
      expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(
        'AUTOMATION_V2_AGENT_CREATION_PAUSED',
      );
    }
    expect(eventsAfter(world)[0]).toMatchObject({ name: 'denied', payload: { paused_agent_ids: [pausedId] } });
  });

  test.each<[string, string, string]>([
    ['the creator', 'scout', 'ok'],
    ['an agent of the flow', 'writer', 'ok'],
    ['an agent with a grant', 'helper', 'ok'],
    ['an ancestor, which sees it', 'root', 'AUTOMATION_V2_MODIFY_FORBIDDEN'],
    ['a stranger, to whom it does not exist', 'stranger', 'AUTOMATION_V2_NOT_FOUND'],
  ])('and all else that is done to runs, by %s', async (_name, agentId, code) => {
    const world = createWorld();
    putAutomation(world, { ancestorIds: ['root'], flow: ['writer'] });
    grant(world, 'helper');
    const caller = agent(agentId);
    expect(codeOf(await world.execute(caller, 'automation.run', { automationId: 'auto' }))).toBe(code);
    const runId = await startRun(world);
    expect(codeOf(await world.execute(caller, 'run.report', { runId, detail: 'x' }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.reserve', { runId, usageId: 'u', costNanos: 1 }))).toBe(code);
    const usage = { promptTokens: 1, completionTokens: 1, costNanos: 1 };
    expect(codeOf(await world.execute(caller, 'run.spend', { runId, ...usage }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.pause', { runId }))).toBe(code);
    expect(codeOf(await world.execute(caller, 'run.resume', { runId }))).toBe(
      code === 'AUTOMATION_V2_MODIFY_FORBIDDEN' || code === 'AUTOMATION_V2_NOT_FOUND' ? code : 'ok',
    );
    expect(codeOf(await world.execute(caller, 'run.cancel', { runId }))).toBe(code);
    const isSeen = code !== 'AUTOMATION_V2_NOT_FOUND';
    expect(world.query(caller, 'runs.get', { runId }).ok).toBe(isSeen);
    expect(world.query(caller, 'runs.list', { automationId: 'auto' }).ok).toBe(isSeen);
  });

  test('does not need the creator to be an agent', async () => {
    const world = createWorld();
    putAutomation(world, { creator: operator.actor });
    expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'auto' }))).toBe('ok');
    expect(codeOf(await world.execute(agent('scout'), 'automation.run', { automationId: 'auto' }))).toBe(
      'AUTOMATION_V2_NOT_FOUND',
    );
  });
});

test('a flow agent that its spend has stopped cannot start a run, though it pays for none of it', async () => {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1) });
  putAutomation(world, { automationId: 'own', creator: { kind: 'agent', actorId: 'writer' } });
  putAutomation(world, { flow: ['writer'] });
  const runId = await startRun(world, 'own');
  await spend(world, runId, 1);
  const start = (caller: Caller) => world.execute(caller, 'automation.run', { automationId: 'auto' });
  expect(codeOf(await start(agent('writer')))).toBe('AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED');
  expect(codeOf(await start(agent('scout')))).toBe('ok');
  expect(codeOf(await world.execute(operator, 'automation.run', { automationId: 'own' }))).toBe(
    'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
  );
});

describe('reporting a run', () => {
  test.each(
    runStatuses.flatMap((from) =>
      runStatuses.map((to) => {
        const isTerminal = terminalStatuses.includes(from);
        const isPaused = from === 'paused' || from === 'pausing';
        const isAllowed =
          from === to ||
          (!isTerminal && to !== 'queued' && (!isPaused || to === 'paused' || terminalStatuses.includes(to)));
        return [from, to, isAllowed] as const;
      }),
    ),
  )('%s as %s: %s', async (from, to, isAllowed) => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    world.store.transaction(({ runs }) => runs.update({ ...runOf(world, runId), status: from }));
    const reported = await world.execute(engine, 'run.report', { runId, status: to });
    expect(codeOf(reported)).toBe(isAllowed ? 'ok' : 'AUTOMATION_V2_RUN_TRANSITION_INVALID');
    expect(runOf(world, runId).status).toBe(isAllowed ? to : from);
  });

  test('keeps when it began and ended, its outputs by node and what it is doing', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    const seq = world.store.read.audit.headSeq();
    world.clock.at = START + 5;
    await world.execute(engine, 'run.report', { runId, nodeOutputs: { a: 1 }, activeInstanceIds: ['i'] });
    world.clock.at = START + 9;
    await world.execute(engine, 'run.report', {
      runId,
      nodeOutputs: { b: { deep: [2] } },
      status: 'completed',
      detail: 'done',
    });
    const run = runOf(world, runId);
    expect(run).toMatchObject({
      status: 'completed',
      startedAtMs: START,
      finishedAtMs: START + 9,
      updatedAtMs: START + 9,
      detail: 'done',
      activeSessionIds: [],
      activeInstanceIds: [],
      checkpoint: { nodeOutputs: { a: 1, b: { deep: [2] } } },
    });
    expect(run.lifecycleHistory.map(({ event }) => event)).toEqual(['run_queued', 'run_running', 'run_completed']);
    expect(eventsAfter(world, seq)[0]).toMatchObject({
      name: 'run.finished',
      payload: { run_id: runId, status: 'completed', session_ids: ['s1', 's2'], instance_ids: ['i'] },
    });
    world.clock.at = START + 20;
    await world.execute(engine, 'run.report', { runId, status: 'completed', detail: 'again' });
    expect(runOf(world, runId)).toMatchObject({ finishedAtMs: START + 9, detail: 'again' });
    expect(eventNamesAfter(world, seq).filter((name) => name === 'run.finished')).toHaveLength(1);
    expect(world.store.read.records.find('auto')?.runsSinceReview).toBe(1);
  });

  test('keeps at most 4 MiB of outputs, and what else was reported with too many is refused with them', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    const half = 'x'.repeat(2 * 1024 * 1024 - 20);
    const report = (node: string) =>
      world.execute(engine, 'run.report', { runId, nodeOutputs: { [node]: half }, detail: node });
    expect(codeOf(await report('a'))).toBe('ok');
    expect(codeOf(await report('b'))).toBe('ok');
    expect(codeOf(await report('c'))).toBe('PAYLOAD_TOO_LARGE');
    expect(codeOf(await report('b'))).toBe('ok');
    expect(runOf(world, runId).detail).toBe('b');
  });

  test('that was queued before its agent was blocked does not begin', async () => {
    const world = createWorld();
    putAutomation(world);
    const started = await world.execute(engine, 'automation.run', { automationId: 'auto' });
    if (!started.ok) throw new Error(started.refusal.code);
    setAgent(world, 'scout', { pausedAtMs: START });
    const { runId } = started.value.run;
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'running' }))).toBe(
      'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    );
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'failed' }))).toBe('ok');
  });
});

describe('pausing, resuming and cancelling a run', () => {
  test('pauses by way of pausing, names what has to stop, and is the same twice', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    const seq = world.store.read.audit.headSeq();
    const paused = await world.execute(operator, 'run.pause', { runId, reason: 'wait' });
    expect(paused).toMatchObject({
      value: {
        ok: true,
        run: { status: 'paused', stopKind: 'operator_stopped', pauseReason: 'wait', activeSessionIds: [] },
      },
    });
    expect(runOf(world, runId).lifecycleHistory.slice(-2)).toMatchObject([
      { event: 'run_pausing' },
      { event: 'run_paused' },
    ]);
    await world.execute(operator, 'run.pause', { runId });
    expect(eventsAfter(world, seq)).toMatchObject([
      { name: 'run.paused', payload: { session_ids: ['s1', 's2'], reason: 'wait', stop_kind: 'operator_stopped' } },
    ]);
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'running' }))).toBe(
      'AUTOMATION_V2_RUN_TRANSITION_INVALID',
    );
  });

  test('resumes to the queue, without what stopped it', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await world.execute(operator, 'run.pause', { runId });
    const resumed = await world.execute(agent('scout'), 'run.resume', { runId, reason: 'go' });
    expect(resumed).toMatchObject({ value: { run: { status: 'queued', resumeReason: 'go' } } });
    expect(runOf(world, runId)).not.toHaveProperty('stopKind');
    expect(runOf(world, runId)).not.toHaveProperty('pauseReason');
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe(
      'AUTOMATION_V2_RUN_TRANSITION_INVALID',
    );
    expect(eventNamesAfter(world).at(-1)).toBe('run.resumed');
  });

  test('does not resume while its automation is paused for lifecycle, even for the operator', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await world.execute(operator, 'run.pause', { runId });
    world.store.transaction(({ records }) => {
      const record = records.find('auto');
      if (record !== undefined) records.save({ ...record, pausedForLifecycle: true });
    });
    for (const caller of [operator, engine, agent('scout')]) {
      expect(codeOf(await world.execute(caller, 'run.resume', { runId }))).toBe('AUTOMATION_V2_LIFECYCLE_BLOCKED');
    }
    expect(codeOf(await spend(world, runId, 0.1))).toBe('ok');
  });

  test('cancels for good, names what has to stop, and is the same twice', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    const seq = world.store.read.audit.headSeq();
    await world.execute(operator, 'run.cancel', { runId, reason: 'enough' });
    const again = await world.execute(operator, 'run.cancel', { runId });
    expect(again).toMatchObject({
      value: { run: { status: 'cancelled', stopKind: 'cancelled', stopReason: 'enough' } },
    });
    expect(eventsAfter(world, seq)).toMatchObject([
      { name: 'run.finished', payload: { status: 'cancelled', stop_kind: 'cancelled', session_ids: ['s1', 's2'] } },
    ]);
    for (const name of ['run.pause', 'run.resume'] as const) {
      expect(codeOf(await world.execute(operator, name, { runId }))).toBe('AUTOMATION_V2_RUN_TRANSITION_INVALID');
    }
    expect(codeOf(await reserve(world, runId, 0.1, 'late'))).toBe('AUTOMATION_V2_RUN_TRANSITION_INVALID');
  });

  test('keeps the newest of a long history', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    for (let round = 0; round < 80; round += 1) {
      await world.execute(engine, 'run.pause', { runId });
      await world.execute(engine, 'run.resume', { runId });
    }
    expect(runOf(world, runId).lifecycleHistory).toHaveLength(200);
  });
});

test('runs are listed the newest first, page by page, and a page of large ones is shorter', async () => {
  const world = createWorld();
  putAutomation(world);
  const runIds: string[] = [];
  for (let index = 0; index < 5; index += 1) runIds.unshift(await startRun(world));
  for (const runId of runIds.slice(0, 3)) {
    await world.execute(engine, 'run.report', { runId, nodeOutputs: { big: 'x'.repeat(2_000_000) } });
  }
  const seen: string[] = [];
  const pages: number[] = [];
  let cursor: string | undefined;
  do {
    const page = world.query(operator, 'runs.list', { automationId: 'auto', ...(cursor !== undefined && { cursor }) });
    if (!page.ok) throw new Error(page.refusal.code);
    seen.push(...page.value.runs.map(({ runId }) => runId));
    pages.push(page.value.count);
    cursor = page.value.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(runIds);
  expect(pages).toEqual([2, 3]);
  expect(codeOf(world.query(operator, 'runs.list', { automationId: 'auto', cursor: 'x' }))).toBe('VALIDATION_FAILED');
});
