import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { defaultHookSettings, type Engine, engines, writeConnection } from '../../../electron/connect/connection-file';
import { launcherPath } from '../../../electron/connect/launcher';
import { trustCodexHooks } from '../../engines/codex-trust';
import { agentOf } from '../hook-world';
import type { RunningApp } from '../running-app';
import { agentToken } from './desk';

/** Connects every engine to the app, each with a token of its own, as `gatehouse connect` does. */
export async function connectAll(app: RunningApp): Promise<void> {
  for (const engine of engines) {
    const agentId = agentOf(engine);
    const token = await agentToken(app, agentId);
    const hook = defaultHookSettings(engine);
    writeConnection(app.home, { engine, agentId, token, strength: 'user', createdAtMs: Date.now(), hook, files: [] });
  }
}

/** Starts a hook as an engine does: the launcher that the app wrote, the event on stdin. */
export function startHook(home: string, engine: Engine, input: string, ...args: readonly string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(GATEHOUSE|CLAUDE)_/.test(name));
  const child = spawn(launcherPath(home), ['hook', engine, ...args], {
    // So that no terminal of whoever runs the tests is taken for the engine's.
    env: { ...Object.fromEntries(inherited), CI: 'true' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  let stderr = '';
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  child.stdin.end(input);
  return once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
}

/** Connects engines to the app as the operator does in the window, their configuration included; Codex is told to trust the hooks. */
export async function connectInWindow(app: RunningApp, wanted: readonly Engine[], codexFolder: string): Promise<void> {
  const page = await app.page();
  for (const engine of wanted) {
    const changed = await page.evaluate(
      (each) => window.gatehouse.request('desk.connectEngine', { engine: each }),
      engine,
    );
    expect(changed).toMatchObject({ ok: true, value: { done: expect.any(Array) } });
    if (engine === 'codex') trustCodexHooks(join(codexFolder, 'config.toml'));
  }
  await page.evaluate(() => window.gatehouse.request('desk.lookAtEngines', {}));
}
