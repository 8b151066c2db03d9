import { describe, expect, test } from 'vitest';
import { type Engine, engines } from '../../electron/connect/connection-file';
import type { CommandEnding } from '../support/command-line';
import { agentOf, hookInput, hookInputs, startHookWorld } from '../support/hook-world';

/** An engine, a fixture of it, and the variables that the engine sets besides. */
type Fixture = readonly [engine: Engine, name: string, variables: Readonly<Record<string, string>>];

const usual = { CLAUDE_CODE_ENTRYPOINT: 'cli' };
const inPrintMode = { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' };
const ofProgram = { CLAUDE_CODE_ENTRYPOINT: 'sdk-py' };

/** Fixtures of each engine that are asked about, with the variables that an engine in print mode sets. */
const asked: readonly Fixture[] = [
  ['claude', 'permission-request', usual],
  ['claude', 'permission-request-edit', usual],
  ['claude', 'permission-request-sub-agent', usual],
  ['claude', 'pre-tool-use', inPrintMode],
  ['claude', 'pre-tool-use-mcp', inPrintMode],
  ['claude', 'pre-tool-use-bypass', inPrintMode],
  ['claude', 'pre-tool-use', ofProgram],
  ['codex', 'permission-request', usual],
  ['codex', 'permission-request-patch', usual],
  ['codex', 'permission-request-sub-agent', usual],
  ['codex', 'pre-tool-use-bypass', usual],
  ['codex', 'pre-tool-use-full-access', usual],
  ['gemini', 'before-tool', usual],
  ['gemini', 'before-tool-write', usual],
  ['gemini', 'before-tool-mcp', usual],
  ['opencode', 'tool-execute-before', usual],
  ['opencode', 'tool-execute-before-mcp', usual],
  ['opencode', 'tool-execute-before-sub-agent', usual],
  ['opencode', 'permission-asked', usual],
];

/** Those for which the dialog of the engine is opened: that asks by an event of its own. */
const opened: readonly Fixture[] = [
  ['claude', 'pre-tool-use', usual],
  ['claude', 'pre-tool-use-bypass', usual],
  ['claude', 'pre-tool-use-mcp', usual],
];

/** Calls that nobody is asked about, but which are blocked while Gatehouse is away and that is set. */
const unasked: readonly Fixture[] = [
  ...['pre-tool-use-plan', 'pre-tool-use-accept-edits', 'pre-tool-use-bypass-harmless'].map(
    (name) => ['claude', name, usual] as const,
  ),
  ...['pre-tool-use-plan', 'pre-tool-use-accept-edits', 'pre-tool-use-bypass-harmless'].map(
    (name) => ['claude', name, inPrintMode] as const,
  ),
  ['codex', 'pre-tool-use', usual],
  ['codex', 'pre-tool-use-bypass-harmless', usual],
];

/** All others, and looks in another mode. */
const silent: readonly Fixture[] = [
  ...engines.flatMap((engine) =>
    Object.keys(hookInputs(engine).inputs)
      .map((name) => [engine, name, usual] as const)
      .filter(
        ([of, one]) =>
          ![...asked, ...opened, ...unasked].some(
            ([engineOf, name, variables]) => engineOf === of && name === one && variables === usual,
          ),
      ),
  ),
  ['claude', 'pre-tool-use-read', inPrintMode],
];

const noOpinion = (engine: Engine) => (engine === 'codex' ? '' : '{}\n');

/** What the engine is told, whatever its words for it are. */
function told(engine: Engine, { stdout, code }: CommandEnding): { readonly decision: string; readonly why: string } {
  if (code !== 0) return { decision: `exit ${code}`, why: '' };
  if (stdout === '') return { decision: 'nothing', why: '' };
  const answer = JSON.parse(stdout);
  if (engine === 'gemini' || engine === 'opencode')
    return { decision: answer.decision ?? 'nothing', why: answer.reason ?? answer.systemMessage };
  const { hookSpecificOutput: output } = answer;
  if (output === undefined) return { decision: 'nothing', why: answer.systemMessage };
  if (output.hookEventName === 'PermissionRequest') {
    return { decision: output.decision.behavior, why: output.decision.message };
  }
  return { decision: output.permissionDecision, why: output.permissionDecisionReason };
}

test.each(silent)(
  '%s, %s %j is told no opinion and asks nobody, also when Gatehouse is away and it blocks then',
  async (engine, name, variables) => {
    const { run, waiting, gate } = await startHookWorld(engine, { ifUnavailable: 'block' });
    const silence = { code: 0, stdout: noOpinion(engine), stderr: '' };
    expect(await run(engine, [], hookInput(engine, name), variables)).toMatchObject(silence);
    expect(waiting()).toEqual([]);
    gate.kill();
    expect(await run(engine, [], hookInput(engine, name), variables)).toMatchObject(silence);
  },
);

test.each(unasked)(
  '%s, %s %j is told no opinion and asks nobody, and is blocked when Gatehouse is away and it blocks then [sessions-2.nobody-decides]',
  async (engine, name, variables) => {
    const { run, waiting, gate } = await startHookWorld(engine, { ifUnavailable: 'block' });
    const silence = { code: 0, stdout: noOpinion(engine), stderr: '' };
    expect(await run(engine, [], hookInput(engine, name), variables)).toMatchObject(silence);
    expect(waiting()).toEqual([]);
    gate.kill();
    const prompted = await run(engine, ['--if-unavailable', 'prompt'], hookInput(engine, name), variables);
    expect(prompted).toMatchObject(silence);
    const { decision, why } = told(engine, await run(engine, [], hookInput(engine, name), variables));
    expect(decision).toBe('deny');
    expect(why).toContain('Nobody has refused this');
  },
);

describe.each(opened)('%s, %s %j', (engine, name, variables) => {
  const input = hookInput(engine, name);

  test('opens the dialog of the engine, whose own question is the one that asks [sessions-2.ask-mode, sessions-2.used-once]', async () => {
    const { run, start, waiting, question, decide, world } = await startHookWorld(engine);
    expect(told(engine, await run(engine, [], input, variables)).decision).toBe('ask');
    expect(waiting()).toEqual([]);
    const { tool_use_id: _, ...same } = JSON.parse(input);
    const { ended } = await start(engine, [], JSON.stringify({ ...same, hook_event_name: 'PermissionRequest' }));
    await decide((await question()).approvalId, 'approve');
    expect(told(engine, await ended).decision).toBe('allow');
    expect(world.store.read.approvals.recentlySettled(10)).toHaveLength(1);
  });

  test('opens it when Gatehouse is away too, unless it is set to block or allow then', async () => {
    const { run, gate } = await startHookWorld(engine);
    gate.kill();
    for (const [chosen, decision] of [
      ['prompt', 'ask'],
      ['block', 'deny'],
      ['allow', 'allow'],
    ] as const) {
      expect(told(engine, await run(engine, ['--if-unavailable', chosen], input, variables)).decision).toBe(decision);
    }
  });
});

/** What is made of a question that nobody decided: there is a dialog where the engine itself has asked, and nowhere else. */
function left(engine: Engine, name: string): string {
  if (/^permission-(?:request|asked)/.test(name)) return 'nothing';
  return engine === 'gemini' ? 'exit 2' : 'deny';
}

describe.each(asked)('%s, %s %j', (engine, name, variables) => {
  const input = hookInput(engine, name);
  const { tool_name, tool_input, session_id, hook_event_name, agent_id, agent_type } = JSON.parse(input);

  test('asks with the act as it is, and an approval is used up and allows', async () => {
    const { start, question, decide, world } = await startHookWorld(engine);
    const { ended } = await start(engine, [], input, variables);
    const { approvalId } = await question();
    const asking = world.store.read.approvals.find(approvalId);
    const subAgent = agent_id === undefined ? '' : `/${agent_type}-${agent_id}`;
    expect(asking).toMatchObject({
      requestType: 'tool_call',
      targetResource: { type: 'tool', id: tool_name },
      action: tool_input,
      requestedBy: { kind: 'agent', actorId: `${agentOf(engine)}${subAgent}` },
      ancestorIds: agent_id === undefined ? [] : [agentOf(engine)],
      context: { engine, session_id, hook_event_name },
    });
    expect(asking?.rationale).toMatch(tool_input.description ?? / wants to use /);
    await decide(approvalId, 'approve');
    const end = await ended;
    // Codex lets a call go on that nobody objects to, and knows no other yes before a tool.
    const yes = engine === 'codex' && hook_event_name === 'PreToolUse' ? 'nothing' : 'allow';
    expect(told(engine, end).decision).toBe(yes);
    expect(end.stdout).not.toMatch(/updated|tool_input/i);
    expect(end.stderr).toBe('');
    expect(world.store.read.approvals.find(approvalId)?.consumedAtMs).toBeDefined();
  });

  test('a denial is told with the notes', async () => {
    const { start, question, decide } = await startHookWorld(engine);
    const { ended } = await start(engine, [], input, variables);
    await decide((await question()).approvalId, 'deny', 'Use the test registry.');
    const { decision, why } = told(engine, await ended);
    expect(decision).toBe('deny');
    expect(why).toMatch(/operator denied.*Do not ask for the same again.*Use the test registry\./);
  });

  test('without Gatehouse it does what was chosen, at once, and never calls it denied', async () => {
    const { run, gate } = await startHookWorld(engine);
    gate.kill();
    const ends = Object.fromEntries(
      await Promise.all(
        ['prompt', 'block', 'allow'].map(async (chosen) => {
          const ended = await run(engine, ['--if-unavailable', chosen], input, variables);
          expect(ended.stdout + ended.stderr).not.toMatch(/denied|declined/i);
          return [chosen, { ...told(engine, ended), said: ended.stdout + ended.stderr }] as const;
        }),
      ),
    );
    expect(ends['prompt']).toMatchObject({
      decision: left(engine, name),
      said: expect.stringContaining('could not be asked'),
    });
    expect(ends['block']).toMatchObject({
      decision: engine === 'gemini' ? 'exit 2' : 'deny',
      said: expect.stringContaining('Nobody has refused this'),
    });
    const yes = engine === 'codex' && hook_event_name === 'PreToolUse' ? 'nothing' : 'allow';
    expect(ends['allow']).toMatchObject({ decision: yes });
  });

  test('when nobody decides in time it says so, asks nobody any more, and never calls it denied or allowed', async () => {
    const { run, waiting, world } = await startHookWorld(engine);
    const ended = await run(engine, ['--hold', '0.2', '--if-unavailable', 'allow'], input, variables);
    const { decision } = told(engine, ended);
    if (variables === inPrintMode) {
      expect(decision).toBe('defer');
      expect(waiting()).toHaveLength(1);
      return;
    }
    expect(decision).toBe(left(engine, name));
    expect(ended.stdout + ended.stderr).toContain('this is not a refusal');
    expect(waiting()).toEqual([]);
    const [asking] = world.store.read.approvals.recentlySettled(1);
    expect(asking).toMatchObject({ status: 'cancelled', cancelReason: expect.stringContaining('Nobody decided') });
  });
});
