import { isTested, type TestedEngine } from './install';
import type { ScriptedCall } from './model';

/** How an engine is started so that it asks nobody by itself, and how its model says what is to be done. */
export type EngineCase = {
  readonly engine: TestedEngine;
  readonly unasked: readonly string[];
  /** Runs a line in a shell. */
  readonly shell: (line: string) => ScriptedCall;
  /** Makes a file of one line. */
  readonly write: (path: string) => ScriptedCall;
  /** Has a sub-agent follow a prompt; Codex does not wait for it. */
  readonly delegate: (prompt: string) => ScriptedCall;
  /** A tool of Gatehouse. */
  readonly ownTool: ScriptedCall;
};

/** Each engine. */
export const engineCases = {
  claude: {
    engine: 'claude',
    unasked: ['--dangerously-skip-permissions'],
    shell: (command) => ({ tool: 'Bash', input: { command, description: 'Make a file' } }),
    write: (path) => ({ tool: 'Write', input: { file_path: path, content: 'one\n' } }),
    delegate: (prompt) => ({ tool: 'Agent', input: { description: 'Help', prompt, subagent_type: 'general-purpose' } }),
    ownTool: { tool: 'mcp__gatehouse__my_allowance', input: {} },
  },
  codex: {
    engine: 'codex',
    unasked: ['--dangerously-bypass-approvals-and-sandbox'],
    shell: (cmd) => ({ tool: 'exec_command', input: { cmd } }),
    write: (path) => ({ tool: 'apply_patch', input: `*** Begin Patch\n*** Add File: ${path}\n+one\n*** End Patch\n` }),
    delegate: (message) => ({ tool: 'spawn_agent', namespace: 'multi_agent_v1', input: { message } }),
    ownTool: { tool: 'mcp__gatehouse__my_allowance', input: {} },
  },
  gemini: {
    engine: 'gemini',
    unasked: ['--yolo'],
    shell: (command) => ({ tool: 'run_shell_command', input: { command, description: 'Make a file' } }),
    write: (path) => ({ tool: 'write_file', input: { file_path: path, content: 'one\n' } }),
    delegate: (prompt) => ({ tool: 'invoke_agent', input: { agent_name: 'generalist', prompt } }),
    ownTool: { tool: 'mcp_gatehouse_my_allowance', input: {} },
  },
  opencode: {
    engine: 'opencode',
    unasked: [],
    shell: (command) => ({ tool: 'bash', input: { command, description: 'Make a file' } }),
    write: (path) => ({ tool: 'write', input: { filePath: path, content: 'one\n' } }),
    delegate: (prompt) => ({ tool: 'task', input: { description: 'Help', prompt, subagent_type: 'general' } }),
    ownTool: { tool: 'gatehouse_my_allowance', input: {} },
  },
} satisfies Record<TestedEngine, EngineCase>;

/** The engines whose cases are run. */
export const testedEngines: readonly EngineCase[] = Object.values(engineCases).filter(({ engine }) => isTested(engine));

/**
 * A call that makes a file, which the operator is asked about where the engine asks nobody. Codex asks about nothing but what may do
 * harm; the others ask Gatehouse about each call in the mode in which `asked` starts them.
 */
export const askedAbout = ({ engine, shell }: EngineCase, path: string): ScriptedCall =>
  shell(engine === 'codex' ? `git push --force nowhere main; touch ${path}` : `touch ${path}`);

/** What an engine is started with so that it asks about that: Claude Code in its default mode. */
export const asking = ({ engine, unasked }: EngineCase): readonly string[] => (engine === 'claude' ? [] : unasked);
