import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Engine, engines } from '../../electron/connect/connection-file';
import { call } from '../support/api-client';
import { runCommand } from '../support/command-line';
import { agentOf, type HookWorld, hookInput, startHookWorld } from '../support/hook-world';
import { operator, temporaryHome } from '../support/world';

const asking: Readonly<Record<Engine, string>> = {
  claude: 'permission-request',
  codex: 'permission-request',
  gemini: 'before-tool',
  opencode: 'permission-asked',
};
const inPrintMode = { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' };

/** What an engine is told that has to ask in its own way. */
const isNoOpinion = (engine: Engine, stdout: string) =>
  engine === 'codex'
    ? stdout === ''
    : Object.keys(JSON.parse(stdout)).every((name) => name === 'systemMessage' || name === 'reason');

const statusOf = ({ world }: HookWorld, approvalId: string) => world.store.read.approvals.find(approvalId)?.status;
const notes = ({ world }: HookWorld) => {
  try {
    return readdirSync(join(world.home, 'hooks'));
  } catch {
    return [];
  }
};

/** Lets the hook ask, and kills what it asked while it waits; resolves when the hook has noticed and tries again. */
async function killed(hooks: HookWorld) {
  const { gate, question } = hooks;
  const { approvalId } = await question();
  await expect.poll(() => gate.requests.some((line) => line.includes('wait_ms'))).toBe(true);
  gate.kill();
  return approvalId;
}

describe.each(engines)('%s waits', (engine) => {
  const input = hookInput(engine, asking[engine]);

  test.each([
    ['prompt', 'no opinion'],
    ['block', 'no'],
    ['allow', 'yes'],
  ] as const)('while the app is killed: %s is %s, and never "denied"', async (chosen, meaning) => {
    const hooks = await startHookWorld(engine, { ifUnavailable: chosen, holdSeconds: 3 });
    const { ended } = await hooks.start(engine, [], input);
    await killed(hooks);
    const { stdout, stderr, code } = await ended;
    expect(stdout + stderr).not.toMatch(/denied|declined/i);
    if (meaning === 'no opinion') expect([code, isNoOpinion(engine, stdout)]).toEqual([0, true]);
    else if (meaning === 'yes') expect(stdout).toContain('"allow"');
    else expect(engine === 'gemini' ? `exit ${code}` : stdout).toMatch(engine === 'gemini' ? /^exit 2$/ : /"deny"/);
  });

  test('while the app restarts on another port, and hears the decision of the same question', async () => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const approvalId = await killed(hooks);
    await hooks.decide(approvalId, 'approve');
    await hooks.gate.restart();
    const { stdout } = await ended;
    expect(stdout).toContain('"allow"');
    expect(hooks.world.store.read.approvals.recentlySettled(10)).toHaveLength(1);
  });

  test('for an app that accepts and never answers no longer than it may', async () => {
    const hooks = await startHookWorld(engine, { holdSeconds: 1 });
    hooks.gate.hang();
    const { stdout, stderr, code } = await hooks.run(engine, [], input);
    expect([code, isNoOpinion(engine, stdout)]).toEqual([0, true]);
    expect(stdout + stderr).toContain('could not be asked');
  });

  test('until its question expires, which is no denial', async () => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    hooks.world.clock.at += 86_400_000;
    await hooks.world.execute(operator, 'limits.update', {});
    const { stdout, stderr } = await ended;
    expect(statusOf(hooks, approvalId)).toBe('expired');
    expect(isNoOpinion(engine, stdout)).toBe(true);
    expect(stdout + stderr).toContain('this is not a refusal');
    expect(stdout + stderr).not.toMatch(/denied|declined/i);
  });

  test('until somebody withdraws the question', async () => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    const path = `/governance/approvals/${approvalId}/cancel`;
    await call(hooks.api, 'POST', path, { token: hooks.token, body: { reason: 'Not needed.' } });
    const { stdout, stderr } = await ended;
    expect(isNoOpinion(engine, stdout)).toBe(true);
    expect(stdout + stderr).not.toMatch(/denied|declined/i);
  });

  test('and does not allow what it cannot use the approval for', async () => {
    const hooks = await startHookWorld(engine, { holdSeconds: 5 });
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    const consume = `/governance/approvals/${approvalId}/consume`;
    const { action } = hooks.world.store.read.approvals.find(approvalId)!;
    hooks.gate.onRequest(async (line) => {
      if (!line.endsWith(consume)) return;
      hooks.gate.onRequest(() => {});
      await call(hooks.api, 'POST', consume, { token: hooks.token, body: { action } });
    });
    await hooks.decide(approvalId, 'approve');
    // It asks once more: somebody else has used the first approval.
    const again = await hooks.question();
    expect(again.approvalId).not.toBe(approvalId);
    await hooks.decide(again.approvalId, 'deny');
    const { stdout } = await ended;
    expect(stdout).toContain('"deny"');
  });

  test.each([
    [
      'whose agent was paused meanwhile',
      ({ world }: HookWorld): unknown => world.execute(operator, 'agent.pause', { agentId: agentOf(engine) }),
      /paused this agent/,
    ],
    [
      'whose time is over',
      ({ world }: HookWorld): unknown => (world.clock.at += 86_400_000),
      /This was approved, but its time was over/,
    ],
  ] as const)('and neither allows nor denies what was approved, but %s', async (_name, meanwhile, told) => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    const consume = `/governance/approvals/${approvalId}/consume`;
    hooks.gate.onRequest(async (line) => {
      if (line.endsWith(consume)) await meanwhile(hooks);
    });
    await hooks.decide(approvalId, 'approve');
    const { stdout, stderr } = await ended;
    expect(isNoOpinion(engine, stdout)).toBe(true);
    expect(stdout + stderr).toMatch(told);
    expect(stdout + stderr).not.toMatch(/denied|declined/i);
    expect(hooks.world.store.read.approvals.find(approvalId)).not.toHaveProperty('consumedAtMs');
  });

  test('and withdraws its question when it is stopped', async () => {
    const hooks = await startHookWorld(engine);
    const { ended, child } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    await expect.poll(() => hooks.gate.requests.some((line) => line.includes('wait_ms'))).toBe(true);
    child.kill('SIGTERM');
    const { stdout, code } = await ended;
    expect([code, isNoOpinion(engine, stdout)]).toEqual([0, true]);
    expect(statusOf(hooks, approvalId)).toBe('cancelled');
    expect(notes(hooks)).toEqual([]);
  });

  test('and two hooks with the same question share it, but one approval allows one of them', async () => {
    const hooks = await startHookWorld(engine);
    const both = [await hooks.start(engine, [], input), await hooks.start(engine, [], input)];
    const waits = () => hooks.gate.requests.filter((line) => line.includes('wait_ms')).length;
    await expect.poll(waits, { timeout: 10_000 }).toBe(2);
    const first = await hooks.question();
    await hooks.decide(first.approvalId, 'approve');
    const second = await hooks.question();
    expect(second.approvalId).not.toBe(first.approvalId);
    await hooks.decide(second.approvalId, 'deny');
    const ends = (await Promise.all(both.map(({ ended }) => ended))).map(({ stdout }) => stdout);
    expect(ends.filter((stdout) => stdout.includes('"allow"'))).toHaveLength(1);
    expect(ends.filter((stdout) => stdout.includes('"deny"'))).toHaveLength(1);
  });

  test.each([
    ['is no JSON', 'hello'],
    ['is a list', '[]'],
    ['is empty', ''],
    ['names no event', '{}'],
    ['names no tool', JSON.stringify({ ...JSON.parse(input), tool_name: 7 })],
  ])('for nothing when its input %s', async (_name, text) => {
    const hooks = await startHookWorld(engine);
    const { stdout, code } = await hooks.run(engine, [], text);
    expect([code, isNoOpinion(engine, stdout)]).toEqual([0, true]);
    expect(hooks.waiting()).toEqual([]);
  });

  test('for nothing when the act is too long to be looked at, and that is no allow', async () => {
    const hooks = await startHookWorld(engine, { ifUnavailable: 'allow' });
    const long = hookInput(engine, asking[engine], { tool_input: { command: `echo ${'x'.repeat(1024 * 1024)}` } });
    const { stdout, stderr } = await hooks.run(engine, [], long);
    expect(isNoOpinion(engine, stdout)).toBe(true);
    expect(stdout + stderr).toContain('over 1 MiB');
  });

  test('for nothing when its token is revoked, and that is no allow', async () => {
    const hooks = await startHookWorld(engine, { ifUnavailable: 'allow' });
    await hooks.world.execute(operator, 'token.revoke', { tokenId: hooks.tokenId });
    const { stdout, stderr } = await hooks.run(engine, [], input);
    expect(isNoOpinion(engine, stdout)).toBe(true);
    expect(stdout + stderr).toContain('valid bearer token');
  });

  test('for nothing when it is not connected, and says how to', async () => {
    const { stdout, stderr, code } = await runCommand(['hook', engine], { GATEHOUSE_HOME: temporaryHome() }, input);
    expect([code, isNoOpinion(engine, stdout)]).toEqual([0, true]);
    expect(stdout + stderr).toContain(`gatehouse connect ${engine}`);
  });
});

describe('a question of Claude Code whose hook is gone', () => {
  /** A hook that was killed without a chance to say so. */
  async function abandoned(hooks: HookWorld, name = 'permission-request') {
    const { child, ended } = await hooks.start('claude', [], hookInput('claude', name));
    const { approvalId } = await hooks.question();
    await expect.poll(() => notes(hooks)).toHaveLength(1);
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

describe('claude -p', () => {
  const input = hookInput('claude', 'pre-tool-use');
  const deferred = { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'defer' } };
  const decision = (stdout: string) => JSON.parse(stdout).hookSpecificOutput?.permissionDecision;

  async function deferredWorld() {
    const hooks = await startHookWorld('claude', { holdSeconds: 0 });
    const { stdout } = await hooks.run('claude', [], input, inPrintMode);
    expect(JSON.parse(stdout)).toMatchObject(deferred);
    return { hooks, approvalId: (await hooks.question()).approvalId };
  }

  test.each([
    ['approve', 'allow'],
    ['deny', 'deny'],
  ] as const)('is resumed hours later and meets what was decided: %s is %s', async (verdict, told) => {
    const { hooks, approvalId } = await deferredWorld();
    for (const event of ['stop', 'session-end', 'session-start', 'user-prompt-submit', 'pre-tool-use-read']) {
      await hooks.run('claude', [], hookInput('claude', event), inPrintMode);
    }
    await hooks.decide(approvalId, verdict);
    const { stdout } = await hooks.run('claude', [], input, inPrintMode);
    expect(decision(stdout)).toBe(told);
    expect(hooks.waiting()).toEqual([]);
    expect(notes(hooks)).toEqual([]);
  });

  test('is resumed before anybody decided, and waits for the same question', async () => {
    const { hooks, approvalId } = await deferredWorld();
    const { stdout } = await hooks.run('claude', [], input, inPrintMode);
    expect(JSON.parse(stdout)).toMatchObject(deferred);
    expect((await hooks.question()).approvalId).toBe(approvalId);
  });

  test('that asks for the same again later has not got it approved by then', async () => {
    const { hooks, approvalId } = await deferredWorld();
    await hooks.decide(approvalId, 'approve');
    expect(decision((await hooks.run('claude', [], input, inPrintMode)).stdout)).toBe('allow');
    for (const different of [{}, { tool_use_id: 'toolu_other' }]) {
      const again = hookInput('claude', 'pre-tool-use', different);
      expect(decision((await hooks.run('claude', [], again, inPrintMode)).stdout)).toBe('defer');
    }
  });

  test('that was approved for one call does not get another one with it', async () => {
    const { hooks, approvalId } = await deferredWorld();
    await hooks.decide(approvalId, 'approve');
    const other = hookInput('claude', 'pre-tool-use', { tool_use_id: 'toolu_other' });
    expect(decision((await hooks.run('claude', [], other, inPrintMode)).stdout)).toBe('defer');
    expect(hooks.world.store.read.approvals.find(approvalId)?.consumedAtMs).toBeUndefined();
  });
});

test('a sub-agent is known with its parents as soon as it starts', async () => {
  const { run, world } = await startHookWorld('claude');
  const ended = await run('claude', [], hookInput('claude', 'subagent-start'));
  expect(ended).toMatchObject({ code: 0, stdout: '{}\n' });
  const id = `${agentOf('claude')}/code-reviewer-a8a5aea3b68767861`;
  await expect.poll(() => world.store.read.agents.find(id)?.ancestorIds).toEqual([agentOf('claude')]);
});

test('where only what is of high risk is asked about, all else passes also when nothing is connected', async () => {
  const environment = { GATEHOUSE_HOME: temporaryHome() };
  for (const engine of ['claude', 'codex'] as const) {
    const answerTo = async (name: string) =>
      (await runCommand(['hook', engine, '--if-unavailable', 'block'], environment, hookInput(engine, name))).stdout;
    expect(await answerTo('pre-tool-use-bypass-harmless')).not.toContain('"deny"');
    expect(await answerTo('pre-tool-use-bypass')).toContain('"deny"');
  }
});

test.each([
  [['hook'], 'Name one engine'],
  [['hook', 'copilot'], 'Name one engine'],
  [['hook', 'claude', '--if-unavailable', 'maybe'], '--if-unavailable is'],
  [['hook', 'claude', '--hold', 'long'], '--hold is a number'],
  [['hook', 'claude', '--bogus'], 'bogus'],
])('%j is wrong usage, and says nothing on stdout', async (args, sentence) => {
  const ended = await runCommand(args, { GATEHOUSE_HOME: temporaryHome() }, '{}');
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
});

test('--help says how it is used', async () => {
  expect(await runCommand(['hook', '--help'], {})).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage:'),
  });
});
