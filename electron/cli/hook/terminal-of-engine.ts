import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Environment } from '../../engines/engine';

/** A process, as far as it says whether a person is at it. */
export type StartedEngine = {
  readonly args: readonly string[];
  /** What its stdin and stdout are. */
  readonly input: string;
  readonly output: string;
};

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'zsh']);

/**
 * Whether the engine that started this hook runs in a terminal with a person at it. By its arguments and what its input and output
 * are, which only Linux tells: elsewhere it is said not to, because an engine that is made to ask nobody waits for ever.
 */
export function isEngineInTerminal(environment: Environment, parentId: number = process.ppid): boolean {
  try {
    const engine = engineOf(parentId);
    return engine !== undefined && isInTerminal(engine, environment);
  } catch {
    return false;
  }
}

/** Whether somebody can be asked there: by the rules by which Gemini CLI itself decides that it is headless. */
export function isInTerminal({ args, input, output }: StartedEngine, environment: Environment): boolean {
  const isTerminal = (path: string) => /^\/dev\/(?:pts\/\d+|tty\w*)$/.test(path);
  const isPrompt = (word: string) => /^-[a-zA-Z]*p$/.test(word) || /^--prompt(?:=|$)/.test(word);
  const isAutomatic = ['CI', 'GITHUB_ACTIONS'].some((name) => environment[name] === 'true');
  return isTerminal(input) && isTerminal(output) && !isAutomatic && !args.some(isPrompt);
}

/** The process that has started the hook, past the shell that it may have started for that. */
function engineOf(processId: number): StartedEngine | undefined {
  const at = (name: string) => `/proc/${processId}/${name}`;
  const args = readFileSync(at('cmdline'), 'utf8').split('\0').slice(0, -1);
  const [program = '', option = ''] = args;
  if (shells.has(basename(program)) && option.startsWith('-') && option.includes('c')) {
    // The second field after the name, which can have any letters, is the parent.
    const status = readFileSync(at('stat'), 'utf8');
    const parentId = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
    return parentId > 1 ? engineOf(parentId) : undefined;
  }
  return { args, input: readlinkSync(at('fd/0')), output: readlinkSync(at('fd/1')) };
}
