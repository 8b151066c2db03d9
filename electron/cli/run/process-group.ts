import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Environment } from '../../engines/engine';

const run = promisify(execFile);

/** One process as `ps` has it; the start tells it from another one that got its id later. */
export type ProcessEntry = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly isZombie: boolean;
  readonly startedAt: string;
};

/** A command with everything that it starts. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Sends a signal to every process of the group, and to those that it started outside of it. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Ends every process at once. */
  kill(): Promise<void>;
  /** Whether nothing of it is left. */
  isEmpty(): Promise<boolean>;
  /** It is over, and needs no guard any more. */
  release(): void;
}

/**
 * Waits for a line, and ends a process group where none comes: as SIGTERM, and SIGKILL after ten seconds. It hears of the end
 * of whoever should have written the line, whatever ended that one.
 */
const guardScript = `read -r over && exit
kill -s TERM -- "-$1"
for second in 1 2 3 4 5 6 7 8 9 10; do kill -s 0 -- "-$1" || exit; sleep 1; done
kill -s KILL -- "-$1"`;

/** Starts a command in a process group of its own; the child emits `error` when it cannot be started. */
export function startGroup(
  command: string,
  args: readonly string[],
  environment: Environment,
  stdio: StdioOptions,
): ProcessGroup {
  const isWindows = process.platform === 'win32';
  // On Windows a detached command would get a console of its own; taskkill finds its tree anyway.
  const child = spawn(command, args, { env: environment, detached: !isWindows, stdio, windowsHide: true });
  return isWindows ? windowsTree(child) : unixGroup(child, startGuard(child.pid));
}

/** Ends the group when this process is killed before it could. It has a session of its own: Ctrl+C is not for it. Answers how to end it. */
function startGuard(group: number | undefined): () => void {
  if (group === undefined) return () => {};
  const guard = spawn('sh', ['-c', guardScript, 'gatehouse-run-guard', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no guard; the command runs as well.
  guard.once('error', () => {});
  guard.stdin.once('error', () => {});
  guard.unref();
  return () => guard.stdin.end('over\n');
}

function unixGroup(child: ChildProcess, release: () => void): ProcessGroup {
  /** Every process of it that was ever seen: one that left the group is still its. */
  const seen = new Map<string, ProcessEntry>();

  async function alive(): Promise<readonly ProcessEntry[]> {
    const { pid } = child;
    if (pid === undefined) return [];
    const all = await processes();
    for (const entry of membersOf(all, pid, [...seen.values()])) seen.set(keyOf(entry), entry);
    return all.filter((entry) => seen.has(keyOf(entry)) && !entry.isZombie);
  }

  async function signal(name: NodeJS.Signals): Promise<void> {
    // Who descends from it is seen only while the parents live. Those of the group are signalled once, as a group.
    const group = child.pid ?? 0;
    const others = (await alive()).filter((entry) => entry.group !== group);
    sendTo(-group, name);
    for (const { pid } of others) sendTo(pid, name);
  }

  return {
    child,
    signal,
    kill: () => signal('SIGKILL'),
    async isEmpty() {
      if (child.pid === undefined) return true;
      const entries = await alive();
      return entries.length === 0 && !(seen.size === 0 && sendTo(-child.pid, 0));
    },
    release,
  };
}

/** The processes of a group and all that descend from one of them or from one that was known; a parent that has ended is no trace. */
export function membersOf(
  all: readonly ProcessEntry[],
  group: number,
  known: readonly ProcessEntry[],
): readonly ProcessEntry[] {
  const knownKeys = new Set(known.map(keyOf));
  const members = new Map<number, ProcessEntry>();
  for (const entry of all) if (entry.group === group || knownKeys.has(keyOf(entry))) members.set(entry.pid, entry);
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const entry of all) if (members.has(entry.parent)) members.set(entry.pid, entry);
  }
  return [...members.values()];
}

function keyOf({ pid, startedAt }: ProcessEntry): string {
  return `${pid} ${startedAt}`;
}

/** Every process of this machine; none where `ps` is missing, and then the group alone counts. */
async function processes(): Promise<readonly ProcessEntry[]> {
  try {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 64 * 1024 * 1024,
    });
    return parseProcesses(stdout);
  } catch {
    return [];
  }
}

/** What `ps -o pid=,ppid=,pgid=,stat=,lstart=` prints. */
export function parseProcesses(text: string): readonly ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, startedAt] =
      /^ *(\d+) +(\d+) +(\d+) +(\S+) +(\S.*)$/.exec(line.trimEnd()) ?? [];
    if (startedAt === undefined || state === undefined) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), isZombie: state.startsWith('Z'), startedAt },
    ];
  });
}

/** Answers whether there was anyone to send it to. */
function sendTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function windowsTree(child: ChildProcess): ProcessGroup {
  const end = async () => {
    // It has no signals that a console program could take its time with: the tree is ended.
    if (child.pid === undefined || child.exitCode !== null) return;
    await run('taskkill', ['/PID', String(child.pid), '/T', '/F']).catch(() => undefined);
  };
  return {
    child,
    signal: end,
    kill: end,
    isEmpty: () => Promise.resolve(child.pid === undefined || child.exitCode !== null || child.signalCode !== null),
    release() {},
  };
}
