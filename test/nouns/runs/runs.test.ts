import { describe, expect, test } from 'vitest';
import { runStatuses, terminalStatuses } from '../../../shared/contract/run';
import { codeOf } from '../../support/answers';
import { eventNamesAfter, eventsAfter } from '../../support/audit';
import { insertAgent } from '../../support/governed';
import { putAutomation, reserve, runOf, spend, startRun } from '../../support/runs';
import { agent, createWorld, engine, operator, START } from '../../support/world';

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
  )('%s as %s: %s [2.run-statuses, api-2.run-transition]', async (from, to, isAllowed) => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    world.store.transaction(({ runs }) => runs.update({ ...runOf(world, runId), status: from }));
    const reported = await world.execute(engine, 'run.report', { runId, status: to });
    expect(codeOf(reported)).toBe(isAllowed ? 'ok' : 'AUTOMATION_V2_RUN_TRANSITION_INVALID');
    expect(runOf(world, runId).status).toBe(isAllowed ? to : from);
  });

  test('keeps when it began and ended, its outputs by node and what it is doing [2.run-history]', async () => {
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
      payload: { runID: runId, status: 'completed', sessionIDs: ['s1', 's2'], instanceIDs: ['i'] },
    });
    world.clock.at = START + 20;
    await world.execute(engine, 'run.report', { runId, status: 'completed', detail: 'again' });
    expect(runOf(world, runId)).toMatchObject({ finishedAtMs: START + 9, detail: 'again' });
    expect(eventNamesAfter(world, seq).filter((name) => name === 'run.finished')).toHaveLength(1);
    expect(world.store.read.records.find('auto')?.runsSinceReview).toBe(1);
  });

  test('keeps at most 1 MiB and 20,000 parts of outputs, and what else was reported with too many is refused with them', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    const half = 'x'.repeat(512 * 1024 - 20);
    const report = (node: string, output: unknown = half) =>
      world.execute(engine, 'run.report', { runId, nodeOutputs: { [node]: output }, detail: node });
    expect(codeOf(await report('a'))).toBe('ok');
    expect(codeOf(await report('b'))).toBe('ok');
    expect(codeOf(await report('c'))).toBe('PAYLOAD_TOO_LARGE');
    expect(codeOf(await report('b'))).toBe('ok');
    expect(
      codeOf(
        await report(
          'b',
          Array.from({ length: 19_999 }, () => []),
        ),
      ),
    ).toBe('PAYLOAD_TOO_LARGE');
    expect(
      codeOf(
        await report(
          'b',
          Array.from({ length: 19_998 }, () => []),
        ),
      ),
    ).toBe('ok');
    expect(runOf(world, runId).detail).toBe('b');
  });

  test('that was queued before its agent was blocked does not begin', async () => {
    const world = createWorld();
    putAutomation(world);
    const started = await world.done(engine, 'automation.run', { automationId: 'auto' });
    insertAgent(world, 'scout', { pausedAtMs: START });
    const { runId } = started.run;
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'running' }))).toBe(
      'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    );
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'failed' }))).toBe('ok');
  });

  test('that was queued before its agent was blocked does not begin by way of another status [8.no-run]', async () => {
    const world = createWorld();
    putAutomation(world);
    const started = await world.done(engine, 'automation.run', { automationId: 'auto' });
    insertAgent(world, 'scout', { pausedAtMs: START });
    const { runId } = started.run;
    await world.execute(engine, 'run.report', { runId, status: 'awaiting_approval' });
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'running' }))).toBe(
      'AUTOMATION_V2_AGENT_CREATION_PAUSED',
    );
  });

  test.each(['paused', 'failed'] as const)('does not change who stopped one that stays %s', async (status) => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await world.execute(operator, 'run.pause', { runId, reason: 'wait' });
    await world.execute(engine, 'run.report', { runId, status });
    const disguise = { stopKind: 'shutdown', stopReason: 'none', activeSessionIds: ['s3'], activeInstanceIds: ['i'] };
    const reported = await world.execute(agent('scout'), 'run.report', { runId, ...disguise } as never);
    expect(codeOf(reported)).toBe('ok');
    expect(runOf(world, runId)).toMatchObject({
      stopKind: 'operator_stopped',
      stopReason: 'wait',
      activeSessionIds: [],
      activeInstanceIds: [],
    });
    if (status === 'paused') {
      expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe('FORBIDDEN');
    }
  });
});

describe('pausing, resuming and cancelling a run', () => {
  test('pauses by way of pausing, names what has to stop, and is the same twice [10.pausing, 10.told-to-stop]', async () => {
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
      { name: 'run.paused', payload: { sessionIDs: ['s1', 's2'], reason: 'wait', stopKind: 'operator_stopped' } },
    ]);
    expect(codeOf(await world.execute(engine, 'run.report', { runId, status: 'running' }))).toBe(
      'AUTOMATION_V2_RUN_TRANSITION_INVALID',
    );
  });

  test("is the operator's once the operator pauses one that its agent had paused itself", async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await world.execute(agent('scout'), 'run.pause', { runId });
    await world.execute(operator, 'run.pause', { runId, reason: 'stay' });
    expect(runOf(world, runId)).toMatchObject({ status: 'paused', stopKind: 'operator_stopped', pauseReason: 'stay' });
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe('FORBIDDEN');
  });

  test('resumes to the queue, without what stopped it', async () => {
    const world = createWorld();
    putAutomation(world);
    const runId = await startRun(world);
    await world.execute(operator, 'run.pause', { runId });
    // What the operator paused, no agent resumes.
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe('FORBIDDEN');
    const resumed = await world.execute(operator, 'run.resume', { runId, reason: 'go' });
    expect(resumed).toMatchObject({ value: { run: { status: 'queued', resumeReason: 'go' } } });
    expect(runOf(world, runId)).not.toHaveProperty('stopKind');
    expect(runOf(world, runId)).not.toHaveProperty('pauseReason');
    expect(codeOf(await world.execute(agent('scout'), 'run.resume', { runId }))).toBe(
      'AUTOMATION_V2_RUN_TRANSITION_INVALID',
    );
    expect(eventNamesAfter(world).at(-1)).toBe('run.resumed');
  });

  test('does not resume while its automation is paused for lifecycle, even for the operator [api-2.run-resume]', async () => {
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
      { name: 'run.finished', payload: { status: 'cancelled', stopKind: 'cancelled', sessionIDs: ['s1', 's2'] } },
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
    await world.execute(engine, 'run.report', { runId, nodeOutputs: { big: 'x'.repeat(400_000) } });
  }
  const seen: string[] = [];
  const pages: number[] = [];
  let cursor: string | undefined;
  do {
    const page = world.told(operator, 'runs.list', { automationId: 'auto', ...(cursor !== undefined && { cursor }) });
    seen.push(...page.runs.map(({ runId }) => runId));
    pages.push(page.count);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(runIds);
  expect(pages).toEqual([2, 3]);
  expect(codeOf(world.query(operator, 'runs.list', { automationId: 'auto', cursor: 'x' }))).toBe('VALIDATION_FAILED');
});
