import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

const connection: EngineConnection = {
  engine: 'codex',
  agentId: 'codex',
  token: 'secret',
  createdAtMs: 1_763_800_000_000,
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
    ['a negative time', wire({ hook: { if_unavailable: 'block', hold_seconds: -1 } })],
    ['a file without a hash', wire({ files: [{ path: '/a', backup_path: null, before_sha256: null }] })],
  ])('is refused with a sentence when it holds %s', (_name, text) => {
    mkdirSync(dirname(connectionPath(home, 'codex')), { recursive: true });
    writeFileSync(connectionPath(home, 'codex'), text);

    expect(() => readConnection(home, 'codex')).toThrow(ConnectionFileError);
    expect(connectedEngines(home)).toEqual(['codex']);
  });
});

function wire(changes: Readonly<Record<string, unknown>>): string {
  const hook = { if_unavailable: 'block', hold_seconds: 1 };
  return JSON.stringify({ engine: 'codex', agent_id: 'a', token: 't', hook, files: [], ...changes });
}
