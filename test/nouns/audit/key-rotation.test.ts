import { copyFileSync, existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rotationSchema } from '../../../shared/contract/checkpoint';
import { answered } from '../../support/answers';
import { appendRows, checkpointFilePath, fakeKeychain, rewriteFrom, tamper } from '../../support/audit';
import {
  appendRotation,
  forgeCheckpoint,
  type HeldKey,
  keyFile,
  nextKeyFile,
  scriptsVerdict,
  stolenKey,
  strangersKey,
  verdictOf,
  wordOf,
  writeKeyFile,
} from '../../support/keys';
import { createWorld, operator, type World } from '../../support/world';

function begun(home?: string): World {
  const world = createWorld(home === undefined ? {} : { home });
  world.checkpoints.open();
  return world;
}

/** The same home, started again without an end. */
function again(world: World): World {
  world.holder.close();
  return begun(world.home);
}

async function rotate(world: World) {
  return answered(await world.checkpoints.rotate(operator.actor));
}

/** Takes away the log, whatever was signed, and the note of how long it was. */
function removeLog(home: string): void {
  tamper(home, (database) =>
    database.exec('DELETE FROM audit_log; DELETE FROM audit_subjects; DELETE FROM audit_checkpoints'),
  );
  rmSync(checkpointFilePath(home));
  rmSync(join(home, 'gatehouse.db.committed'));
}

const currentKey = (world: World) => String(world.checkpoints.currentKey()?.publicKey);

/** Two rows, signed; the key is changed; two rows, signed. Also the key of before, as somebody has it who has read its file. */
async function rotated(): Promise<{ world: World; retired: HeldKey; atSeq: number }> {
  const world = begun();
  appendRows(world, 2);
  await world.checkpoints.duty.meet();
  const retired = stolenKey(world.home);
  const { fromSeq } = await rotate(world);
  appendRows(world, 2);
  await world.checkpoints.duty.meet();
  return { world, retired, atSeq: fromSeq };
}

test('the key is changed: the old one signs that, in a row that the new one signs, and verification goes on through both [13.key-rotation]', async () => {
  const { world, retired } = await rotated();
  const { audit, checkpoints } = world.store.read;
  const [row] = audit.after(2, 1);
  expect(row).toMatchObject({
    eventType: 'automation.governance.signing_key.rotated',
    actor: operator.actor,
    payload: { previousPublicKey: retired.publicKey, newPublicKey: currentKey(world), fromSeq: 3 },
  });
  expect(checkpoints.after(0, 9).map(({ seq, publicKey }) => [seq, publicKey])).toEqual([
    [2, retired.publicKey],
    [3, currentKey(world)],
    [5, currentKey(world)],
  ]);
  const keys = [
    { publicKey: retired.publicKey, firstSeq: 2, lastSeq: 2, isSuccessor: false },
    { publicKey: currentKey(world), firstSeq: 3, lastSeq: 5, isSuccessor: true },
  ];
  expect(await verdictOf(world)).toMatchObject({ isOk: true, signedSeq: 5, keys });
  expect(await verdictOf(again(world))).toMatchObject({ isOk: true, signedSeq: 5, keys });
});

test('a key that has signed nothing signs before it says which one follows it [13.key-rotation]', async () => {
  const world = begun();
  appendRows(world, 2);
  await world.checkpoints.duty.meet();
  rmSync(keyFile(world.home));
  const after = again(world);
  expect(await rotate(after)).toMatchObject({ fromSeq: 4 });
  const keys = [{ isSuccessor: false }, { firstSeq: 3, isSuccessor: false }, { firstSeq: 4, isSuccessor: true }];
  expect(await verdictOf(after)).toMatchObject({ isOk: true, keys });
});

test('a log that is written to all the while does not keep the key from being changed [13.key-rotation]', async () => {
  const world = begun();
  appendRows(world, 2);
  const progress = { isDone: false };
  const rotating = rotate(world).finally(() => (progress.isDone = true));
  for (let made = 0; !progress.isDone; made += 1) {
    void world.execute(operator, 'agent.pause', { agentId: `a${made}` });
    await setImmediate();
  }
  const { newPublicKey } = await rotating;
  await world.checkpoints.duty.meet();
  expect(currentKey(world)).toBe(newPublicKey);
  expect(await verdictOf(world)).toMatchObject({ isOk: true, keys: [{ isSuccessor: false }, { isSuccessor: true }] });
});

test('nothing is changed where nothing can be signed [13.key-rotation]', async () => {
  const world = createWorld();
  expect(await world.checkpoints.rotate(operator.actor)).toMatchObject({
    ok: false,
    refusal: { code: 'STORE_UNAVAILABLE' },
  });
  const sealed = createWorld({ keychain: fakeKeychain() });
  sealed.checkpoints.open();
  await sealed.checkpoints.settled();
  const without = again(sealed);
  expect(await without.checkpoints.rotate(operator.actor)).toMatchObject({ ok: false });
  expect(without.store.read.audit.headSeq()).toBe(0);
});

test('the operator’s word alone brings it about: no caller can note a rotation [13.key-rotation]', async () => {
  const world = begun();
  const word = wordOf(strangersKey(), strangersKey().publicKey, 1);
  expect(await world.execute(operator, 'audit.noteRotation', word)).toMatchObject({
    ok: false,
    refusal: { code: 'FORBIDDEN' },
  });
});

describe('a crash in the midst of a change', () => {
  test('before the log has it leaves the old key', async () => {
    const world = begun();
    appendRows(world, 2);
    await world.checkpoints.duty.meet();
    const key = currentKey(world);
    const next = strangersKey();
    writeKeyFile(nextKeyFile(world.home), next, wordOf(stolenKey(world.home), next.publicKey, 3));
    const after = again(world);
    expect([currentKey(after), existsSync(nextKeyFile(world.home))]).toEqual([key, false]);
    expect(await verdictOf(after)).toMatchObject({ isOk: true });
  });

  test('after the log has it leaves the new key, whichever files were moved', async () => {
    const world = begun();
    appendRows(world, 2);
    await world.checkpoints.duty.meet();
    const next = strangersKey();
    const word = wordOf(stolenKey(world.home), next.publicKey, 3);
    writeKeyFile(nextKeyFile(world.home), next, word);
    appendRotation(world, word);
    const after = again(world);
    expect([currentKey(after), existsSync(nextKeyFile(world.home))]).toEqual([next.publicKey, false]);
    await after.checkpoints.settled();
    expect(await verdictOf(after)).toMatchObject({ isOk: true, signedSeq: 3, keys: [{}, { isSuccessor: true }] });
    expect(currentKey(again(after))).toBe(next.publicKey);
  });

  test('keeps the new key until the log can be read', async () => {
    const world = begun();
    appendRows(world, 1);
    await world.checkpoints.duty.meet();
    const next = strangersKey();
    const word = wordOf(stolenKey(world.home), next.publicKey, 2);
    writeKeyFile(nextKeyFile(world.home), next, word);
    appendRotation(world, word);
    world.holder.close();
    world.checkpoints.open();
    await world.checkpoints.settled();
    expect(existsSync(nextKeyFile(world.home))).toBe(true);
    expect(currentKey(begun(world.home))).toBe(next.publicKey);
  });

  test('a disk that does not take the new key leaves the old one, and it can be changed when there is space', async () => {
    const world = begun();
    appendRows(world, 1);
    const key = currentKey(world);
    // A folder where the next key is to be written.
    mkdirSync(`${nextKeyFile(world.home)}.new`);
    expect(await world.checkpoints.rotate(operator.actor)).toMatchObject({ ok: false });
    rmdirSync(`${nextKeyFile(world.home)}.new`);
    expect([currentKey(world), world.store.read.audit.headSeq()]).toEqual([key, 1]);
    await rotate(world);
    expect(await verdictOf(world)).toMatchObject({ isOk: true, signedSeq: 2 });
  });
});

describe('somebody who has read the old key, and can write to the data folder,', () => {
  const attacks: Readonly<Record<string, (world: World, retired: HeldKey, atSeq: number) => unknown>> = {
    'cannot sign with it any more': (world, retired) => {
      appendRows(world, 1);
      forgeCheckpoint(world, 6, retired);
    },
    'cannot sign the row that tells of the new one': (world, retired, atSeq) => forgeCheckpoint(world, atSeq, retired),
    'cannot say the word for the new one again': (world) => {
      const [row] = world.store.read.audit.after(2, 1);
      world.store.transaction(({ audit }) => {
        const payload = rotationSchema.parse(row?.payload);
        audit.append({ name: 'signing_key.rotated', payload }, operator.actor, world.clock.at);
      });
    },
    'cannot name another one': (world, retired) => appendRotation(world, wordOf(retired, strangersKey().publicKey, 6)),
    'cannot name itself through another one': (world, retired) => {
      const stranger = strangersKey();
      appendRotation(world, wordOf(stranger, retired.publicKey, 6));
      appendRows(world, 1);
      forgeCheckpoint(world, 7, retired);
    },
    'cannot make the rows before anew': (world, retired) => {
      rewriteFrom(world.home, 1);
      tamper(world.home, (database) => database.exec('DELETE FROM audit_checkpoints WHERE seq < 3'));
      forgeCheckpoint(world, 2, retired);
    },
    'cannot make a log in which it was never changed': (world, retired) => {
      removeLog(world.home);
      const other = again(world);
      appendRows(other, 9);
      forgeCheckpoint(other, 9, retired);
      return other;
    },
    'cannot have it end where it was changed': (world) => {
      tamper(world.home, (database) =>
        database.exec('DELETE FROM audit_log WHERE seq > 2; DELETE FROM audit_checkpoints WHERE seq > 2'),
      );
      rmSync(checkpointFilePath(world.home));
    },
  };

  test.each(Object.entries(attacks))('%s [13.key-rotation]', async (_name, attack) => {
    const { world, retired, atSeq } = await rotated();
    const after = ((await attack(world, retired, atSeq)) as World | undefined) ?? world;
    const verdict = await verdictOf(after);
    expect(verdict).toMatchObject({ isOk: false });
    expect(['bad_rotation', 'unknown_key', 'history_rewritten', 'tail_cut']).toContain(verdict.problem);
    const { said, isOk } = await scriptsVerdict(after);
    expect(said).toMatch(new RegExp(`row ${verdict.firstBadSeq}\\b`));
    expect(isOk).toBe(false);
  });

  test('and puts it back has a new one made: it never signs again [13.key-rotation]', async () => {
    const world = begun();
    appendRows(world, 2);
    await world.checkpoints.duty.meet();
    copyFileSync(keyFile(world.home), `${keyFile(world.home)}.stolen`);
    const retired = currentKey(world);
    await rotate(world);
    const second = currentKey(world);
    copyFileSync(`${keyFile(world.home)}.stolen`, keyFile(world.home));
    const after = again(world);
    expect([retired, second]).not.toContain(currentKey(after));
    appendRows(after, 1);
    await after.checkpoints.duty.meet();
    const verdict = await verdictOf(after);
    expect(verdict).toMatchObject({ isOk: true, keys: [{}, { isSuccessor: true }, { isSuccessor: false }] });
    expect((await scriptsVerdict(after)).said).toContain('NOTE: the key changed here');
  });
});

describe('somebody who has no key, and can write to the data folder,', () => {
  test('has no rotation of theirs carried out, nor any key of ours take its place by their word [13.key-rotation]', async () => {
    const { world } = await rotated();
    const [stranger, planted] = [strangersKey(), strangersKey()];
    const word = wordOf(stranger, planted.publicKey, 6);
    writeKeyFile(nextKeyFile(world.home), planted, word);
    appendRotation(world, word);
    const key = currentKey(world);
    const after = again(world);
    expect(currentKey(after)).toBe(key);
    expect(await verdictOf(after)).toMatchObject({ isOk: false, problem: 'bad_rotation', firstBadSeq: 6 });
    expect(await scriptsVerdict(after)).toMatchObject({ isOk: false });
  });

  test('cannot have our key vouch for a log that a key of theirs signed [13.key-rotation, 13.export]', async () => {
    const world = begun();
    appendRows(world, 2);
    await world.checkpoints.duty.meet();
    removeLog(world.home);
    const key = currentKey(world);
    const stranger = strangersKey();
    world.holder.close();
    const other = createWorld({ home: world.home });
    appendRows(other, 3);
    forgeCheckpoint(other, 3, stranger);
    appendRotation(other, wordOf(stranger, key, 4));
    // Not even where the key is not there to say how it took its place.
    expect(await scriptsVerdict(other, key)).toMatchObject({ isOk: false });
    other.checkpoints.open();
    expect(currentKey(other)).toBe(key);
    expect(await verdictOf(other)).toMatchObject({ isOk: false, problem: 'bad_rotation', firstBadSeq: 4 });
    expect(await scriptsVerdict(other, key)).toMatchObject({ isOk: false });
  });
});

const steps = fc.array(fc.constantFrom('rows', 'sign', 'rotate', 'restart', 'lose', 'verify'), {
  minLength: 4,
  maxLength: 16,
});

test('whatever is done and however often: every rotation is followed, and each key that began without a word is named [13.key-rotation]', async () => {
  let followed = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      let world = begun();
      /** The keys that took the place of another by its word. */
      const byWord = new Set<string>();
      for (const step of given) {
        if (step === 'rows') appendRows(world, 2);
        if (step === 'sign') await world.checkpoints.duty.meet();
        if (step === 'restart') world = again(world);
        if (step === 'verify') expect(await verdictOf(world, 'checkpoint')).toMatchObject({ isOk: true });
        if (step === 'rotate') byWord.add((await rotate(world)).newPublicKey);
        if (step === 'lose') {
          rmSync(keyFile(world.home));
          world = again(world);
        }
        await world.checkpoints.settled();
        const { duty } = world.checkpoints;
        if ((duty.next(world.store.read, world.clock.at) ?? Infinity) <= world.clock.at) await duty.meet();
      }
      const signers = [...new Set(world.store.read.checkpoints.after(0, 100).map(({ publicKey }) => publicKey))];
      const begins = new Map(signers.map((publicKey) => [publicKey, byWord.has(publicKey)]));
      const verdict = await verdictOf(world);
      expect(verdict).toMatchObject({ isOk: true });
      expect(verdict.keys.map(({ publicKey, isSuccessor }) => [publicKey, isSuccessor])).toEqual([...begins]);
      const script = await scriptsVerdict(world);
      expect(script).toMatchObject({ isOk: true });
      const later = [...begins.values()].slice(1);
      expect(script.said.match(/NOTE: the key changed/g) ?? []).toHaveLength(later.filter((isWord) => !isWord).length);
      // The newest key answers for all keys before it only where each of them gave its word.
      const newest = [...begins.keys()].at(-1);
      if (newest !== undefined)
        expect(await scriptsVerdict(world, newest)).toMatchObject({ isOk: !later.includes(false) });
      followed += later.filter((isWord) => isWord).length;
      world.holder.close();
    }),
    { numRuns: 20, endOnFailure: true },
  );
  expect(followed).toBeGreaterThan(0);
});
