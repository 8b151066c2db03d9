import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, disconnect } from '../../../electron/connect/connect';
import { createHeardSessions } from '../../../electron/desktop/watch/heard-sessions';
import { watchSessions } from '../../../electron/desktop/watch/watch';
import { createWorld, operator, temporaryHome } from '../../support/world';

/** Longer than a change of a folder takes to be told, and shorter than the time to the next look while no engine is connected. */
const SOON = { timeout: 8_000 };

test.runIf(process.platform === 'linux')(
  'an engine that runs without its hooks is seen when the command line connects it, not at the next look, and no more once it is disconnected [sessions-5.unguarded]',
  async () => {
    const { home, clock, send, query } = createWorld();
    const user = temporaryHome();
    const places = { home, environment: { HOME: user } };
    mkdirSync(join(user, 'project', '.claude'), { recursive: true });
    writeFileSync(join(user, 'project', '.claude', 'settings.local.json'), '{ "disableAllHooks": true }');
    const heard = createHeardSessions(clock);
    const watch = watchSessions({ ...places, clock, heard, send, query, operator, onChange() {} });
    watch.start();
    onTestFinished(() => watch.close());
    // It ends with its stdin.
    const engine = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      argv0: 'claude',
      cwd: join(user, 'project'),
      env: { HOME: user },
    });
    onTestFinished(() => void engine.kill('SIGKILL'));
    expect(watch.unguarded()).toEqual([]);
    connect(
      places,
      { engine: 'claude', agentId: 'scout', token: 'gth_tests', url: 'http://127.0.0.1:4780' },
      clock.now(),
    );
    await vi.waitFor(() => expect(watch.unguarded()).toMatchObject([{ engine: 'claude' }]), SOON);
    disconnect(places, 'claude');
    await vi.waitFor(() => expect(watch.unguarded()).toEqual([]), SOON);
  },
);
