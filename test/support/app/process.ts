import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** How a process ended. */
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** The running Electron, whoever started it. */
export interface AppProcess {
  readonly pid: number;
  /** What it wrote to stdout and stderr since it was watched. */
  output(): string;
  /** Resolves when all that it wrote has been read. */
  readonly ended: Promise<Ending>;
  /** How it ended; undefined while it runs. */
  ending(): Ending | undefined;
  /** Kills it and every process that it started with -9, and waits until they are gone. */
  kill9(): Promise<void>;
}

/** Watches a process that was just started. */
export function watchProcess(child: ChildProcess): AppProcess {
  const { pid } = child;
  if (pid === undefined) throw new Error('Electron could not be started');
  let output = '';
  let ending: Ending | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = { code, signal };
    });
    // Not at its exit: what it said last may not have been read then.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid,
    output: () => output,
    ended,
    ending: () => ending,
    kill9: async () => {
      if (ending !== undefined) return;
      // Read before the kill: afterwards its children belong to nobody.
      const children = descendants(pid);
      child.kill('SIGKILL');
      for (const descendant of children) killIfThere(descendant);
      await ended;
    },
  };
}

function descendants(pid: number): readonly number[] {
  const direct = childrenOf(pid);
  return [...direct, ...direct.flatMap(descendants)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    // Each thread has a list of its own, and Chromium starts its helpers from one that is not the main thread.
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // It ended while it was looked at.
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended together with its parent.
  }
}
