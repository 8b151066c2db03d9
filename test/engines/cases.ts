import type { Engine } from '../../shared/contract/engine';
import type { ScriptedCall } from './model';

/** A call of an engine that makes a file, which the operator is asked about. */
export type AskedCase = {
  readonly engine: Engine;
  /** What the engine is started with. */
  readonly args: readonly string[];
  readonly call: (path: string) => ScriptedCall;
};

/** One of each engine. Codex asks nobody by itself when it runs a script, and about nothing but what may do harm. */
export const askedCases: readonly AskedCase[] = [
  {
    engine: 'claude',
    args: [],
    call: (path) => ({ tool: 'Bash', input: { command: `touch ${path}`, description: 'Make a file' } }),
  },
  {
    engine: 'codex',
    args: ['--dangerously-bypass-approvals-and-sandbox'],
    call: (path) => ({ tool: 'exec_command', input: { cmd: `git push --force nowhere main; touch ${path}` } }),
  },
  {
    engine: 'gemini',
    args: ['--yolo'],
    call: (path) => ({ tool: 'run_shell_command', input: { command: `touch ${path}`, description: 'Make a file' } }),
  },
  {
    engine: 'opencode',
    args: [],
    call: (path) => ({ tool: 'bash', input: { command: `touch ${path}`, description: 'Make a file' } }),
  },
];
