import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Engine, engines } from '../../shared/contract/engine';
import type { Environment } from '../engines/engine';
import { engineTable } from '../engines/table';
import { fieldsIn } from './kept-file';

/** A process of an engine, as the system shows it to its own user; only Linux does so cheaply. */
export type EngineProcess = {
  readonly pid: number;
  readonly engine: Engine;
  readonly args: readonly string[];
  readonly environment: Environment;
  /** The folder that it was started in, or has gone to. */
  readonly workspace: string;
};

/** The ticks of the system's clock in a second, in which /proc counts: the same on every Linux that runs Electron. */
const TICKS = 100;

/** The ids of all processes; none where the system does not show them. */
export function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid));
  } catch {
    return [];
  }
}

/** What a process is, if it is an engine of this user. */
export function engineProcess(pid: number): EngineProcess | undefined {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return undefined;
    const args = fieldsOf(pid, 'cmdline');
    const engine = engineOf(args);
    if (engine === undefined) return undefined;
    const variables = fieldsOf(pid, 'environ').map((each) => {
      const at = each.indexOf('=');
      return [each.slice(0, at), each.slice(at + 1)] as const;
    });
    return {
      pid,
      engine,
      args,
      environment: Object.fromEntries(variables),
      workspace: readlinkSync(`/proc/${pid}/cwd`),
    };
  } catch {
    // It has ended, or is not shown.
    return undefined;
  }
}

/**
 * Whether a process is still the one in which an engine ran, at that time if one is given: an id is given to another process once it is
 * free. Where the system does not show processes, one with this id counts.
 */
export function isStillEngine(pid: number, engine: Engine, atMs: number | undefined): boolean {
  if (process.platform !== 'linux') return isAlive(pid);
  try {
    if (engineOf(fieldsOf(pid, 'cmdline')) !== engine) return false;
    const startedAtMs = startOf(pid);
    return atMs === undefined || startedAtMs === undefined || startedAtMs <= atMs + 1_000;
  } catch {
    return false;
  }
}

/** The process of the engine that a hook was started by, by way of a shell or two; undefined where the system does not show it. */
export function engineAbove(engine: Engine, pid = process.ppid): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    for (let [at, steps] = [pid, 0]; at > 1 && steps < 4; steps += 1) {
      if (engineOf(fieldsOf(at, 'cmdline')) === engine) return at;
      at = Number(statOf(at)[1]);
    }
  } catch {
    // It is not shown.
  }
  return undefined;
}

/** How many folders above a program its package is looked for. */
const PACKAGE_DEPTH = 6;

/** The version of the engine that runs in a process, as its package says it; undefined where that is not shown. */
export function versionOfProcess(pid: number): string | undefined {
  try {
    const [program = '', ...args] = fieldsOf(pid, 'cmdline');
    const script = isRunner(program) ? args.find((arg) => !arg.startsWith('-')) : undefined;
    const path = realpathSync(script ?? `/proc/${pid}/exe`);
    const named = /\/versions\/(\d+(?:\.\d+)+)/.exec(path)?.[1];
    if (named !== undefined) return named;
    let folder = dirname(path);
    for (let depth = 0; depth < PACKAGE_DEPTH; depth += 1, folder = dirname(folder)) {
      const { version } = fieldsIn(textIn(join(folder, 'package.json')));
      // Codex has its platform behind it.
      if (typeof version === 'string') return /^\d+(?:\.\d+)*/.exec(version)?.[0];
    }
  } catch {
    // It has ended, or is not shown.
  }
  return undefined;
}

/** The engine that a command line is of: its program, or a script of that name which another program runs. */
export function engineOf(args: readonly string[]): Engine | undefined {
  const [program = '', ...rest] = args;
  const name = basename(isRunner(program) ? (rest.find((arg) => !arg.startsWith('-')) ?? '') : program);
  const bare = name.replace(/\.(?:exe|[cm]?js)$/, '');
  return engines.find((engine) => bare === engineTable[engine].program);
}

const isRunner = (program: string) => /^(node|bun|deno)(\.exe)?$/.test(basename(program));

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function fieldsOf(pid: number, file: 'cmdline' | 'environ'): readonly string[] {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
}

/** The fields of /proc/PID/stat from the state on: what is before it is a name that may hold anything. */
function statOf(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** When a process was started, in milliseconds since the epoch. */
function startOf(pid: number): number | undefined {
  const bootedAt = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  const ticks = Number(statOf(pid)[19]);
  return bootedAt === undefined ? undefined : (Number(bootedAt) + ticks / TICKS) * 1_000;
}

/** Whether there is a process with this id, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
