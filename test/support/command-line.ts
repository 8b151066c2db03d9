import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { buildCommandLine } from '../../build/setup/command-line-build.mjs';

/** How a `gatehouse` command ended, and what it said. */
export type CommandEnding = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A `gatehouse` command that runs as a process of its own. */
export type RunningCommand = {
  readonly child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<CommandEnding>;
};

let built: Promise<string> | undefined;

/** The program of the `gatehouse` command as it is built for users; built once by each worker. */
export function commandProgram(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(inject('commandLineFolder'), 'worker-'));
  await buildCommandLine(folder);
  return join(folder, 'gatehouse.js');
}

/** Starts `gatehouse ARGS` in plain Node, with no variables of Gatehouse but those given; killed when the test ends. */
export async function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningCommand> {
  const program = await commandProgram();
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_'));
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: 'pipe',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs `gatehouse ARGS` to its end; `input` is its stdin. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<CommandEnding> {
  const command = await startCommand(args, environment);
  command.child.stdin.end(input);
  return command.ended;
}
