import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { engineAbove, engineOf, engineProcess, isStillEngine, processIds } from '../../electron/connect/processes';
import { hooklessSwitch } from '../../electron/engines/guarding/switches';

test.each([
  [['/usr/local/bin/claude', '-p', 'go'], 'claude'],
  [['claude'], 'claude'],
  [['/usr/bin/node', '/home/me/.npm/bin/codex', 'exec'], 'codex'],
  [['node', '--no-warnings', '/home/me/.npm/bin/gemini'], 'gemini'],
  [['/usr/bin/node', '/usr/lib/node_modules/@google/gemini-cli/bundle/gemini.js', '-p', 'go'], 'gemini'],
  [['C:\\Users\\me\\claude.exe'.split('\\').join('/')], 'claude'],
  [['/bin/sh', '-c', 'claude -p go'], undefined],
  [['vim', 'claude'], undefined],
  [[''], undefined],
  [[], undefined],
] as const)('%j is %s', (args, engine) => {
  expect(engineOf(args)).toBe(engine);
});

test.runIf(process.platform === 'linux')(
  'an engine that runs is found with how it was started, until it ends',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-processes-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], {
      argv0: 'claude',
      cwd: folder,
      env: { HOME: '/home/kim', CLAUDE_CONFIG_DIR: '/elsewhere=x' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    await expect.poll(() => engineProcess(pid)).toBeDefined();
    expect(processIds()).toContain(pid);
    expect(engineProcess(pid)).toMatchObject({
      pid,
      engine: 'claude',
      environment: { HOME: '/home/kim', CLAUDE_CONFIG_DIR: '/elsewhere=x' },
      workspace: folder,
    });
    expect(engineProcess(process.pid)).toBeUndefined();
    expect(engineAbove('claude', pid)).toBe(pid);
    expect(engineAbove('codex', pid)).toBeUndefined();

    const now = Date.now();
    expect(isStillEngine(pid, 'claude', now)).toBe(true);
    expect(isStillEngine(pid, 'claude', undefined)).toBe(true);
    // Another process with the id of the one that was heard an hour ago.
    expect(isStillEngine(pid, 'claude', now - 3_600_000)).toBe(false);
    expect(isStillEngine(pid, 'codex', now)).toBe(false);
    child.kill('SIGKILL');
    await expect.poll(() => isStillEngine(pid, 'claude', now)).toBe(false);
  },
);

test.each([
  ['claude', ['claude', '-p', '--bare', 'go'], '--bare'],
  ['claude', ['claude', '--safe-mode'], '--safe-mode'],
  ['claude', ['claude', '--settings', '{"disableAllHooks": true}', '-p', 'go'], '--settings'],
  ['claude', ['claude', '--settings={"disableAllHooks":true}'], '--settings'],
  ['claude', ['claude', '--settings', '{"model":"opus"}'], undefined],
  ['claude', ['claude', '--setting-sources', 'project,local'], '--setting-sources'],
  ['claude', ['claude', '--setting-sources', 'user,project'], undefined],
  ['claude', ['claude', '-p', '--', '--bare'], undefined],
  ['codex', ['codex', 'exec', '-c', 'features.hooks=false', 'go'], '-c'],
  ['codex', ['codex', '--disable', 'hooks'], '--disable'],
  ['codex', ['codex', '-c', 'features.hooks=true'], undefined],
  ['gemini', ['gemini', '--yolo'], undefined],
] as const)('%s as %j runs no hooks by %s [sessions-5.unguarded]', (engine, args, given) => {
  expect(hooklessSwitch(engine, args)).toBe(given);
});
