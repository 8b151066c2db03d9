import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Beside, createBeside, type LongTurn } from '../../electron/kernel/beside';
import type { Caller } from '../../shared/kernel/actor';
import { lockFromOutside } from '../support/app/database';
import { automationOf, insertAutomation, recordOf, runOf } from '../support/governed';
import { referenceState } from '../support/state-file';
import { buildWorker } from '../support/worker';
import { createWorld, operator, recordingLogger, START, temporaryHome, type World } from '../support/world';

const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'automation_expiration' },
  ancestorIds: [],
};

/** A world whose long commands run in the app's own thread, with automations that fail. */
async function worldWithThread(automations: number): Promise<World> {
  const home = temporaryHome();
  const world = createWorld({
    home,
    beside: createBeside(await buildWorker(), home, recordingLogger()),
  });
  insertFailing(world, automations);
  return world;
}

function insertFailing(world: World, automations: number): void {
  for (let index = 0; index < automations; index++) {
    const automationId = `a-${index}`;
    const runs = Array.from({ length: 5 }, (_, run) => runOf({ runId: `${automationId} ${run}`, status: 'failed' }));
    insertAutomation(world, automationOf({ automationId }), recordOf({ automationId }), runs);
  }
}

test('a health check in its thread is whole, told in order, and what is sent meanwhile is answered after it', async () => {
  const world = await worldWithThread(150);
  const seqs: number[] = [];
  const answered: string[] = [];
  let firstSlice: Promise<unknown> | undefined;
  world.feed.subscribe((commit) => {
    seqs.push(...commit.map(({ seq }) => seq));
    firstSlice ??= world.execute(operator, 'agent.pause', { agentId: 'scout' }).then(() => answered.push('pause'));
  });
  const result = await world.execute(operator, 'health.check', {});
  answered.push('check');
  await firstSlice;
  expect(result).toEqual({ ok: true, value: { findingCount: 150 } });
  expect(answered).toEqual(['check', 'pause']);
  expect(seqs).toEqual(Array.from({ length: 451 }, (_, index) => index + 1));
  expect(world.store.read.approvals.waitingCount()).toBe(150);
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true, rows: 451 });
});

test('two checks at once open each review once', async () => {
  const world = await worldWithThread(3);
  const results = await Promise.all([
    world.execute(operator, 'health.check', {}),
    world.execute(operator, 'health.check', {}),
  ]);
  expect(results).toMatchObject([{ value: { findingCount: 3 } }, { value: { findingCount: 3 } }]);
  expect(world.store.read.approvals.waitingCount()).toBe(3);
});

test('a door that closes gives up a check that is under way, whole, and lets go of the database', async () => {
  const world = await worldWithThread(50);
  const check = world.execute(operator, 'health.check', {});
  await world.closeDoor();
  expect(await check).toMatchObject({ refusal: { code: 'SHUTTING_DOWN' } });
  expect(world.store.read.audit.headSeq()).toBe(0);
  world.store.transaction(({ timers }) => timers.set('health_check', 1));
  expect(world.store.read.timers.last('health_check')).toBe(1);
});

test('an automation that comes near its end while a check is prepared is warned of afterwards', async () => {
  const home = temporaryHome();
  const thread = createBeside(await buildWorker(), home, recordingLogger());
  const expiresAtMs = START + 7 * 86_400_000 + 1_000;
  const beside: Beside = {
    close: () => thread.close(),
    run: (order, turn) =>
      thread.run(order, {
        ...turn,
        untilAlone() {
          world.clock.at += 2_000;
          return turn.untilAlone?.() ?? Promise.reject(new Error('a command has a turn'));
        },
      }),
  };
  const world = createWorld({ home, beside });
  insertAutomation(world, automationOf(), recordOf({ expiresAtMs }));
  await world.execute(operator, 'health.check', {});
  expect(world.store.read.approvals.waitingCount()).toBe(0);
  await world.execute(gatehouse, 'automations.checkExpiry', {});
  expect(world.store.read.approvals.waiting(9)).toMatchObject([{ context: { trigger: 'expiration_soon' } }]);
});

test('a check that is given up while it writes has written nothing', async () => {
  const home = temporaryHome();
  const thread = createBeside(await buildWorker(), home, recordingLogger());
  const beside: Beside = {
    close: () => thread.close(),
    run: (order, turn) =>
      thread.run(order, {
        ...turn,
        async untilAlone() {
          const now = (await turn.untilAlone?.()) ?? 0;
          // The thread begins to write with the answer, and is ended in the midst of it.
          setImmediate(() => void thread.close());
          return now;
        },
      }),
  };
  const world = createWorld({ home, beside });
  insertFailing(world, 500);
  expect(await world.execute(operator, 'health.check', {})).toMatchObject({ refusal: { code: 'INTERNAL' } });
  expect(world.store.read.audit.headSeq()).toBe(0);
  expect((await world.execute(operator, 'agent.pause', { agentId: 'scout' })).ok).toBe(true);
});

test('a thread that is given up at any moment ends, and takes nothing with it', async () => {
  const home = temporaryHome();
  const script = await buildWorker();
  const world = createWorld({ home });
  insertFailing(world, 200);
  const order = { caller: operator, name: 'health.check', input: {}, place: world.store.place, now: START } as const;
  const turn: LongTurn = { untilAlone: () => Promise.resolve(START), publish: () => Promise.resolve() };
  const moments = Array.from({ length: 25 }, (_, index) => index * 6);
  for (const milliseconds of moments) {
    const beside = createBeside(script, home, recordingLogger());
    const run = beside.run(order, turn).catch((error: unknown) => error);
    await setTimeout(milliseconds);
    await beside.close();
    await run;
  }
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true });
});

test('a check that cannot write changes nothing and says that the store is not available', async () => {
  const world = await worldWithThread(1);
  const lock = await lockFromOutside(world.home);
  expect(await world.execute(operator, 'health.check', {})).toMatchObject({ refusal: { code: 'STORE_UNAVAILABLE' } });
  expect(world.holder.trouble()).toMatchObject({ kind: 'locked' });
  await lock.release();
  expect(await world.execute(operator, 'health.check', {})).toMatchObject({ value: { findingCount: 1 } });
  expect(world.holder.trouble()).toBeUndefined();
});

test('an import in its thread is whole, and an export in one is of one moment and the same text as without', async () => {
  const home = temporaryHome();
  const script = await buildWorker();
  const world = createWorld({ home, beside: createBeside(script, home, recordingLogger()) });
  const text = JSON.stringify({ ...referenceState(), later: 1 });
  const imported = await world.execute(operator, 'state.import', { text });
  expect(imported).toMatchObject({ ok: true, value: { counts: { records: 2 }, unknownPaths: ['$.later'] } });
  const broken = await world.execute(operator, 'state.import', { text: '{"records": 1}' });
  expect(broken).toMatchObject({ refusal: { code: 'VALIDATION_FAILED', issues: [{ path: '$.records' }] } });
  insertFailing(world, 200);
  const exporting = world.send(operator, 'state.export', {});
  const expected = world.query(operator, 'state.export', {});
  expect(await exporting).toEqual(expected);
});
