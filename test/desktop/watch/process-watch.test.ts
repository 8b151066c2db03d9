import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../../electron/connect/connect';
import { watchProcesses } from '../../../electron/desktop/watch/process-watch';
import type { UnguardedSession } from '../../../electron/desktop/watch/unguarded-sessions';
import { temporaryHome } from '../../support/world';

const NOW = Date.UTC(2026, 10, 29, 10);

/** A person whose Claude Code is connected, and what is found of the ones that run. */
function start() {
  const user = temporaryHome();
  const project = join(user, 'project');
  mkdirSync(join(project, '.claude'), { recursive: true });
  const places = { home: join(user, 'gatehouse'), environment: { HOME: user } };
  connect(places, { engine: 'claude', agentId: 'scout', token: 'gth_tests', url: 'http://127.0.0.1:4780' }, NOW);
  let found: readonly UnguardedSession[] = [];
  const watch = watchProcesses({
    ...places,
    clock: { now: () => NOW },
    engines: () => ['claude'],
    onChange: (now) => (found = now),
  });
  onTestFinished(() => watch.close());
  return {
    project,
    /** Starts what looks like Claude Code; the loop ends with its stdin. */
    run(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
      const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', '--', ...args], {
        argv0: 'claude',
        cwd: project,
        env: { HOME: user, ...variables },
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      return () => void child.kill('SIGKILL');
    },
    found() {
      watch.look();
      return found;
    },
  };
}

test.runIf(process.platform === 'linux')(
  'an engine that was started in a folder that turns its hooks off is found, with why, while it runs [sessions-5.unguarded]',
  async () => {
    const { project, run, found } = start();
    const end = run([]);
    expect(found()).toEqual([]);
    writeFileSync(join(project, '.claude', 'settings.local.json'), '{ "disableAllHooks": true }');
    await vi.waitFor(() =>
      expect(found()).toEqual([
        {
          engine: 'claude',
          workspace: project,
          cause: expect.stringContaining('turns all hooks off') as string,
          sinceMs: NOW,
        },
      ]),
    );
    end();
    await expect.poll(() => found()).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'one with another configuration folder is found, and one with another home folder is another engine',
  async () => {
    const { run, found } = start();
    run([], { HOME: '/nowhere' });
    run([], { CLAUDE_CONFIG_DIR: '/nowhere/at/all' });
    await vi.waitFor(() =>
      expect(found()).toMatchObject([{ cause: expect.stringContaining('/nowhere/at/all/settings.json') as string }]),
    );
  },
);
