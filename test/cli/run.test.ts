import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Run } from '../../shared/contract/run';
import { noTokens } from '../../shared/prices';
import { type RunningCommand, runCommand, startCommand } from '../support/command-line';
import { until } from '../support/desktop/process';
import { startFindableApi } from '../support/findable-api';
import { insertAgent } from '../support/governed';
import { putAutomation, runOf } from '../support/runs';
import {
  agent,
  createWorld,
  ENGINE_TOKEN,
  OPERATOR_TOKEN,
  operator,
  START,
  temporaryHome,
  type World,
} from '../support/world';

async function governed(flow: readonly string[] = []) {
  const world = createWorld();
  putAutomation(world, { flow });
  return { world, ...(await startFindableApi(world)) };
}

const runArgs = (...more: readonly string[]) => ['run', '--automation', 'auto', ...more];

function onlyRun(world: World): Run {
  const [run, ...more] = world.store.read.runs.page('auto', 10, undefined).runs;
  if (run === undefined || more.length > 0) throw new Error(`there are ${more.length} more runs`);
  return runOf(world, run.runId);
}

/** A shell whose child and grandchild ignore SIGTERM; it writes their ids, and ends none of them. */
const stubborn = `trap '' TERM; (trap '' TERM; (trap '' TERM; echo pid $$ ready; sleep 300) & sleep 300) & wait; sleep 300`;

/** Everything of a process group that is alive, by its command. */
function groupOf(pid: number): readonly string[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => {
    const [group, state] = line.trim().split(/\s+/);
    return Number(group) === pid && state?.startsWith('Z') === false;
  });
}

/** As `ps` has it: nothing for a process that is gone, Z for one that only waits to be forgotten. */
function stateOf(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .slice(0, 1);
}

async function pidOf(world: World): Promise<number> {
  const instance = await until(
    'the process to be named',
    () => world.store.read.runs.page('auto', 1, undefined).runs[0]?.activeInstanceIds[0],
  );
  const pid = Number(instance.replace('process-', ''));
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended, as it should have.
    }
  });
  return pid;
}

const said = (command: RunningCommand, text: string) => until(text, () => command.stdout().includes(text));

test('a command is a run: its output passes through and is counted, its exit code is ours, and its end is reported [api-4.run]', async () => {
  const { world, environment } = await governed();
  const ended = await runCommand(runArgs('--', 'sh', '-c', 'printf hello; printf no >&2; exit 7'), environment);
  expect(ended).toMatchObject({ code: 7, stdout: 'hello', stderr: 'no' });
  expect(onlyRun(world)).toMatchObject({
    status: 'failed',
    triggerType: 'gatehouse_run',
    detail: expect.stringMatching(/^exit code 7 after \d/) as string,
    activeSessionIds: [],
    checkpoint: { nodeOutputs: { command: { exit_code: 7, signal: null, stdout_bytes: 5, stderr_bytes: 2 } } },
  });
  expect(readdirSync(join(world.home, 'outbox'))).toEqual([]);
});

test('arguments reach the command as they are, stdin too, and one that writes nothing has no output', async () => {
  const { world, environment } = await governed();
  const script = 'cat >/dev/null; test "$1" = "a  b" && test "$2" = --json';
  expect(await runCommand(runArgs('--', 'sh', '-c', script, 'sh', 'a  b', '--json'), environment, 'in')).toMatchObject({
    code: 0,
  });
  expect(onlyRun(world)).toMatchObject({ status: 'completed', checkpoint: { nodeOutputs: {} } });
});

test('the command knows its run, and not the tokens that the app was started with', async () => {
  const { world, environment } = await governed();
  const tokensOfApp = { GATEHOUSE_OPERATOR_TOKEN: 'o', GATEHOUSE_ENGINE_TOKEN: 'e' };
  const script = 'echo "$GATEHOUSE_RUN_ID $GATEHOUSE_AUTOMATION_ID $GATEHOUSE_OPERATOR_TOKEN$GATEHOUSE_ENGINE_TOKEN."';
  const ended = await runCommand(runArgs('--', 'sh', '-c', script), { ...environment, ...tokensOfApp });
  expect(ended.stdout).toBe(`${onlyRun(world).runId} auto .\n`);
});

test('a token of the operator’s stays with us, also where it speaks for an agent; another one is handed on', async () => {
  const { world, environment } = await governed();
  const tokenOf = async (GATEHOUSE_TOKEN: string) => {
    const args = runArgs('--agent', 'scout', '--', 'sh', '-c', 'echo "token: $GATEHOUSE_TOKEN"');
    return (await runCommand(args, { ...environment, GATEHOUSE_TOKEN })).stdout;
  };
  expect(await tokenOf(OPERATOR_TOKEN)).toBe('token: \n');
  expect(await tokenOf(ENGINE_TOKEN)).toBe(`token: ${ENGINE_TOKEN}\n`);
  expect(world.store.read.runs.page('auto', 10, undefined).runs).toHaveLength(2);
});

test('paused by the operator, a tree that ignores SIGTERM is killed whole, and the run stays paused with its reason [api-4.run-stop]', async () => {
  const { world, environment } = await governed();
  const command = await startCommand(runArgs('--', 'sh', '-c', stubborn), environment);
  const pid = await pidOf(world);
  await said(command, 'ready');
  expect(groupOf(pid).length).toBeGreaterThan(2);
  const { runId } = onlyRun(world);
  await world.execute(operator, 'run.pause', { runId, reason: 'looks wrong' });
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 128 + 9 });
  expect(ended.stderr).toContain('The run was stopped (paused): looks wrong');
  expect(groupOf(pid)).toEqual([]);
  expect(onlyRun(world)).toMatchObject({
    status: 'paused',
    stopKind: 'operator_stopped',
    pauseReason: 'looks wrong',
    detail: expect.stringMatching(/^looks wrong; the command ended with SIGKILL after .* killed because/) as string,
  });
});

test('cancelled, a command that obeys SIGTERM ends at once, and a child that left its group ends with it [api-4.run-stop]', async () => {
  const { world, environment } = await governed();
  const script = 'setsid sh -c "echo away $$ ready; exec sleep 300" & echo started; wait';
  const command = await startCommand(runArgs('--', 'sh', '-c', script), environment);
  const pid = await pidOf(world);
  await said(command, 'ready');
  await world.execute(operator, 'run.cancel', { runId: onlyRun(world).runId });
  expect(await command.ended).toMatchObject({ code: 128 + 15 });
  expect(groupOf(pid)).toEqual([]);
  expect(spawnSync('ps', ['-A', '-o', 'ppid=,args='], { encoding: 'utf8' }).stdout).not.toMatch(/^ *1 sleep 300$/m);
  expect(onlyRun(world)).toMatchObject({ status: 'cancelled', stopKind: 'cancelled' });
});

test('the pause of an agent that the run is for stops it', async () => {
  const { world, environment } = await governed(['worker']);
  insertAgent(world, 'worker', {});
  const command = await startCommand(runArgs('--', 'sleep', '300'), environment);
  await pidOf(world);
  await world.execute(operator, 'agent.pause', { agentId: 'worker' });
  expect(await command.ended).toMatchObject({ code: 128 + 15 });
  expect(onlyRun(world)).toMatchObject({ status: 'paused', stopKind: 'operator_stopped' });
});

test('a pause that came while nobody listened is obeyed once Gatehouse is back', async () => {
  const { world, environment, away, back } = await governed();
  const command = await startCommand(runArgs('--', 'sleep', '300'), environment);
  await pidOf(world);
  await away();
  await world.execute(operator, 'run.pause', { runId: onlyRun(world).runId });
  expect(command.child.exitCode).toBe(null);
  await back();
  expect(await command.ended).toMatchObject({ code: 128 + 15 });
});

test('a command goes on while Gatehouse is away; its end is kept, and the next command reports it', async () => {
  const { world, environment, away, back } = await governed();
  const command = await startCommand(runArgs('--', 'sh', '-c', 'echo up; read line; exit 3'), environment);
  await pidOf(world);
  await away();
  command.child.stdin.end('on\n');
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 3 });
  expect(ended.stderr).toContain('the next gatehouse command reports it');
  expect(onlyRun(world).status).toBe('running');
  await back();
  expect(await runCommand(['status'], environment)).toMatchObject({ code: 0 });
  expect(onlyRun(world)).toMatchObject({ status: 'failed', detail: expect.stringContaining('exit code 3') as string });
  expect(readdirSync(join(world.home, 'outbox'))).toEqual([]);
});

test('an end that cannot be kept on the disk is told all the same, and the exit code stays the command’s', async () => {
  const { world, environment } = await governed();
  // No folder can be made here.
  writeFileSync(join(world.home, 'outbox'), '');
  const ended = await runCommand(runArgs('--json', '--', 'sh', '-c', 'echo out; exit 7'), environment);
  expect(ended).toMatchObject({ code: 7, stdout: 'out\n' });
  expect(JSON.parse(ended.stderr)).toMatchObject({ status: 'failed', is_reported: true });
  expect(onlyRun(world)).toMatchObject({ status: 'failed' });
});

test('with Gatehouse unreachable at the beginning, the choice decides: refuse to start, or run and report later', async () => {
  const { world, environment, away, back } = await governed();
  await away();
  const trace = join(temporaryHome(), 'trace');
  const refused = await runCommand(runArgs('--', 'touch', trace), environment);
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).toMatch(/^gatehouse: Gatehouse does not answer/);
  expect(existsSync(trace)).toBe(false);
  const ran = await runCommand(runArgs('--if-unavailable', 'run', '--', 'touch', trace), environment);
  expect(ran).toMatchObject({ code: 0 });
  expect(existsSync(trace)).toBe(true);
  await back();
  await runCommand(['status'], environment);
  expect(onlyRun(world)).toMatchObject({ status: 'completed' });
});

test('started while Gatehouse was away, a run that it does not allow is stopped when it is back', async () => {
  const { world, environment, away, back } = await governed(['worker']);
  insertAgent(world, 'worker', { pausedAtMs: START });
  await away();
  const command = await startCommand(runArgs('--if-unavailable', 'run', '--', 'sleep', '300'), environment);
  await until('the notice', () => command.stderr().includes('is reported when Gatehouse is back'));
  await back();
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 128 + 15 });
  expect(ended.stderr).toContain('The run was stopped: ');
});

test('a run that Gatehouse refuses does not start', async () => {
  const { world, environment } = await governed(['worker']);
  insertAgent(world, 'worker', { pausedAtMs: START });
  const trace = join(temporaryHome(), 'trace');
  const ended = await runCommand(runArgs('--json', '--', 'touch', trace), environment);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stderr)).toMatchObject({ code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED' });
  expect(existsSync(trace)).toBe(false);
});

test('a signal is passed on; a command that ends of it was cancelled', async () => {
  const { world, environment } = await governed();
  const command = await startCommand(
    runArgs('--', 'sh', '-c', `trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done`),
    environment,
  );
  await pidOf(world);
  await said(command, 'ready');
  command.child.kill('SIGINT');
  expect(await command.ended).toMatchObject({ code: 5, stdout: 'ready\ncaught\n' });
  expect(onlyRun(world)).toMatchObject({ status: 'cancelled', stopKind: 'cancelled' });
});

test.each([
  ['that obeys SIGTERM', 'echo ready; sleep 300'],
  ['that ignores SIGTERM', stubborn],
])('the death of its gatehouse, too sudden for it to do anything, ends a command %s', async (_name, script) => {
  const { world, environment } = await governed();
  const command = await startCommand(runArgs('--', 'sh', '-c', script), environment);
  const pid = await pidOf(world);
  await said(command, 'ready');
  command.child.kill('SIGKILL');
  await until('the command to end', () => groupOf(pid).length === 0, 20_000);
});

test('no guard is left of a command that has ended', async () => {
  const { environment } = await governed();
  const { stdout } = await runCommand(runArgs('--', 'sh', '-c', 'echo $$'), environment);
  const guard = `gatehouse-run-guard ${stdout.trim()}`;
  await until('the guard to end', () => {
    const all = spawnSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).stdout;
    return !all.split('\n').some((line) => line.endsWith(guard));
  });
});

test('what a command leaves running ends with it', async () => {
  const { world, environment } = await governed();
  const ended = await runCommand(runArgs('--', 'sh', '-c', 'sleep 300 >/dev/null 2>&1 & echo $!'), environment);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stderr).toContain('a run ends whole');
  expect(stateOf(Number(ended.stdout))).toMatch(/^Z?$/);
  expect(onlyRun(world).status).toBe('completed');
});

test.each([
  ['there-is-no-such-command', 127, 'there is no such command'],
  ['/etc/passwd', 126, 'EACCES'],
])('%s cannot be started, which ends the run as failed', async (program, code, sentence) => {
  const { world, environment } = await governed();
  const ended = await runCommand(runArgs('--', program), environment);
  expect(ended).toMatchObject({ code });
  expect(ended.stderr).toContain(sentence);
  expect(onlyRun(world)).toMatchObject({ status: 'failed', detail: expect.stringContaining(sentence) as string });
});

test('a run that was paused and resumed is taken up again by its id', async () => {
  const { world, environment } = await governed();
  const first = await startCommand(runArgs('--', 'sleep', '300'), environment);
  await pidOf(world);
  const { runId } = onlyRun(world);
  await world.execute(operator, 'run.pause', { runId });
  await first.ended;
  await world.execute(operator, 'run.resume', { runId });
  expect(await runCommand(runArgs('--run', runId, '--', 'echo', 'again'), environment)).toMatchObject({ code: 0 });
  expect(onlyRun(world)).toMatchObject({ runId, status: 'completed' });
});

const claudeResult = (uuid: string, usd: number, output: number) =>
  JSON.stringify({
    type: 'result',
    session_id: 's',
    uuid,
    total_cost_usd: usd,
    modelUsage: { opus: { inputTokens: 10, cacheReadInputTokens: 5, outputTokens: output, costUSD: usd } },
  });

/** A program called `claude` that answers its version, and writes this. */
function claudeThatSays(version: string, output: string): string {
  const path = join(temporaryHome(), 'claude');
  const script = `#!/bin/sh\ntest "$1" = --version && echo '${version} (Claude Code)' || echo '${output}'\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

test.each([
  ['2.1.197', [0.5, 0.5, 0.25], 'of the process alone'],
  ['2.1.277', [0.5, 0, 0.25], 'of the whole session'],
])(
  'totals of Claude Code %s, resumed twice, are charged as %j: they are %s; what was set aside is settled [sessions-4.forks]',
  async (version, charged) => {
    const { world, environment } = await governed();
    const totals = version === '2.1.197' ? [0.5, 0.5, 0.25] : [0.5, 0.5, 0.75];
    for (const [index, usd] of totals.entries()) {
      const program = claudeThatSays(version, claudeResult(`u${index}`, usd, 20));
      const args = ['--cost', 'claude', '--reserve', '2', '--', program, ...(index === 0 ? [] : ['--resume', 's'])];
      expect(await runCommand(runArgs(...args), environment)).toMatchObject({ code: 0 });
    }
    const runs = world.store.read.runs.page('auto', 10, undefined).runs.map(({ runId }) => runOf(world, runId));
    expect(runs.map(({ costNanos }) => costNanos / 1_000_000_000).reverse()).toEqual(charged);
    expect(runs.flatMap(({ runId }) => world.store.read.spend.reservationsOf(runId))).toEqual([]);
  },
);

test('a session that its engine’s telemetry has told of is not charged again by its run [sessions-4.one-source]', async () => {
  const { world, environment } = await governed();
  const use = {
    sessionId: 's',
    mark: 'm',
    model: 'opus',
    part: 'conversation',
    ...noTokens,
    atMs: world.clock.at,
  } as const;
  const uses = [{ ...use, inputTokens: 10, cacheReadTokens: 5, outputTokens: 15, costNanos: 400_000_000 }];
  await world.execute(agent('claude-code'), 'session.use', { engine: 'claude', source: 'otlp', uses });
  const program = claudeThatSays('2.1.197', claudeResult('u', 0.5, 20));
  await runCommand(runArgs('--cost', 'claude', '--', program), environment);
  expect(onlyRun(world)).toMatchObject({ costNanos: 100_000_000, totalTokens: 5 });
});

test('of a command that says nothing of its cost nobody knows it, and it is said so', async () => {
  const { world, environment } = await governed();
  const ended = await runCommand(runArgs('--cost', 'claude', '--', 'echo', 'done'), environment);
  expect(ended.stderr).toContain('nobody knows what it cost');
  expect(onlyRun(world).checkpoint.nodeOutputs).toMatchObject({ command: { cost: { usd: null, basis: 'unknown' } } });
});
