import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Keychain } from '../../../electron/kernel/ports';
import type { AuditVerdict } from '../../../shared/contract/checkpoint';
import { answered } from '../../support/answers';
import { call } from '../../support/api-client';
import { appendRows, checkpointFilePath, fakeKeychain, harms, rewriteFrom, signLog, tamper } from '../../support/audit';
import { createWorld, OPERATOR_TOKEN, operator, type World } from '../../support/world';

const neverEnded = { signal: new AbortController().signal };

async function verify(world: World, from: 'start' | 'checkpoint' = 'start'): Promise<AuditVerdict> {
  return answered(await world.send(operator, 'audit.verify', { from }, neverEnded));
}

/** The same home, started again. */
function again(world: World, keychain?: Keychain): World {
  world.holder.close();
  const next = createWorld({ home: world.home, ...(keychain !== undefined && { keychain }) });
  next.clock.at = world.clock.at;
  return next;
}

describe('verification', () => {
  test('of a log that nobody touched says that all of it holds and up to where it is signed', async () => {
    const world = createWorld();
    await signLog(world);
    appendRows(world, 1);
    const verdict = await verify(world);
    expect(verdict).toMatchObject({
      isOk: true,
      rows: 7,
      signedSeq: 6,
      checkpoints: 3,
      fromSeq: 0,
      unreadableLines: 0,
    });
    expect(verdict.headHash).toBe(world.store.read.audit.mark(7)?.hash);
    expect(verdict.keys).toMatchObject([
      { publicKey: world.checkpoints.currentKey()?.publicKey, firstSeq: 2, lastSeq: 6 },
    ]);
    expect(verdict).not.toHaveProperty('problem');
  });

  test.each(harms)('finds %s', async (_name, harm, problem, firstBadSeq) => {
    const world = createWorld();
    await signLog(world);
    harm(world.home);
    expect(await verify(world)).toMatchObject({ isOk: false, problem, firstBadSeq });
  });

  test('of an empty log holds, and of one without a checkpoint says that nothing is signed', async () => {
    const world = createWorld();
    expect(await verify(world)).toMatchObject({ isOk: true, rows: 0, signedSeq: 0 });
    appendRows(world, 3);
    expect(await verify(world)).toMatchObject({ isOk: true, rows: 3, signedSeq: 0, checkpoints: 0, keys: [] });
  });

  test('says up to which row a rewritten history is still proven [13.verify-tail]', async () => {
    const world = createWorld();
    await signLog(world);
    rewriteFrom(world.home, 5);
    expect(await verify(world)).toMatchObject({ problem: 'history_rewritten', firstBadSeq: 6, signedSeq: 4 });
  });

  test('holds for rows that were stored before payloads were stored in canonical form', async () => {
    const world = createWorld();
    await signLog(world);
    tamper(world.home, (database) => {
      database.exec(
        `UPDATE audit_log SET payload = '{"rule": "ü", "limit": 3, "value": 1e-1, "code": "X"}' WHERE seq = 3`,
      );
    });
    expect(await verify(world)).toMatchObject({ isOk: true, rows: 6 });
  });

  test('from the last checkpoint walks only what came since, once this run has walked the rest', async () => {
    const world = createWorld();
    await signLog(world);
    expect(await verify(world, 'checkpoint')).toMatchObject({ isOk: true, rows: 6, fromSeq: 0 });
    appendRows(world, 2);
    expect(await verify(world, 'checkpoint')).toMatchObject({ isOk: true, rows: 8, fromSeq: 6, signedSeq: 6 });
    await world.checkpoints.duty.meet();
    expect(await verify(world, 'checkpoint')).toMatchObject({ isOk: true, rows: 8, fromSeq: 6, signedSeq: 8 });
    expect(await verify(world, 'checkpoint')).toMatchObject({ fromSeq: 8, signedSeq: 8 });
    // Nothing that is stored says what has been verified.
    expect(await verify(again(world), 'checkpoint')).toMatchObject({ isOk: true, fromSeq: 0 });
  });

  test('from the last checkpoint begins at row 1 when the row of that checkpoint is another one now', async () => {
    const world = createWorld();
    await signLog(world);
    await verify(world);
    rewriteFrom(world.home, 1);
    expect(await verify(world, 'checkpoint')).toMatchObject({ problem: 'history_rewritten', fromSeq: 0 });
  });

  test('looks at what there was when it began, while rows are written', async () => {
    const world = createWorld();
    world.checkpoints.open();
    appendRows(world, 5_000);
    await world.checkpoints.duty.meet();
    let written = 0;
    const onProgress = () => {
      appendRows(world, 1);
      written += 1;
    };
    const result = await world.send(operator, 'audit.verify', {}, { ...neverEnded, onProgress });
    expect(result).toMatchObject({ ok: true, value: { isOk: true, rows: 5_000, signedSeq: 5_000 } });
    expect(written).toBeGreaterThan(10);
    expect(world.store.read.audit.headSeq()).toBe(5_000 + written);
  });

  test('lets others have their turn, and ends when it is cancelled', async () => {
    const world = createWorld();
    appendRows(world, 20_000);
    const cancel = new AbortController();
    const progress: number[] = [];
    const onProgress = (rows: number) => progress.push(rows);
    const asked = world.send(operator, 'audit.verify', {}, { signal: cancel.signal, onProgress });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(progress.length).toBeGreaterThan(0);
    cancel.abort();
    expect(await asked).toMatchObject({ ok: false, refusal: { code: 'AUDIT_CANCELLED' } });
    expect(progress.at(-1)).toBeLessThan(20_000);
    expect(await verify(world)).toMatchObject({ isOk: true, rows: 20_000 });
  });

  test('over HTTP has the wire form, from the start unless asked otherwise [api-2.audit-verify]', async () => {
    const world = createWorld();
    await signLog(world);
    const api = await world.startApi();
    const ask = async (query = '') =>
      (await call(api, 'GET', `/governance/audit/verify${query}`, { token: OPERATOR_TOKEN })).body;
    expect(await ask()).toMatchObject({ ok: true, rows: 6, signed_seq: 6, from_seq: 0, keys: [{ first_seq: 2 }] });
    expect(await ask('?from=checkpoint')).toMatchObject({ ok: true, from_seq: 6 });
    tamper(world.home, (database) => database.exec('DELETE FROM audit_log WHERE seq = 1'));
    expect(await ask()).toMatchObject({ ok: false, rows: 0, first_bad_seq: 1, problem: 'row_missing' });
  });
});

describe('the file outside the database', () => {
  test('with a torn last line is said so, and the next checkpoint begins a line of its own', async () => {
    const world = createWorld();
    await signLog(world);
    appendFileSync(checkpointFilePath(world.home), '{"seq":6,"hash":"ab');
    expect(await verify(world)).toMatchObject({ isOk: true, unreadableLines: 1 });
    appendRows(world, 1);
    await world.checkpoints.duty.meet();
    expect(await verify(world)).toMatchObject({ isOk: true, unreadableLines: 1, checkpoints: 4, signedSeq: 7 });
  });

  test('gets at the next start what a crash kept from it', async () => {
    const world = createWorld();
    await signLog(world);
    const whole = readFileSync(checkpointFilePath(world.home), 'utf8');
    const lastLine = whole.trimEnd().lastIndexOf('\n') + 1;
    tamper(world.home, () => {});
    rmSync(checkpointFilePath(world.home));
    // The last line was being written.
    appendFileSync(checkpointFilePath(world.home), whole.slice(0, lastLine + 20));
    expect(await verify(world)).toMatchObject({ problem: 'checkpoint_missing_in_file', firstBadSeq: 6 });
    const next = again(world);
    next.checkpoints.open();
    expect(await verify(next)).toMatchObject({ isOk: true, unreadableLines: 1, checkpoints: 3 });
  });
});

describe('the key', () => {
  test('without a keychain is a file that only the user reads [13.key-kept]', async () => {
    const world = createWorld();
    await signLog(world);
    expect(world.checkpoints.status()).toEqual({ key: 'file' });
    expect(JSON.parse(readFileSync(join(world.home, 'audit-key.json'), 'utf8'))).toMatchObject({ kept_by: 'file' });
    const publicKey = world.checkpoints.currentKey()?.publicKey;
    const next = again(world, fakeKeychain());
    next.checkpoints.open();
    expect([next.checkpoints.status(), next.checkpoints.currentKey()?.publicKey]).toEqual([{ key: 'file' }, publicKey]);
  });

  test('is sealed by the keychain where there is one, and is the same after the next start [13.key-kept, 13.checkpoints]', async () => {
    const keychain = fakeKeychain();
    const world = createWorld(keychain === undefined ? {} : { keychain });
    await signLog(world);
    expect(world.checkpoints.status()).toEqual({ key: 'keychain' });
    const file = JSON.parse(readFileSync(join(world.home, 'audit-key.json'), 'utf8')) as { private_key: string };
    expect(Buffer.from(file.private_key, 'base64').toString()).toContain('sealed by');
    const next = again(world, keychain);
    next.checkpoints.open();
    expect(next.checkpoints.currentKey()?.publicKey).toBe(world.checkpoints.currentKey()?.publicKey);
  });

  test.each([
    ['no keychain', undefined],
    ['another keychain', fakeKeychain()],
  ])(
    'that a keychain keeps is not replaced where there is %s: nothing is signed until it is back',
    async (_, other) => {
      const keychain = fakeKeychain();
      const world = createWorld(keychain === undefined ? {} : { keychain });
      await signLog(world);
      const before = readFileSync(join(world.home, 'audit-key.json'), 'utf8');
      const without = again(world, other);
      without.checkpoints.open();
      appendRows(without, 300);
      expect(without.checkpoints.duty.next(without.store.read, without.clock.at)).toBeUndefined();
      await without.checkpoints.close();
      expect(without.checkpoints.status()).toEqual({ key: 'unavailable' });
      expect(without.store.read.checkpoints.last()?.seq).toBe(6);
      expect(readFileSync(join(world.home, 'audit-key.json'), 'utf8')).toBe(before);
      const back = again(without, keychain);
      back.checkpoints.open();
      await back.checkpoints.duty.meet();
      expect(await verify(back)).toMatchObject({ isOk: true, signedSeq: 306, keys: [{ lastSeq: 306 }] });
    },
  );

  test('that is lost is followed by a new one, and verification says after which row', async () => {
    const world = createWorld();
    await signLog(world);
    const lost = world.checkpoints.currentKey()?.publicKey;
    rmSync(join(world.home, 'audit-key.json'));
    const next = again(world);
    await signLog(next);
    expect(existsSync(join(world.home, 'audit-key.json'))).toBe(true);
    expect(await verify(next)).toMatchObject({
      isOk: true,
      keys: [
        { publicKey: lost, firstSeq: 2, lastSeq: 6 },
        { publicKey: next.checkpoints.currentKey()?.publicKey, firstSeq: 8, lastSeq: 12 },
      ],
    });
    // And the old one still proves the rows that it signed.
    rewriteFrom(world.home, 1);
    expect(await verify(next)).toMatchObject({ problem: 'history_rewritten', firstBadSeq: 2 });
  });
});
