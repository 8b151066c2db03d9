import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engines } from '../../electron/connect/connection-file';
import { asking, hookInput, startHookWorld } from '../support/hook-world';
import { operator } from '../support/world';

/** JSON that is read, but nests too deep to be written again. */
const nested = (input: string) =>
  input.replace(/"tool_input":\{/, `"tool_input":{"deep":${'['.repeat(60_000)}${']'.repeat(60_000)},`);

describe.each(engines)('%s', (engine) => {
  const input = hookInput(engine, asking[engine]);

  test.each([
    ['is no JSON', 'hello'],
    ['is empty', ''],
    ['has a key twice', input.replace(/"tool_input":\{/, '"tool_input":{"same":1,"same":2,')],
    ['has a number that does not survive', input.replace(/"tool_input":\{/, '"tool_input":{"id":9007199254740993,')],
    ['is longer than anybody can read', ' '.repeat(32 * 1024 * 1024 + 1)],
  ])('set to block, it blocks an act whose input %s, and calls it no refusal', async (_name, text) => {
    const hooks = await startHookWorld(engine, { ifUnavailable: 'block' });
    const { stdout, stderr, code } = await hooks.run(engine, [], text);
    // With this exit code every engine blocks, whatever it has asked.
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Nobody has refused this.');
  });

  test('set to block, it blocks what it fails at', async () => {
    const hooks = await startHookWorld(engine, { ifUnavailable: 'block' });
    const { stdout, stderr, code } = await hooks.run(engine, [], nested(input));
    expect(stdout + stderr).toContain('Nobody has refused this.');
    if (engine === 'gemini') expect(code).toBe(2);
    else expect(stdout).toContain('"deny"');
  });

  test('set to allow, it does not allow what the operator was asked when its token is revoked', async () => {
    const hooks = await startHookWorld(engine, { ifUnavailable: 'allow' });
    const { ended } = await hooks.start(engine, [], input);
    await hooks.question();
    await expect.poll(() => hooks.gate.requests.some((line) => line.includes('wait_ms'))).toBe(true);
    await hooks.world.execute(operator, 'token.revoke', { tokenId: hooks.tokenId });
    hooks.gate.kill();
    await hooks.gate.restart();
    const { stdout, stderr } = await ended;
    expect(stdout).not.toContain('allow"');
    expect(stdout + stderr).toContain('valid bearer token');
  });

  test.each(['approve', 'deny'] as const)('a note that cannot be removed takes no "%s" away', async (verdict) => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    await expect.poll(() => hooks.gate.requests.some((line) => line.includes('wait_ms'))).toBe(true);
    const folder = join(hooks.world.home, 'hooks');
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name));
      mkdirSync(join(folder, name));
    }
    await hooks.decide(approvalId, verdict);
    const { stdout } = await ended;
    expect(stdout).toContain(verdict === 'approve' ? '"allow"' : '"deny"');
  });
});
