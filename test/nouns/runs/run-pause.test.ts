import { expect, test } from 'vitest';
import { pauseRunsOf } from '../../../electron/nouns/effects';
import { type RunStatus, runStatuses } from '../../../shared/contract/run';
import { codeOf } from '../../support/answers';
import { asCommand, insertAutomation, runOf } from '../../support/governed';
import { agent, createWorld, engine, operator, type World } from '../../support/world';

const stop = {
  stopKind: 'guardrail_stopped',
  reason: 'mail was taken away',
  lifecycleEvent: 'run_paused_governance',
} as const;
const runIn = (world: World) => world.store.read.runs.find('run-1');

function worldWith(status: RunStatus): World {
  const world = createWorld();
  insertAutomation(world, undefined, undefined, [runOf({ status, activeSessionIds: ['s1'], detail: 'step 3 of 7' })]);
  return world;
}

test.each(runStatuses)(
  'a run that is %s is paused by way of pausing, each of which is written, if it is under way',
  (status) => {
    const world = worldWith(status);
    const written: unknown[] = [];
    asCommand(world, (context) => {
      const runs = {
        ...context.store.runs,
        update(run: Parameters<typeof context.store.runs.update>[0]) {
          context.store.runs.update(run);
          written.push(context.store.runs.find(run.runId)?.status);
        },
      };
      pauseRunsOf({ ...context, store: { ...context.store, runs } }, 'nightly', stop);
    });
    const isUnderWay = ['queued', 'running', 'awaiting_approval', 'pausing'].includes(status);
    expect(written).toEqual(isUnderWay ? ['pausing', 'paused'] : []);
    expect(runIn(world)?.status).toBe(isUnderWay ? 'paused' : status);
  },
);

test('a run keeps its own detail while it is paused, and after it; why it is paused is told beside it [10.detail-kept]', async () => {
  const world = worldWith('running');
  asCommand(world, (context) => pauseRunsOf(context, 'nightly', stop));
  expect(runIn(world)).toMatchObject({
    detail: 'step 3 of 7',
    pauseReason: stop.reason,
    stopReason: stop.reason,
    activeSessionIds: [],
  });
  expect(codeOf(await world.execute(operator, 'run.resume', { runId: 'run-1' }))).toBe('ok');
  expect(runIn(world)).toMatchObject({ status: 'queued', detail: 'step 3 of 7' });
  expect(runIn(world)).not.toHaveProperty('pauseReason');
  await world.execute(operator, 'run.cancel', { runId: 'run-1', reason: 'no more' });
  expect(runIn(world)).toMatchObject({ status: 'cancelled', detail: 'step 3 of 7', stopReason: 'no more' });
});

test('what the operator paused is resumed by the operator alone, whoever leaves out a name', async () => {
  const world = worldWith('running');
  await world.execute(operator, 'run.pause', { runId: 'run-1' });
  for (const caller of [agent('scout'), engine]) {
    expect(codeOf(await world.execute(caller, 'run.resume', { runId: 'run-1' }))).toBe('FORBIDDEN');
  }
  expect(codeOf(await world.execute(operator, 'run.resume', { runId: 'run-1' }))).toBe('ok');
});
