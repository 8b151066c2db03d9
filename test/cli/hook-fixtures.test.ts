import { describe, expect, test } from 'vitest';
import { type Engine, engines } from '../../electron/connect/connection-file';
import type { CommandEnding } from '../support/command-line';
import { agentOf, hookInput, hookInputs, startHookWorld } from '../support/hook-world';

/** An engine, a fixture of it, and the variables that the engine sets besides. */
type Fixture = readonly [engine: Engine, name: string, variables: Readonly<Record<string, string>>];

const usual = { CLAUDE_CODE_ENTRYPOINT: 'cli' };
const inPrintMode = { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' };

/** Fixtures of each engine that are asked about, with the variables that an engine in print mode sets. */
const asked: readonly Fixture[] = [
  ['claude', 'permission-request', usual],
  ['claude', 'permission-request-edit', usual],
  ['claude', 'permission-request-sub-agent', usual],
  ['claude', 'pre-tool-use', inPrintMode],
  ['claude', 'pre-tool-use-mcp', inPrintMode],
  ['claude', 'pre-tool-use-bypass', usual],
  ['claude', 'pre-tool-use-bypass', inPrintMode],
  ['codex', 'permission-request', usual],
  ['codex', 'permission-request-patch', usual],
  ['codex', 'permission-request-sub-agent', usual],
  ['codex', 'pre-tool-use-bypass', usual],
  ['gemini', 'before-tool', usual],
  ['gemini', 'before-tool-write', usual],
  ['gemini', 'before-tool-mcp', usual],
  ['opencode', 'tool-execute-before', usual],
  ['opencode', 'tool-execute-before-mcp', usual],
  ['opencode', 'tool-execute-before-sub-agent', usual],
  ['opencode', 'permission-asked', usual],
];

/** All others, and those that are asked about in another mode only. */
const silent: readonly Fixture[] = [
  ...engines.flatMap((engine) =>
    Object.keys(hookInputs(engine).inputs)
      .filter((name) => !asked.some(([of, one, variables]) => of === engine && one === name && variables === usual))
      .map((name) => [engine, name, usual] as const),
  ),
  ...['pre-tool-use-read', 'pre-tool-use-plan', 'pre-tool-use-accept-edits', 'pre-tool-use-bypass-harmless'].map(
    (name) => ['claude', name, inPrintMode] as const,
  ),
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

describe.each(asked)('%s, %s %j', (engine, name, variables) => {
  const input = hookInput(engine, name);
  const { tool_name, tool_input, session_id, hook_event_name, agent_id, agent_type } = JSON.parse(input);
  // Where nobody else would be asked, the engine is made to ask; Codex and opencode cannot.
  const isUnasked = name.includes('bypass') || hook_event_name === 'tool.execute.before';
  const leftToTheEngine = isUnasked ? (engine === 'codex' || engine === 'opencode' ? 'deny' : 'ask') : 'nothing';

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
      decision: leftToTheEngine,
      said: expect.stringContaining('could not be asked'),
    });
    expect(ends['block']).toMatchObject({
      decision: engine === 'gemini' ? 'exit 2' : 'deny',
      said: expect.stringContaining('Nobody has refused this'),
    });
    const yes = engine === 'codex' && name.includes('bypass') ? 'nothing' : 'allow';
    expect(ends['allow']).toMatchObject({ decision: yes });
  });

  test('when nobody decides in time it says so, asks nobody any more, and never calls it denied or allowed', async () => {
    const { run, waiting, world } = await startHookWorld(engine);
    const ended = await run(engine, ['--hold', '0.2', '--if-unavailable', 'allow'], input, variables);
    const { decision } = told(engine, ended);
    const isPrintMode = variables === inPrintMode;
    if (isPrintMode) {
      expect(decision).toBe('defer');
      expect(waiting()).toHaveLength(1);
      return;
    }
    expect(decision).toBe(leftToTheEngine);
    expect(ended.stdout + ended.stderr).toContain('this is not a refusal');
    expect(waiting()).toEqual([]);
    const [asking] = world.store.read.approvals.recentlySettled(1);
    expect(asking).toMatchObject({ status: 'cancelled', cancelReason: expect.stringContaining('Nobody decided') });
  });
});
