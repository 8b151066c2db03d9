import { describe, expect, test } from 'vitest';
import { engines } from '../../electron/connect/connection-file';
import { asking, type HookWorld, hookInput, inPrintMode, notes, startHookWorld, statusOf } from '../support/hook-world';

const waitsIn = ({ gate }: HookWorld) => gate.requests.filter((line) => line.includes('wait_ms')).length;

/** Starts a hook and kills it, without a chance to say so, while it waits for the answer to the one question that it asks. */
async function killedHook(hooks: HookWorld, input: string, environment = {}): Promise<string> {
  const before = hooks.waiting().map(({ approvalId }) => approvalId);
  const waited = waitsIn(hooks);
  const { child, ended } = await hooks.start('claude', [], input, environment);
  await expect.poll(() => waitsIn(hooks)).toBeGreaterThan(waited);
  const asked = hooks.waiting().map(({ approvalId }) => approvalId);
  child.kill('SIGKILL');
  await ended;
  return asked.find((approvalId) => !before.includes(approvalId)) ?? asked[0] ?? 'none';
}

test.each(engines)(
  'a hook of %s that is killed is missed within five seconds [sessions-3.killed-hook]',
  async (engine) => {
    const hooks = await startHookWorld(engine);
    const { child, ended } = await hooks.start(engine, [], hookInput(engine, asking[engine]));
    const { approvalId } = await hooks.question();
    await expect.poll(() => waitsIn(hooks)).toBe(1);
    child.kill('SIGKILL');
    await ended;
    await expect.poll(() => statusOf(hooks, approvalId), { timeout: 5_000 }).toBe('cancelled');
  },
);

test('the question of a hook that was killed stands while another waits for it, or the session can be resumed [sessions-3.killed-hook]', async () => {
  const hooks = await startHookWorld('claude');
  const input = hookInput('claude', 'permission-request');
  const other = await hooks.start('claude', [], input);
  await expect.poll(() => waitsIn(hooks)).toBe(1);
  const shared = await killedHook(hooks, input);
  const resumable = await killedHook(hooks, hookInput('claude', 'pre-tool-use-mcp', { session_id: 's2' }), inPrintMode);
  // The last one that is killed is the last one that is missed.
  const alone = await killedHook(hooks, hookInput('claude', 'permission-request-edit'));
  await expect.poll(() => statusOf(hooks, alone), { timeout: 5_000 }).toBe('cancelled');
  expect([statusOf(hooks, shared), statusOf(hooks, resumable)]).toEqual(['pending', 'pending']);
  await hooks.decide(shared, 'approve');
  expect((await other.ended).stdout).toContain('"allow"');
});

describe('two hooks with the same question', () => {
  const input = hookInput('claude', 'permission-request');

  async function both() {
    const hooks = await startHookWorld('claude');
    const started = [await hooks.start('claude', [], input), await hooks.start('claude', [], input)] as const;
    await expect.poll(() => waitsIn(hooks)).toBe(2);
    const { approvalId } = await hooks.question();
    return { hooks, approvalId, one: started[0], other: started[1] };
  }

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'keep it open for each other: the one that is left after %s hears the decision, whatever else the session does [sessions-3.nobody-waits]',
    async (signal) => {
      for (const left of ['one', 'other'] as const) {
        const { hooks, approvalId, ...started } = await both();
        const gone = started[left === 'one' ? 'other' : 'one'];
        gone.child.kill(signal);
        await gone.ended;
        await hooks.run('claude', [], hookInput('claude', 'pre-tool-use-read'));
        expect(statusOf(hooks, approvalId)).toBe('pending');
        expect(notes(hooks)).toHaveLength(1);
        await hooks.decide(approvalId, 'approve');
        expect((await started[left].ended).stdout).toContain('"allow"');
        expect(notes(hooks)).toEqual([]);
      }
    },
  );

  test('are over one by one: a call that ended leaves the question to the one that looks like it [sessions-3.nobody-waits]', async () => {
    const { hooks, approvalId, one, other } = await both();
    await hooks.run('claude', [], hookInput('claude', 'post-tool-use'));
    expect([statusOf(hooks, approvalId), notes(hooks).length]).toEqual(['pending', 1]);
    await hooks.run('claude', [], hookInput('claude', 'post-tool-use'));
    expect([statusOf(hooks, approvalId), notes(hooks).length]).toEqual(['cancelled', 0]);
    await Promise.all([one.ended, other.ended]);
  });
});

describe('a question of Claude Code whose hook is gone', () => {
  /** A hook that was killed without a chance to say so. */
  async function abandoned(hooks: HookWorld, name = 'permission-request') {
    const { child, ended } = await hooks.start('claude', [], hookInput('claude', name));
    const { approvalId } = await hooks.question();
    await expect.poll(() => notes(hooks)).toHaveLength(1);
    // It is not seen, as where it had just begun to wait.
    hooks.gate.holdOn();
    child.kill('SIGKILL');
    await ended;
    expect(statusOf(hooks, approvalId)).toBe('pending');
    return approvalId;
  }

  test.each([
    'post-tool-use',
    'post-tool-use-failure',
    'pre-tool-use-read',
    'stop',
    'user-prompt-submit',
    'session-end',
  ])('is withdrawn by %s', async (event) => {
    const hooks = await startHookWorld('claude');
    const approvalId = await abandoned(hooks);
    expect(await hooks.run('claude', [], hookInput('claude', event))).toMatchObject({ code: 0, stdout: '{}\n' });
    expect(statusOf(hooks, approvalId)).toBe('cancelled');
    expect(notes(hooks)).toEqual([]);
  });

  test('of a sub-agent is withdrawn when that ends, not when its agent does', async () => {
    const hooks = await startHookWorld('claude');
    const approvalId = await abandoned(hooks, 'permission-request-sub-agent');
    await hooks.run('claude', [], hookInput('claude', 'stop'));
    expect(statusOf(hooks, approvalId)).toBe('pending');
    await hooks.run('claude', [], hookInput('claude', 'subagent-stop'));
    expect(statusOf(hooks, approvalId)).toBe('cancelled');
  });

  test('stands when another session goes on, another call ends, or the hook still waits', async () => {
    const hooks = await startHookWorld('claude');
    const { child } = await hooks.start('claude', [], hookInput('claude', 'permission-request'));
    const { approvalId } = await hooks.question();
    await expect.poll(() => notes(hooks)).toHaveLength(1);
    const events = [
      hookInput('claude', 'session-end', { session_id: 'another' }),
      hookInput('claude', 'post-tool-use', { tool_input: { command: 'ls' } }),
      hookInput('claude', 'post-tool-use', { agent_id: 'a1', agent_type: 'general-purpose' }),
      hookInput('claude', 'pre-tool-use-read'),
      hookInput('claude', 'notification'),
    ];
    for (const event of events) await hooks.run('claude', [], event);
    expect(statusOf(hooks, approvalId)).toBe('pending');
    child.kill('SIGTERM');
  });

  test('ends within the time that its hook could have waited, whatever else happens', async () => {
    const hooks = await startHookWorld('claude', { holdSeconds: 60 });
    const approvalId = await abandoned(hooks);
    const { expiresAtMs, waitingUntilMs } = hooks.world.store.read.approvals.find(approvalId)!;
    expect(expiresAtMs - (waitingUntilMs ?? 0)).toBe(5_000);
    expect(expiresAtMs).toBeLessThan(Date.now() + 65_001);
  });
});
