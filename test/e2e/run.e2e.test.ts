import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testTokens } from '../support/app/client';
import { desktopForTests } from '../support/app/desk';
import { createAutomation } from '../support/app/runs';
import { until } from '../support/desktop/process';
import { type RunningApp, startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const desktop = desktopForTests({ tray: true });

/** A shell, its child and its grandchild, none of which obeys SIGTERM. */
const stubborn = `trap '' TERM; (trap '' TERM; (trap '' TERM; echo ready; sleep 300) & sleep 300) & wait; sleep 300`;

type WireRun = {
  readonly run_id: string;
  readonly status: string;
  readonly detail?: string;
  readonly pause_reason?: string;
  readonly stop_kind?: string;
  readonly active_instance_ids: readonly string[];
};

async function start(home: string): Promise<RunningApp> {
  const app = await startPlainApp({ desktop, home, operatorToken: true, args: ['--hidden'] });
  onTestFinished(() => app.end());
  return app;
}

/** `gatehouse ARGS`, by the launcher that the app has written. */
function gatehouse(home: string, args: readonly string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_'));
  const child = spawn(join(home, 'bin', 'gatehouse'), args, {
    env: { ...Object.fromEntries(inherited), GATEHOUSE_TOKEN: testTokens.engine },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  return { child, said: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
}

async function runsOf(app: RunningApp, automationId: string): Promise<readonly WireRun[]> {
  return (await app.api('GET', `/automations/v2/${automationId}/runs`)).body['runs'] as readonly WireRun[];
}

/** The only run of the automation, once it names its process group; whatever is left of that ends with the test. */
async function groupOf(app: RunningApp, automationId: string): Promise<number> {
  const instance = await until('the process to be named', async () => {
    const [run] = await runsOf(app, automationId);
    return run?.active_instance_ids[0];
  });
  const group = Number(instance.replace('process-', ''));
  onTestFinished(() => {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended, as it should have.
    }
  });
  return group;
}

/** How many processes of a group live. */
function alive(group: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter(([id, state]) => Number(id) === group && state?.startsWith('Z') === false).length;
}

async function pauseInTray(agent: string): Promise<void> {
  const label = await until(`${agent} in the tray`, async () => {
    const pause = (await desktop.tray.menu()).find((entry) => entry.label === 'Pause agent');
    return pause?.children.find((entry) => entry.label.startsWith(`${agent} · 1 run`) && entry.isChecked === false)
      ?.label;
  });
  await desktop.tray.click(['Pause agent', label]);
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

describe('gatehouse run', () => {
  it('is gone with its whole tree some 10 s after Pause in the tray, though nothing of it obeys SIGTERM [api-4.run-stop]', async () => {
    const home = temporaryHome();
    const app = await start(home);
    const automationId = await createAutomation(app, { by: 'scout', name: 'Nightly report' });
    const command = gatehouse(home, ['run', '--automation', automationId, '--', 'sh', '-c', stubborn]);
    const group = await groupOf(app, automationId);
    await until('the tree', () => command.said().includes('ready') && alive(group) >= 3);

    const clickedAt = performance.now();
    await pauseInTray('scout');
    await until('the tree to be gone', () => alive(group) === 0, 30_000);
    // Told and not asserted: how long it takes beyond the 10 s (spec/api.md section 4) is up to the machine.
    console.info(`the tree was gone ${Math.round(performance.now() - clickedAt)} ms after the click`);
    expect(await command.ended).toBe(128 + 9);
    expect(command.said()).toContain('The run was stopped (paused): ');
    const [run] = await runsOf(app, automationId);
    expect(run).toMatchObject({ status: 'paused', stop_kind: 'operator_stopped' });
    expect(run?.detail).toContain('killed because it did not end when asked');
    expect(run?.detail).toContain(run?.pause_reason);
  });

  it('goes on when the app is killed, obeys the one that is started next, and tells it what it missed', async () => {
    const home = temporaryHome();
    const first = await start(home);
    const automationId = await createAutomation(first, { by: 'scout', name: 'Nightly report' });
    const line = ['run', '--automation', automationId, '--'];
    const command = gatehouse(home, [...line, 'sh', '-c', 'echo ready; read line; exit 4']);
    const group = await groupOf(first, automationId);
    await until('the command', () => command.said().includes('ready'));
    await first.kill9();
    expect(isOver(command.child)).toBe(false);

    // Its end falls into the time without an app.
    command.child.stdin.end('on\n');
    expect(await command.ended).toBe(4);
    expect(alive(group)).toBe(0);
    expect(command.said()).toContain('the next gatehouse command reports it');

    const second = await start(home);
    expect((await runsOf(second, automationId))[0]).toMatchObject({ status: 'running' });
    expect(await gatehouse(home, ['status']).ended).toBe(0);
    expect((await runsOf(second, automationId))[0]).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('exit code 4') as string,
    });

    const next = gatehouse(home, [...line, 'sh', '-c', 'echo ready; sleep 300']);
    await until('the command', () => next.said().includes('ready'));
    const nextGroup = await groupOf(second, automationId);
    await second.kill9();
    expect(isOver(next.child)).toBe(false);
    const third = await start(home);
    await pauseInTray('scout');
    expect(await next.ended).toBe(128 + 15);
    expect(alive(nextGroup)).toBe(0);
    expect((await runsOf(third, automationId))[0]).toMatchObject({ status: 'paused' });
  });

  it('does not start without the app, unless that was chosen', async () => {
    const home = temporaryHome();
    const app = await start(home);
    const automationId = await createAutomation(app, { by: 'scout', name: 'Nightly report' });
    await app.quit();
    const line = ['run', '--automation', automationId];
    const refused = gatehouse(home, [...line, '--', 'echo', 'started']);
    expect(await refused.ended).toBe(3);
    expect(refused.said()).not.toContain('started');
    const chosen = gatehouse(home, [...line, '--if-unavailable', 'run', '--', 'echo', 'started']);
    expect(await chosen.ended).toBe(0);
    expect(chosen.said()).toContain('started');
    const again = await start(home);
    expect(await gatehouse(home, ['status', '--json']).ended).toBe(0);
    expect(await runsOf(again, automationId)).toMatchObject([{ status: 'completed' }]);
  });
});
