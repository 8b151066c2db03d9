import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerTo } from '../../electron/cli/hook/hook';
import { actionOf } from '../../electron/cli/hook/question';
import { defaultHookSettings, type HookSettings, writeConnection } from '../../electron/connect/connection-file';
import type { HookAnswer, HookInput } from '../../electron/engines/engine';
import { engineTable } from '../../electron/engines/table';
import { judge } from '../../electron/judgement/here';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { isOwnTool } from '../../shared/asking';
import { unavailableAnswers } from '../../shared/contract/engine';
import { isJsonObject } from '../../shared/kernel/fields';
import { noBounds, readJson } from '../../shared/kernel/json-text';
import { fuzzRounds } from '../support/fuzz-rounds';
import { agentOf, startHookWorld } from '../support/hook-world';
import { temporaryHome } from '../support/world';

await loadShellGrammar();

// What the real engines wrote to their hooks, and five thousand changes of it: whatever comes, the hook says nothing that an engine takes
// for a yes which nobody gave, and nothing that it does not understand.

const recordedEngines = ['claude', 'codex', 'gemini', 'opencode'] as const;

type RecordedEngine = (typeof recordedEngines)[number];

type Recording = {
  readonly engine: RecordedEngine;
  readonly name: string;
  readonly entryPoint: string;
  readonly input: HookInput;
};

const recordings: readonly Recording[] = recordedEngines.flatMap((engine) =>
  readFileSync(join(import.meta.dirname, 'fixtures', 'hooks', 'recorded', `${engine}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { name, entry_point: entryPoint = '', input } = JSON.parse(line);
      return { engine, name, entryPoint, input };
    }),
);

const environmentOf = (home: string, entryPoint: string) => ({
  GATEHOUSE_HOME: home,
  CLAUDE_CODE_ENTRYPOINT: entryPoint,
  CI: 'true',
});

/** A data folder in which every engine is connected, and nobody answers. */
function connectedHome(): string {
  const home = temporaryHome();
  for (const engine of recordedEngines) {
    const hook = defaultHookSettings(engine);
    writeConnection(home, {
      engine,
      agentId: agentOf(engine),
      token: 'gth_x',
      createdAtMs: 1,
      strength: 'user',
      hook,
      files: [],
    });
  }
  return home;
}

type Said = { readonly decision: 'allow' | 'deny' | 'ask' | 'defer' | 'nothing'; readonly isBlocked: boolean };

/** What an answer means to the engine; throws for one that it would not understand. */
function said(engine: RecordedEngine, event: unknown, { stdout, stderr, exitCode }: HookAnswer): Said {
  if (exitCode === 2) {
    expect(stderr).toContain('Nobody has refused this.');
    expect(stdout).toBeUndefined();
    return { decision: 'deny', isBlocked: true };
  }
  expect(exitCode).toBe(0);
  const known = {
    claude: ['hookSpecificOutput', 'systemMessage', 'continue', 'stopReason', 'decision', 'reason'],
    codex: ['hookSpecificOutput'],
    gemini: ['decision', 'reason', 'systemMessage'],
    opencode: ['decision', 'reason'],
  }[engine];
  const answer = JSON.parse(JSON.stringify(stdout ?? {})) as Readonly<Record<string, unknown>>;
  expect(Object.keys(answer).filter((name) => !known.includes(name))).toEqual([]);
  if (engine === 'gemini' || engine === 'opencode') {
    const decision = answer['decision'] ?? 'nothing';
    // opencode would carry out what it does not know.
    expect(['allow', 'deny', 'nothing', ...(engine === 'gemini' ? ['ask'] : [])]).toContain(decision);
    return { decision: decision as Said['decision'], isBlocked: false };
  }
  if ('decision' in answer) {
    expect([answer['decision'], event]).toEqual([
      'block',
      expect.stringMatching(/^(UserPromptExpansion|ConfigChange)$/),
    ]);
    expect(answer['reason']).toMatch(/\S/);
    return { decision: 'deny', isBlocked: false };
  }
  const output = answer['hookSpecificOutput'] as Readonly<Record<string, unknown>> | undefined;
  if (output === undefined) return { decision: 'nothing', isBlocked: false };
  expect(output['hookEventName']).toBe(event);
  if (event === 'PermissionRequest') {
    const { behavior } = output['decision'] as { readonly behavior: 'allow' | 'deny' };
    expect(['allow', 'deny']).toContain(behavior);
    return { decision: behavior, isBlocked: false };
  }
  const decision = output['permissionDecision'];
  expect(engine === 'codex' ? ['deny'] : ['allow', 'deny', 'ask', 'defer']).toContain(decision);
  expect(output['permissionDecisionReason']).toMatch(/\S/);
  return { decision: decision as Said['decision'], isBlocked: false };
}

/** Whether an event is a call that may do harm which cannot be undone, by the rule of Gatehouse itself. */
function isHighRisk({ engine, entryPoint, input }: Recording): boolean {
  const { call, ask } = engineTable[engine].plan(input, { CLAUDE_CODE_ENTRYPOINT: entryPoint });
  const { tool_name: tool, cwd } = input;
  if (call === undefined || ask === undefined || typeof tool !== 'string' || isOwnTool(tool.trim())) return false;
  const toolName = tool.trim();
  if (toolName === '') return false;
  const { level, reasons } = judge.call({
    toolName,
    action: actionOf(input),
    cwd: typeof cwd === 'string' && cwd !== '' ? cwd : undefined,
  });
  return level === 'high' && !(call.isLook && reasons.every(({ kind }) => kind === 'unknown_tool'));
}

/** Checks what is answered while nobody decides. */
function checkUndecided(
  recording: Recording,
  answer: HookAnswer,
  { ifUnavailable }: Pick<HookSettings, 'ifUnavailable'>,
) {
  const { engine, input } = recording;
  const event = input['hook_event_name'];
  const { decision, isBlocked } = said(engine, event, answer);
  if (ifUnavailable !== 'allow') expect(decision).not.toBe('allow');
  if (isBlocked) expect(ifUnavailable === 'block' || engine === 'gemini').toBe(true);
  if (ifUnavailable === 'allow' || !isHighRisk(recording)) return;
  // The engine's own dialog is there already when it asks for a permission, where it has one.
  if (ifUnavailable === 'prompt' && (event === 'PermissionRequest' || event === 'permission.asked')) return;
  expect(decision).not.toBe('nothing');
}

describe('while Gatehouse is away', () => {
  test.each(unavailableAnswers)(
    'every recorded input is answered as the engine understands it, with %s [sessions-2.nobody-decides]',
    async (ifUnavailable) => {
      const home = connectedHome();
      for (const recording of recordings) {
        const { engine, entryPoint, input } = recording;
        const place = { engine, options: { ifUnavailable }, environment: environmentOf(home, entryPoint) };
        const answer = await answerTo({ head: JSON.stringify(input), isWhole: true }, place);
        checkUndecided(recording, answer, { ifUnavailable });
      }
    },
  );

  test('five thousand changed ones are too, and none is allowed [sessions-2.nobody-decides]', async () => {
    const home = connectedHome();
    await fc.assert(
      fc.asyncProperty(changed, fc.constantFrom('prompt', 'block'), async (recording, ifUnavailable) => {
        const { engine, entryPoint, text } = recording;
        const place = { engine, options: { ifUnavailable }, environment: environmentOf(home, entryPoint) } as const;
        const answer = await answerTo({ head: text, isWhole: true }, place);
        const input = readable(text);
        if (input !== undefined) return checkUndecided({ ...recording, input }, answer, { ifUnavailable });
        expect(JSON.stringify(answer)).not.toMatch(/"(?:allow|defer)"/);
        if (ifUnavailable === 'block') expect(answer.exitCode).toBe(2);
        else expect(answer.exitCode === 0 || answer.stderr?.includes('Nobody has refused this.')).toBe(true);
      }),
      { numRuns: fuzzRounds(5_000) },
    );
  });
});

test.each(recordedEngines)(
  'while Gatehouse is there and nobody decides, nothing that %s sent is allowed but its own tools [judgement-5.own-tools]',
  async (engine) => {
    const { world } = await startHookWorld(engine);
    for (const recording of recordings.filter((each) => each.engine === engine)) {
      const { entryPoint, input } = recording;
      const place = { engine, options: { holdSeconds: 0 }, environment: environmentOf(world.home, entryPoint) };
      const answer = await answerTo({ head: JSON.stringify(input), isWhole: true }, place);
      const { decision } = said(engine, input['hook_event_name'], answer);
      if (isOwnTool(String(input['tool_name'])) && engineTable[engine].plan(input, {}).call !== undefined) {
        expect(decision).toBe(engine === 'codex' ? 'nothing' : 'allow');
      } else checkUndecided(recording, answer, { ifUnavailable: 'prompt' });
    }
    const questions = world.store.read.approvals.list({ limit: 500 }).approvals;
    expect(questions.filter(({ targetResource }) => isOwnTool(targetResource.id))).toEqual([]);
  },
);

/** A JSON object that the hook takes for an input. */
function readable(text: string): HookInput | undefined {
  const read = readJson(text, noBounds);
  return read.ok && isJsonObject(read.value) ? read.value : undefined;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -1,
    true,
    [],
    {},
    '\u202e',
    '\n',
    'x'.repeat(3_000),
    '../../etc',
    '__proto__',
  ),
  fc.constantFrom('PreToolUse', 'PermissionRequest', 'BeforeTool', 'PostToolUse', 'Stop', 'SessionEnd'),
  fc.constantFrom('default', 'acceptEdits', 'plan', 'dontAsk', 'auto', 'bypassPermissions'),
  fc.constantFrom('Bash', 'Read', 'run_shell_command', 'apply_patch', 'mcp__gatehouse__push', 'mcp__x__y'),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A recording of which some fields are gone, others or new, or whose text is cut. */
const changed = fc
  .record({
    recording: fc.constantFrom(...recordings),
    fields: fc.array(fc.record({ at: fc.nat(), value: fc.option(odd, { nil: undefined }), isInside: fc.boolean() }), {
      maxLength: 3,
    }),
    name: fc.option(fc.constantFrom('tool_name', 'agent_id', 'permission_mode', 'hook_event_name', 'x'), {
      nil: undefined,
    }),
    value: odd,
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined, freq: 6 }),
    entryPoint: fc.constantFrom('cli', 'sdk-cli', 'sdk-ts', 'sdk-py', 'claude-code-github-action', 'claude-vscode', ''),
  })
  .map(({ recording, fields, name, value, cut, entryPoint }) => {
    const input: Record<string, unknown> = structuredClone({ ...recording.input });
    for (const { at, value: other, isInside } of fields) {
      const inside = input['tool_input'];
      const isObject = isInside && typeof inside === 'object' && inside !== null && !Array.isArray(inside);
      const place = isObject ? (inside as Record<string, unknown>) : input;
      const names = Object.keys(place);
      const field = names[at % Math.max(1, names.length)] ?? 'x';
      if (other === undefined) Reflect.deleteProperty(place, field);
      // A copy: the same thing may be drawn once more, to stand in itself.
      else place[field] = structuredClone(other);
    }
    if (name !== undefined) input[name] = value;
    const text = JSON.stringify(input);
    return { ...recording, entryPoint, text: cut === undefined ? text : text.slice(0, Math.floor(text.length * cut)) };
  });
