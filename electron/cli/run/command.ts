import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../engines/engine';
import { type ProcessGroup, startGroup } from './process-group';
import { begun, type CommandExit, GRACE_MS, type RunEvent, type RunState, step } from './run-machine';

/** A command that was run to its end. */
export type ProgramOutcome = {
  readonly state: RunState;
  readonly durationMs: number;
  /** What it wrote, in bytes; absent where it wrote to the terminal itself. */
  readonly output?: { readonly stdout: number; readonly stderr: number };
};

/** A command that is under way. */
export interface CommandRun {
  readonly pid: number;
  /** Tells that it has to stop, or that a signal came. */
  send(event: Extract<RunEvent, { type: 'stopped' | 'signalled' }>): void;
  readonly over: Promise<ProgramOutcome>;
}

/** How to run it. */
export type CommandOptions = {
  readonly command: string;
  readonly args: readonly string[];
  /** Whether its output passes through here, so that it can be counted and heard. */
  readonly isPiped: boolean;
  readonly onStdout?: ((text: string) => void) | undefined;
  /** All of its variables. */
  readonly environment: Environment;
};

/** Between two looks whether a group that has to end has ended, in milliseconds. */
const LOOK_INTERVAL_MS = 100;

/** How long output of what has ended may still take to arrive, in milliseconds. */
const LAST_OUTPUT_MS = 1_000;

/** Starts a command in a process group of its own. Rejects with the system's error when it cannot be started. */
export async function startCommand({
  command,
  args,
  isPiped,
  onStdout,
  environment,
}: CommandOptions): Promise<CommandRun> {
  const startedAt = performance.now();
  const group = startGroup(command, args, environment, isPiped ? ['inherit', 'pipe', 'pipe'] : 'inherit');
  const { child } = group;
  await started(child);
  const output = isPiped ? passThrough(child, onStdout) : undefined;

  let state = begun;
  let send: (event: RunEvent) => void = () => {};
  const finished = new AbortController();
  const over = new Promise<ProgramOutcome>((resolve, reject) => {
    const finish = async () => {
      finished.abort();
      group.release();
      const durationMs = performance.now() - startedAt;
      await lastOutput(child);
      resolve({ state, durationMs, ...(output !== undefined && { output: output() }) });
    };
    send = (event) => {
      const next = step(state, event);
      state = next.state;
      for (const action of next.actions) {
        if (action.do === 'signalGroup') group.signal(action.signal).catch(reject);
        else if (action.do === 'killGroup') group.kill().catch(reject);
        else if (action.do === 'startGrace') watchEnd(group, send, finished.signal).catch(reject);
        else finish().catch(reject);
      }
    };
    child.once('exit', (code, signal) => {
      const exit: CommandExit = { code, signal };
      group.isEmpty().then((isGroupEmpty) => send({ type: 'exited', exit, isGroupEmpty }), reject);
    });
  });
  return { pid: child.pid ?? 0, send: (event) => send(event), over };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

/** Tells when the grace is over and when nothing is left; kills again what a kill has missed, as what was forked meanwhile. */
async function watchEnd(group: ProcessGroup, send: (event: RunEvent) => void, signal: AbortSignal): Promise<void> {
  const graceOverAt = performance.now() + GRACE_MS;
  let isGraceOver = false;
  while (!signal.aborted) {
    await delay(LOOK_INTERVAL_MS);
    if (await group.isEmpty()) send({ type: 'groupEmpty' });
    else if (isGraceOver) await group.kill();
    if (!isGraceOver && performance.now() >= graceOverAt) {
      isGraceOver = true;
      send({ type: 'graceOver' });
    }
  }
}

/** Hands on what the command writes as it comes, and counts it. */
function passThrough(child: ChildProcess, onStdout: ((text: string) => void) | undefined) {
  const size = { stdout: 0, stderr: 0 };
  const decoder = new TextDecoder();
  child.stdout?.on('data', (chunk: Buffer) => {
    size.stdout += chunk.length;
    onStdout?.(decoder.decode(chunk, { stream: true }));
  });
  child.stderr?.on('data', (chunk: Buffer) => (size.stderr += chunk.length));
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', (error) => stopPassing(error, child.stdout));
  process.stderr.on('error', (error) => stopPassing(error, child.stderr));
  return () => ({ ...size });
}

/**
 * A reader that has had enough: the command gets to know it as it would without us, and goes on or ends. On a full disk it goes on,
 * and what it writes is counted, heard and lost.
 */
function stopPassing(error: NodeJS.ErrnoException, stream: Readable | null): void {
  if (error.code === 'EPIPE') stream?.destroy();
  else stream?.resume();
}

/** Waits until everything that was written has arrived; what someone else still holds open is not waited for. */
async function lastOutput(child: ChildProcess): Promise<void> {
  const open = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.readableEnded);
  const ended = Promise.all(open.map((stream) => new Promise((resolve) => stream?.once('close', resolve))));
  await Promise.race([ended, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
  for (const stream of open) stream?.destroy();
}
