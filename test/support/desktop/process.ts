import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

// Replaces itself by the program that it is given, so the pid is the program's and only the death signal stays.
const WITH_DEATH_SIGNAL = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

const POLL_MS = 100;
const STOP_TIMEOUT_MS = 3_000;

/** A program that ends with us: the kernel kills it when this process dies, however that happens. */
export interface DesktopProcess {
  readonly pid: number;
  readonly hasEnded: boolean;
  /** Everything it wrote so far to stdout and stderr. */
  output(): string;
  /** What it wrote to file descriptor 3. */
  announced(): string;
  /** Ends it and waits for the end; harmless when it has ended already. */
  stop(): Promise<void>;
}

/** Starts a program with exactly the given environment. */
export function startProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): DesktopProcess {
  const [starter, ...starterArgs] = WITH_DEATH_SIGNAL;
  const child = spawn(starter, [...starterArgs, command, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  return new StartedProcess(child);
}

class StartedProcess implements DesktopProcess {
  hasEnded = false;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #announced = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.hasEnded = true;
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        this.#output += String(error);
        end();
      });
    });
    const [, stdout, stderr, announcements] = child.stdio as (Readable | null)[];
    for (const stream of [stdout, stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
    announcements?.on('data', (chunk: Buffer) => {
      this.#announced += chunk.toString();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  output(): string {
    return this.#output;
  }

  announced(): string {
    return this.#announced;
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(force);
  }
}

/** Runs a program to its end and gives its stdout; rejects when it fails or takes longer than ten seconds. */
export function runProgram(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
    const chunks: Buffer[] = [];
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`${command} ${args.join(' ')} ended with ${String(code)}: ${complaint}`));
    });
  });
}

/** Asks again and again until there is an answer other than undefined or false; fails with `what` after the deadline. */
export async function until<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  deadlineMs = 30_000,
): Promise<Answer> {
  const giveUpAtMs = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > giveUpAtMs) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`);
    await pause(POLL_MS);
  }
}
