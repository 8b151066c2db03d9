import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Engine, engines } from '../../electron/connect/connection-file';
import { keepTrust } from '../../electron/connect/kept-trust';
import { fieldsOf } from '../../shared/kernel/fields';
import { call } from '../support/api-client';
import { type CommandEnding, runCommand } from '../support/command-line';
import {
  agentOf,
  asking,
  type HookWorld,
  hookInput,
  inPrintMode,
  notes,
  startHookWorld,
  statusOf,
} from '../support/hook-world';
import { operator, temporaryHome } from '../support/world';

/** What an engine is told that has to ask in its own way. */
const isNoOpinion = (engine: Engine, stdout: string) =>
  engine === 'codex'
    ? stdout === ''
    : Object.keys(JSON.parse(stdout)).every((name) => name === 'systemMessage' || name === 'reason');

/** Whether an act that nobody decided about is left to the dialog of the engine; Gemini CLI has none here, so there it is blocked. */
const isLeft = (engine: Engine, { stdout, stderr, code }: CommandEnding) =>
  engine === 'gemini'
    ? code === 2 && stderr.includes('Nobody else can be asked here')
    : code === 0 && isNoOpinion(engine, stdout);

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
    const end = await ended;
    const { stdout, stderr, code } = end;
    expect(stdout + stderr).not.toMatch(/denied|declined/i);
    if (meaning === 'no opinion') expect(isLeft(engine, end)).toBe(true);
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
    const end = await hooks.run(engine, [], input);
    expect(isLeft(engine, end)).toBe(true);
    expect(end.stdout + end.stderr).toContain('could not be asked');
  });

  test('until its question expires, which is no denial', async () => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    hooks.world.clock.at += 86_400_000;
    await hooks.world.execute(operator, 'limits.update', {});
    const end = await ended;
    const { stdout, stderr } = end;
    expect(statusOf(hooks, approvalId)).toBe('expired');
    expect(isLeft(engine, end)).toBe(true);
    expect(stdout + stderr).toContain('this is not a refusal');
    expect(stdout + stderr).not.toMatch(/denied|declined/i);
  });

  test('until somebody withdraws the question', async () => {
    const hooks = await startHookWorld(engine);
    const { ended } = await hooks.start(engine, [], input);
    const { approvalId } = await hooks.question();
    const path = `/governance/approvals/${approvalId}/cancel`;
    await call(hooks.api, 'POST', path, { token: hooks.token, body: { reason: 'Not needed.' } });
    const end = await ended;
    expect(isLeft(engine, end)).toBe(true);
    expect(end.stdout + end.stderr).not.toMatch(/denied|declined/i);
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
    const end = await ended;
    const { stdout, stderr } = end;
    expect(isLeft(engine, end)).toBe(true);
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
    expect(isLeft(engine, await ended)).toBe(true);
    expect(statusOf(hooks, approvalId)).toBe('cancelled');
    expect(notes(hooks)).toEqual([]);
  });

  test('and two hooks with the same question share it, but one approval allows one of them', async () => {
    const hooks = await startHookWorld(engine);
    const both = [await hooks.start(engine, [], input), await hooks.start(engine, [], input)];
    const waits = () => hooks.gate.requests.filter((line) => line.includes('wait_ms')).length;
    await expect.poll(waits).toBe(2);
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
    const end = await hooks.run(engine, [], long);
    expect(isLeft(engine, end)).toBe(true);
    expect(end.stdout + end.stderr).toContain('over 1 MiB');
  });

  test('for nothing when its token is revoked, and that is no allow', async () => {
    const hooks = await startHookWorld(engine, { ifUnavailable: 'allow' });
    await hooks.world.execute(operator, 'token.revoke', { tokenId: hooks.tokenId });
    const end = await hooks.run(engine, [], input);
    expect(isLeft(engine, end)).toBe(true);
    expect(end.stdout + end.stderr).toContain('valid bearer token');
  });

  test('for nothing when it is not connected, and says how to', async () => {
    const environment = { GATEHOUSE_HOME: temporaryHome(), CI: 'true' };
    const end = await runCommand(['hook', engine], environment, input);
    expect(isLeft(engine, end)).toBe(true);
    expect(end.stdout + end.stderr).toContain(`gatehouse connect ${engine}`);
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

  test('is resumed for one of the calls that it made at once; the other is denied, and nobody is asked about it any more', async () => {
    const { hooks, approvalId } = await deferredWorld();
    const other = hookInput('claude', 'pre-tool-use-mcp');
    expect(decision((await hooks.run('claude', ['--hold', '0.2'], other, inPrintMode)).stdout)).toBe('deny');
    expect(hooks.waiting().map((waiting) => waiting.approvalId)).toEqual([approvalId]);
    await hooks.decide(approvalId, 'approve');
    expect(decision((await hooks.run('claude', [], input, inPrintMode)).stdout)).toBe('allow');
    expect(decision((await hooks.run('claude', ['--hold', '0.2'], other, inPrintMode)).stdout)).toBe('defer');
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

test('where only what is of high risk is asked about, all else passes also when nothing is connected, unless it is set to block [sessions-2.nobody-decides]', async () => {
  const environment = { GATEHOUSE_HOME: temporaryHome() };
  for (const [engine, told] of [
    ['claude', '"ask"'],
    ['codex', '"deny"'],
  ] as const) {
    const answerTo = async (name: string, ...args: readonly string[]) =>
      (await runCommand(['hook', engine, ...args], environment, hookInput(engine, name))).stdout;
    expect(isNoOpinion(engine, await answerTo('pre-tool-use-bypass-harmless'))).toBe(true);
    expect(await answerTo('pre-tool-use-bypass')).toContain(told);
    for (const name of ['pre-tool-use-bypass-harmless', 'pre-tool-use-bypass']) {
      expect(await answerTo(name, '--if-unavailable', 'block')).toContain('"deny"');
    }
  }
});

test('in a folder that the operator does not trust nothing is harmless, also while Gatehouse is away [sessions-2.nobody-decides, judgement-4.untrusted]', async () => {
  const home = temporaryHome();
  const input = hookInput('claude', 'pre-tool-use-bypass-harmless');
  const answer = async () => (await runCommand(['hook', 'claude'], { GATEHOUSE_HOME: home }, input)).stdout;
  keepTrust(home, { untrusted: ['/work/elsewhere'], classes: [] });
  expect(isNoOpinion('claude', await answer())).toBe(true);
  keepTrust(home, { untrusted: [String(fieldsOf(JSON.parse(input))['cwd'])], classes: [] });
  expect(await answer()).toContain('"ask"');
  writeFileSync(join(home, 'trust.json'), '{');
  expect(await answer()).toContain('"ask"');
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
