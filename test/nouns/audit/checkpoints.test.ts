import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startScheduler } from '../../../electron/kernel/scheduler';
import { request } from '../../support/approvals';
import { appendRows, checkpointFilePath } from '../../support/audit';
import { agent, createWorld, type World } from '../../support/world';

// Only the timers are set by hand; the disk, and setImmediate, on which the door for writes runs, stay real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

async function scheduled() {
  const world = createWorld();
  world.checkpoints.open();
  await world.checkpoints.settled();
  const { holder, execute, feed, clock, logger, checkpoints } = world;
  const scheduler = startScheduler({ holder, send: execute, feed, clock, logger, duties: [checkpoints.duty] });
  /** Lets time pass for the timers and for the wall clock alike. */
  const pass = async (ms: number) => {
    clock.at += ms;
    await vi.advanceTimersByTimeAsync(ms);
    await new Promise((resolve) => setImmediate(resolve));
    await checkpoints.settled();
  };
  // The first health check, of which nothing is written.
  await pass(0);
  const ask = async () => {
    const asked = request({ rationale: String(world.store.read.audit.headSeq()) });
    if (!(await execute(agent(`a${world.store.read.audit.headSeq()}`), 'approval.request', asked)).ok)
      throw new Error();
  };
  return { world, scheduler, pass, ask };
}

/** The rows that have a checkpoint, in the database and in the file. */
function signed({ store, home }: World): readonly [number[], number[]] {
  const path = checkpointFilePath(home);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  return [
    store.read.checkpoints.after(0, 100).map(({ seq }) => seq),
    lines.map((line) => (JSON.parse(line) as { seq: number }).seq),
  ];
}

test('a change is signed a minute later, in both places, and nothing is written while nothing happens [13.checkpoints]', async () => {
  const { world, pass, ask, scheduler } = await scheduled();
  const seqs = (...both: number[]) => [both, both];
  await ask();
  await pass(0);
  // The first row of all is signed at once.
  expect(signed(world)).toEqual(seqs(1));
  await ask();
  await pass(59_000);
  expect(signed(world)).toEqual(seqs(1));
  await ask();
  await pass(1_000);
  expect(signed(world)).toEqual(seqs(1, 3));
  for (let minute = 0; minute < 10; minute += 1) await pass(60_000);
  expect(signed(world)).toEqual(seqs(1, 3));
  await ask();
  await pass(30_000);
  await pass(30_000);
  expect(signed(world)).toEqual(seqs(1, 3, 4));
  expect(world.store.read.checkpoints.last()).toMatchObject({ atMs: world.clock.at });
  scheduler.close();
});

test('256 rows are signed at once [13.checkpoints]', async () => {
  const { world, pass, ask, scheduler } = await scheduled();
  await ask();
  await pass(0);
  appendRows(world, 254);
  await ask();
  await pass(0);
  expect(signed(world)).toEqual([[1], [1]]);
  await ask();
  await pass(0);
  expect(signed(world)).toEqual([
    [1, 257],
    [1, 257],
  ]);
  scheduler.close();
});

test('a row from the future, of before the clock was set back, is signed at once', async () => {
  const { world, pass, ask, scheduler } = await scheduled();
  await ask();
  world.clock.at -= 3_600_000;
  scheduler.wake();
  await pass(0);
  expect(signed(world)).toEqual([[1], [1]]);
  scheduler.close();
});

test('at exit everything is signed, also on a first run that ends before its key was made [13.checkpoints]', async () => {
  const world = createWorld();
  appendRows(world, 3);
  await world.checkpoints.close();
  expect(signed(world)).toEqual([[3], [3]]);
  expect(world.checkpoints.duty.next(world.store.read, world.clock.at)).toBeUndefined();
});

test('a file that cannot be written costs nothing but itself, is told, and is written later', async () => {
  const { world, pass, ask, scheduler } = await scheduled();
  mkdirSync(checkpointFilePath(world.home));
  await ask();
  await pass(60_000);
  expect(world.store.read.checkpoints.last()?.seq).toBe(1);
  expect(world.checkpoints.status()).toEqual({ key: 'file', fileTrouble: 'EISDIR' });
  expect(world.logger.errors).toMatchObject([{ message: 'checkpoints could not be written to their file' }]);
  expect(world.holder.trouble()).toBeUndefined();
  await ask();
  await pass(60_000);
  rmdirSync(checkpointFilePath(world.home));
  await pass(30_000);
  expect(signed(world)).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(world.checkpoints.status()).toEqual({ key: 'file' });
  expect(world.logger.errors).toHaveLength(1);
  scheduler.close();
});

test('a checkpoint of another log or of an older row is not stored', async () => {
  const world = createWorld();
  appendRows(world, 2);
  world.checkpoints.open();
  await world.checkpoints.settled();
  const last = world.store.read.checkpoints.last();
  if (last === undefined) throw new Error('nothing was signed');
  const gatehouse = { role: 'gatehouse', actor: { kind: 'system' }, ancestorIds: [] } as const;
  appendRows(world, 1);
  for (const wrong of [last, { ...last, seq: 3 }, { ...last, seq: 1 }, { ...last, seq: 9 }]) {
    expect(await world.execute(gatehouse, 'audit.checkpoint', wrong)).toEqual({ ok: true, value: { count: 0 } });
  }
  expect(await world.execute(agent('scout'), 'audit.checkpoint', last)).toMatchObject({ ok: false });
  expect(world.store.read.checkpoints.after(0, 9)).toEqual([last]);
});

test('the key is for this user’s eyes only', async () => {
  const world = createWorld();
  world.checkpoints.open();
  const path = join(world.home, 'audit-key.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
