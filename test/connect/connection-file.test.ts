import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConnectionFileError,
  connectedEngines,
  connectionPath,
  defaultHookSettings,
  type EngineConnection,
  readConnection,
  removeConnection,
  writeConnection,
} from '../../electron/connect/connection-file';
import { engineTable } from '../../electron/engines/table';
import { engines, MAX_HOLD_SECONDS } from '../../shared/contract/engine';

const connection: EngineConnection = {
  engine: 'codex',
  agentId: 'codex',
  token: 'secret',
  createdAtMs: 1_763_800_000_000,
  strength: 'user',
  hook: defaultHookSettings('codex'),
  files: [
    { path: '/a/config.toml', backupPath: '/a/config.toml.gatehouse', beforeSha256: 'aa', afterSha256: 'bb' },
    { path: '/a/new.json', backupPath: null, beforeSha256: null, afterSha256: 'cc' },
  ],
};

describe('the connection file of an engine', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'gatehouse-connection-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('gives back what was written, and leaves nothing else behind', () => {
    writeConnection(home, { ...connection, agentId: 'before' });
    writeConnection(home, connection);

    expect(readConnection(home, 'codex')).toEqual(connection);
    expect(readdirSync(join(home, 'connections'))).toEqual(['codex.json']);
  });

  it('asks in the usual mode when an older version has written it', () => {
    mkdirSync(dirname(connectionPath(home, 'codex')), { recursive: true });
    writeFileSync(connectionPath(home, 'codex'), wire({}));
    expect(readConnection(home, 'codex')?.hook).toEqual({ askMode: 'engine', ifUnavailable: 'block', holdSeconds: 1 });
  });

  it.skipIf(process.platform === 'win32')('is for its owner only, also where the folder was open', () => {
    mkdirSync(join(home, 'connections'), { mode: 0o755 });
    writeConnection(home, connection);

    expect(statSync(connectionPath(home, 'codex')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'connections')).mode & 0o777).toBe(0o700);
  });

  it('is absent before an engine is connected and after it was removed', () => {
    expect(readConnection(home, 'claude')).toBeUndefined();
    writeConnection(home, connection);
    expect(connectedEngines(home)).toEqual(['codex']);

    removeConnection(home, 'codex');
    removeConnection(home, 'codex');
    expect(readConnection(home, 'codex')).toBeUndefined();
    expect(connectedEngines(home)).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['another engine', '{"engine":"claude"}'],
    ['no token', '{"engine":"codex","agent_id":"a"}'],
    ['an unknown answer', wire({ hook: { if_unavailable: 'maybe', hold_seconds: 1 } })],
    ['an unknown mode', wire({ hook: { ask_mode: 'some', if_unavailable: 'block', hold_seconds: 1 } })],
    ['a negative time', wire({ hook: { if_unavailable: 'block', hold_seconds: -1 } })],
    ['a file without a hash', wire({ files: [{ path: '/a', backup_path: null, before_sha256: null }] })],
  ])('is refused with a sentence when it holds %s', (_name, text) => {
    mkdirSync(dirname(connectionPath(home, 'codex')), { recursive: true });
    writeFileSync(connectionPath(home, 'codex'), text);

    expect(() => readConnection(home, 'codex')).toThrow(ConnectionFileError);
    expect(connectedEngines(home)).toEqual(['codex']);
  });
});

// opencode's plugin lets a hook run as long as it likes.
describe.each(engines.filter((engine) => engine !== 'opencode'))('a hold of %s', (engine) => {
  const { longestSeconds } = engineTable[engine].hold;
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'gatehouse-connection-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('that is longer than the engine waits cannot be set, and one that was stored counts as the longest', () => {
    const hook = { askMode: 'engine', ifUnavailable: 'prompt', holdSeconds: MAX_HOLD_SECONDS } as const;
    writeConnection(home, { ...connection, engine, hook });
    const path = connectionPath(home, engine);
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { readonly hook: object };
    expect(stored.hook).toMatchObject({ hold_seconds: longestSeconds });

    writeFileSync(path, JSON.stringify({ ...stored, hook: { ...stored.hook, hold_seconds: MAX_HOLD_SECONDS } }));
    expect(readConnection(home, engine)?.hook.holdSeconds).toBe(longestSeconds);
    expect(defaultHookSettings(engine).holdSeconds).toBeLessThanOrEqual(longestSeconds);
  });

  it('is over before its configuration ends a hook that asks', () => {
    const { files, plan } = engineTable[engine];
    const hooks = files(
      { HOME: home },
      { hookCommand: 'gatehouse', url: 'http://127.0.0.1:1', strength: 'user', token: 't' },
    )
      .flatMap(({ additions }) => (additions.format === 'whole' ? [] : additions.hooks))
      .filter(({ event: hook_event_name }) => {
        const input = { hook_event_name, tool_name: 'Bash', permission_mode: 'bypassPermissions' };
        return plan(input, {}).ask !== undefined;
      });
    expect(hooks.length).toBeGreaterThan(0);
    for (const { group } of hooks) {
      const [{ timeout }] = group['hooks'] as readonly [{ readonly timeout: number }];
      // Gemini CLI counts milliseconds.
      expect(engine === 'gemini' ? timeout / 1_000 : timeout).toBeGreaterThan(longestSeconds);
    }
  });
});

function wire(changes: Readonly<Record<string, unknown>>): string {
  const hook = { if_unavailable: 'block', hold_seconds: 1 };
  return JSON.stringify({ engine: 'codex', agent_id: 'a', token: 't', hook, files: [], ...changes });
}
