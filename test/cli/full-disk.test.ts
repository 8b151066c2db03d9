import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { commandProgram } from '../support/command-line';
import { until } from '../support/desktop/process';
import { startFindableApi } from '../support/findable-api';
import { putAutomation } from '../support/runs';
import { createWorld, operator } from '../support/world';

// A file that is always full, on Linux.
const FULL = '/dev/full';

/** Starts `gatehouse ARGS` with streams that cannot be written; resolves to its exit code. */
async function startWithFull(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  streams: readonly ('stdout' | 'stderr')[],
): Promise<{ readonly code: Promise<number | null> }> {
  const program = await commandProgram();
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_'));
  const full = openSync(FULL, 'w');
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', streams.includes('stdout') ? full : 'ignore', streams.includes('stderr') ? full : 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { code: once(child, 'exit').then(([code]) => code as number | null) };
}

test.runIf(existsSync(FULL)).each([
  ['approve', 0],
  ['deny', 1],
] as const)('where nothing can be written, "%s" still ends ask with %i', async (verdict, expected) => {
  const world = createWorld();
  world.clock.now = () => Date.now();
  const { environment } = await startFindableApi(world);
  const args = ['ask', 'All tests pass', '--agent', 'scout', '--command', 'git push'];
  const { code } = await startWithFull(args, environment, ['stdout', 'stderr']);
  const { approvalId } = await until('a request', () => world.store.read.approvals.waiting(1)[0]);
  await world.execute(operator, `approval.${verdict}`, { approvalId });
  expect(await code).toBe(expected);
});

test.runIf(existsSync(FULL))('a run goes on where what it says cannot be written', async () => {
  const world = createWorld();
  putAutomation(world);
  const { environment } = await startFindableApi(world);
  const script = 'for (const n of [1, 2, 3]) setTimeout(() => console.error(n), n * 50)';
  const args = [
    'run',
    '--automation',
    'auto',
    '--json',
    '--',
    process.execPath,
    '-e',
    `${script}; process.exitCode = 7`,
  ];
  const { code } = await startWithFull(args, environment, ['stderr']);
  expect(await code).toBe(7);
});
