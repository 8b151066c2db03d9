import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect, disconnect } from '../../electron/connect/connect';
import { type Engine, readConnection } from '../../electron/connect/connection-file';

const NOW = Date.UTC(2026, 10, 22, 12);
const wanted = (engine: Engine) => ({ engine, agentId: 'scout', token: 'gth_tests', url: 'http://127.0.0.1:4780' });

function aHome() {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-connect-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const user = join(root, 'user');
  for (const folder of ['.claude', '.codex']) mkdirSync(join(user, folder), { recursive: true });
  const home = join(root, 'home');
  return { user, home, places: { home, environment: { HOME: user } } };
}

test('while another process changes the connection nothing is changed; one that was killed is not waited for', () => {
  const { user, home, places } = aHome();
  const settings = join(user, '.claude', 'settings.json');
  writeFileSync(settings, '{}\n');
  const lock = join(home, 'connections', 'claude.json.lock');
  mkdirSync(join(home, 'connections'), { recursive: true });
  writeFileSync(lock, '');
  expect(() => connect(places, wanted('claude'), NOW)).toThrowError(/Another program .* Try again\.$/);
  expect(() => disconnect(places, 'claude')).toThrowError(/Another program/);
  expect([readFileSync(settings, 'utf8'), existsSync(lock)]).toEqual(['{}\n', true]);
  const before = Date.now() / 1_000 - 60;
  utimesSync(lock, before, before);
  connect(places, wanted('claude'), NOW);
  expect(readConnection(home, 'claude')).toBeDefined();
  expect(existsSync(lock)).toBe(false);
});

test('connecting that fails at the second file leaves nothing behind, not even a backup', () => {
  const { user, home, places } = aHome();
  writeFileSync(join(user, '.claude', 'settings.json'), '{}\n');
  writeFileSync(join(user, '.claude.json'), '{}\n');
  // What is written beside the second file before it is put in its place cannot be.
  mkdirSync(join(user, `..claude.json.gatehouse-${process.pid}`, 'in the way'), { recursive: true });
  expect(() => connect(places, wanted('claude'), NOW)).toThrowError();
  expect(readFileSync(join(user, '.claude', 'settings.json'), 'utf8')).toBe('{}\n');
  expect(readdirSync(join(user, '.claude'))).toEqual(['settings.json']);
  expect(readdirSync(user).filter((name) => name.includes('before-gatehouse'))).toEqual([]);
  expect(readConnection(home, 'claude')).toBeUndefined();
  expect(statSync(join(user, '.claude.json')).size).toBe(3);
});

test('a hook of Codex moves to hooks.json once there is one, so that nobody is asked twice', () => {
  const { user, places } = aHome();
  const [config, hooks] = [join(user, '.codex', 'config.toml'), join(user, '.codex', 'hooks.json')];
  writeFileSync(config, 'model = "gpt-5"\n');
  connect(places, wanted('codex'), NOW);
  writeFileSync(hooks, '{}\n');
  connect(places, wanted('codex'), NOW + 60_000);
  expect(readFileSync(hooks, 'utf8')).toContain('hook codex');
  expect(readFileSync(config, 'utf8')).not.toContain('hook codex');
  expect(readFileSync(config, 'utf8')).toContain('[mcp_servers.gatehouse]');
  disconnect(places, 'codex');
  expect(readFileSync(config, 'utf8')).toBe('model = "gpt-5"\n');
  expect(readFileSync(hooks, 'utf8')).toBe('{}\n');
});
