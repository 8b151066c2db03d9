import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../build/audit/verify-audit.mjs';
import { saveAudit } from '../../../electron/desktop/save-audit';
import { appendRows, harms, rewriteFrom, signLog } from '../../support/audit';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, temporaryHome, type World } from '../../support/world';

const script = resolve(import.meta.dirname, '..', '..', '..', 'build', 'audit', 'verify-audit.mjs');
const neverEnded = { signal: new AbortController().signal };

async function exported(world: World): Promise<string> {
  let text = '';
  for await (const piece of world.exportAudit(world.store.read, neverEnded)) text += piece;
  const path = join(temporaryHome(), 'export.jsonl');
  writeFileSync(path, text);
  return path;
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('the script that verifies an export', () => {
  test('says that an export that nobody touched holds, and which key signed it [13.export]', async () => {
    const world = createWorld();
    await signLog(world);
    appendRows(world, 1);
    const { status, said } = run(script, await exported(world));
    expect({ status, said }).toMatchObject({ status: 0 });
    expect(said).toContain('7 rows, 3 checkpoints; signed up to row 6');
    expect(said).toContain(String(world.checkpoints.currentKey()?.publicKey));
  });

  test.each(harms)('finds %s, and names the row', async (_name, harm, problem, firstBadSeq) => {
    const world = createWorld();
    await signLog(world);
    harm(world.home);
    const { status, said } = run(script, await exported(world));
    expect({ status, said }).toMatchObject({ status: 1 });
    expect(said).toMatch(new RegExp(`DOES NOT HOLD: .*row ${firstBadSeq}\\b`));
    if (problem === 'tail_cut') expect(said).toContain('a checkpoint vouches for rows up to 6');
  });

  test('finds an export whose end or middle is missing, and one that was edited [13.export]', async () => {
    const world = createWorld();
    await signLog(world);
    const path = await exported(world);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const verdictOf = (kept: readonly string[]) => {
      writeFileSync(path, `${kept.join('\n')}\n`);
      return run(script, path);
    };
    expect(verdictOf(lines).status).toBe(0);
    expect(verdictOf(lines.slice(0, -1))).toMatchObject({ status: 1, said: expect.stringContaining('not whole') });
    expect(verdictOf(lines.slice(0, -3))).toMatchObject({
      status: 1,
      said: expect.stringContaining('row 5 is missing'),
    });
    expect(verdictOf([...lines.slice(0, 9), ...lines.slice(10)]).status).toBe(1);
    expect(verdictOf(lines.map((line) => line.replace('"limit":4', '"limit":5')))).toMatchObject({
      status: 1,
      said: expect.stringContaining('row 4 was changed'),
    });
    expect(verdictOf(['{}']).status).toBe(2);
    writeFileSync(path, lines.join('\n').slice(0, -9));
    expect(run(script, path).status).toBe(2);
  });

  test('with --key believes that key only', async () => {
    const world = createWorld();
    await signLog(world);
    const lost = String(world.checkpoints.currentKey()?.publicKey);
    rmSync(join(world.home, 'audit-key.json'));
    world.holder.close();
    const next = createWorld({ home: world.home });
    await signLog(next);
    const path = await exported(next);
    const plain = run(script, path);
    expect(plain).toMatchObject({ status: 0, said: expect.stringContaining('NOTE: the key changed here') });
    expect(run(script, path, '--key', lost)).toMatchObject({ status: 1, said: expect.stringContaining('row 8') });
  });

  test('called by a link verifies all the same, and without a file says how it is called', async () => {
    const world = createWorld();
    await signLog(world);
    rewriteFrom(world.home, 1);
    const link = join(temporaryHome(), 'link.mjs');
    symlinkSync(script, link);
    expect(run(link, await exported(world)).status).toBe(1);
    expect(run(script).status).toBe(2);
    expect(run(script, '/does/not/exist').status).toBe(2);
  });

  test('has the canonical form of RFC 8785, as the library that Gatehouse writes with', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        expect(canonicalJson(json)).toBe(canonicalize(json));
      }),
      { numRuns: 1_000 },
    );
    expect(canonicalJson(JSON.parse('{"é":1e21,"2":-0,"10":[null,{"b":"\\u2028","a":0.1}],"__proto__":1}'))).toBe(
      '{"10":[null,{"a":0.1,"b":"\u2028"}],"2":0,"__proto__":1,"é":1e+21}',
    );
  });
});

describe('the export over HTTP', () => {
  test('is a stream of JSON lines for the operator that verifies', async () => {
    const world = createWorld();
    await signLog(world);
    appendRows(world, 2_000);
    const api = await world.startApi();
    const ask = (token: string) =>
      fetch(`${api.url}/governance/audit/export`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask(ENGINE_TOKEN)).status).toBe(403);
    const answer = await ask(OPERATOR_TOKEN);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const path = join(temporaryHome(), 'export.jsonl');
    writeFileSync(path, await answer.text());
    expect(run(script, path)).toMatchObject({ status: 0, said: expect.stringContaining('2006 rows') });
  });
});

describe('the export of the desk', () => {
  const saving = (world: World, path: string | undefined) => ({
    exportAudit: world.exportAudit,
    holder: world.holder,
    askWhere: async () => path,
    scriptPath: script,
    today: () => '2026-11-22',
  });

  test('is written whole, with the script beside it', async () => {
    const world = createWorld();
    await signLog(world);
    const path = join(temporaryHome(), 'audit.jsonl');
    const saved = await saveAudit(saving(world, path), neverEnded);
    expect(saved).toEqual({ state: 'saved', path, scriptPath: join(path, '..', 'verify-audit.mjs'), rows: 6 });
    if (saved.state === 'saved') expect(run(saved.scriptPath, path).status).toBe(0);
  });

  test('that is cancelled or fails leaves what was there', async () => {
    const world = createWorld();
    appendRows(world, 2_000);
    const path = join(temporaryHome(), 'audit.jsonl');
    writeFileSync(path, 'before');
    expect(await saveAudit(saving(world, undefined), neverEnded)).toEqual({ state: 'cancelled' });
    const cancel = new AbortController();
    const walk = { signal: cancel.signal, onProgress: () => cancel.abort() };
    expect(await saveAudit(saving(world, path), walk)).toEqual({ state: 'cancelled' });
    const nowhere = join(temporaryHome(), 'none', 'audit.jsonl');
    expect(await saveAudit(saving(world, nowhere), neverEnded)).toMatchObject({ state: 'failed' });
    expect(readFileSync(path, 'utf8')).toBe('before');
  });
});
