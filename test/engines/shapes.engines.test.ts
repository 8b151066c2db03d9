import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { approveAll } from './approve-all';
import { isTested, type TestedEngine } from './install';
import { startLab } from './lab';
import type { ScriptedCall } from './model';
import { differences, missingEvents, shapeOf } from './shapes';

// What the engines write to their hooks is of the form that was recorded. `npm run engines:update` runs this with newer ones.

/** Where the differences are written instead of being failures; set by `npm run engines:update`. */
const report = process.env['GATEHOUSE_SHAPES_REPORT'];

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({ tray: true });
});
afterAll(() => desktop?.stop());

type Case = {
  readonly engine: TestedEngine;
  readonly args: readonly string[];
  readonly shell: (command: string) => ScriptedCall;
  readonly write: (path: string) => ScriptedCall;
  readonly ownTool: ScriptedCall;
  readonly delegate: (prompt: string) => ScriptedCall;
  /** The events that these cases bring. */
  readonly events: readonly string[];
};

const cases: readonly Case[] = [
  {
    engine: 'claude',
    args: ['--dangerously-skip-permissions'],
    shell: (command) => ({ tool: 'Bash', input: { command, description: 'Try' } }),
    write: (path) => ({ tool: 'Write', input: { file_path: path, content: 'one\n' } }),
    ownTool: { tool: 'mcp__gatehouse__my_allowance', input: {} },
    delegate: (prompt) => ({
      tool: 'Agent',
      input: { description: 'Help', prompt, subagent_type: 'general-purpose' },
    }),
    events: [
      ...['UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'SubagentStart', 'SubagentStop'],
      ...['Stop', 'SessionEnd'],
    ],
  },
  {
    engine: 'codex',
    args: ['--dangerously-bypass-approvals-and-sandbox'],
    shell: (cmd) => ({ tool: 'exec_command', input: { cmd } }),
    write: (path) => ({ tool: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${path}\n+one\n*** End Patch\n` }),
    ownTool: { tool: 'mcp__gatehouse__my_allowance', input: {} },
    delegate: (message) => ({ tool: 'spawn_agent', namespace: 'multi_agent_v1', input: { message } }),
    events: ['UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'SubagentStart', 'Stop', 'SessionEnd'],
  },
  {
    engine: 'gemini',
    args: ['--yolo'],
    shell: (command) => ({ tool: 'run_shell_command', input: { command, description: 'Try' } }),
    write: (path) => ({ tool: 'write_file', input: { file_path: path, content: 'one\n' } }),
    ownTool: { tool: 'mcp_gatehouse_my_allowance', input: {} },
    delegate: (prompt) => ({ tool: 'invoke_agent', input: { agent_name: 'generalist', prompt } }),
    events: ['BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent', 'SessionEnd'],
  },
  {
    engine: 'opencode',
    args: [],
    shell: (command) => ({ tool: 'bash', input: { command, description: 'Try' } }),
    write: (path) => ({ tool: 'write', input: { filePath: path, content: 'one\n' } }),
    ownTool: { tool: 'gatehouse_my_allowance', input: {} },
    delegate: (prompt) => ({ tool: 'task', input: { description: 'Help', prompt, subagent_type: 'general' } }),
    events: ['chat.message', 'tool.execute.before', 'tool.execute.after', 'step-finish', 'session.idle'],
  },
];

/** What of the engine is recorded. */
function recordedOf(engine: TestedEngine) {
  const path = join(import.meta.dirname, '..', 'cli', 'fixtures', 'hooks', 'recorded', `${engine}.jsonl`);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly input: Readonly<Record<string, unknown>> }).input);
}

describe.each(cases.filter(({ engine }) => isTested(engine)))('$engine', (given) => {
  const { engine, args, shell, write, ownTool, delegate, events } = given;

  it('writes to its hooks what was recorded, in form', async () => {
    const lab = await startLab(desktop, engine);
    lab.record();
    const stopApproving = approveAll(lab);
    const helped = lab.model.play([{ calls: [shell('true')] }]);
    const calls = [shell('true'), shell('false'), write(lab.at('made')), ownTool, delegate(helped), shell('sleep 2')];
    await lab.run(lab.model.play(calls.map((call) => ({ calls: [call] }))), args).ended;
    await stopApproving();
    const now = shapeOf(lab.recordings().map(({ input }) => input));
    const missing = missingEvents(events, now).map((event) => `${event}: never written`);
    const said = [...missing, ...differences(shapeOf(recordedOf(engine)), now)];
    if (report === undefined) expect(said).toEqual([]);
    else appendFileSync(report, said.map((line) => `${engine}: ${line}\n`).join(''));
  });
});
