import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findConnection, findToken, homeFolder } from '../../electron/cli/connection';
import { defaultHookSettings, type Engine, writeConnection } from '../../electron/connect/connection-file';
import { writeEndpoint } from '../../electron/edges/http/endpoint-file';
import { START, temporaryHome } from '../support/world';

const endpoint = { url: 'http://127.0.0.1:5', port: 5, version: '1', startedAtMs: START };

test('a running Gatehouse is found by its endpoint file, or by the address that is given [api-4.finds-gatehouse]', () => {
  const home = temporaryHome();
  writeEndpoint(home, endpoint);
  const environment = { GATEHOUSE_HOME: home, GATEHOUSE_TOKEN: 't' };
  expect(findConnection(environment)).toEqual({ url: 'http://127.0.0.1:5', token: 't' });
  expect(findConnection({ ...environment, GATEHOUSE_URL: 'http://127.0.0.1:6' }).url).toBe('http://127.0.0.1:6');
});

test('a file that a killed process left behind counts as not running [api-1.endpoint-file]', () => {
  const home = temporaryHome();
  const ended = spawnSync(process.execPath, ['-e', '0']).pid;
  writeFileSync(join(home, 'endpoint.json'), JSON.stringify({ ...endpoint, pid: ended }));
  expect(() => findConnection({ GATEHOUSE_HOME: home, GATEHOUSE_TOKEN: 't' })).toThrow('ended without saying so');
});

test.each([
  ['no token', {}, 'No token'],
  ['no file', { GATEHOUSE_TOKEN: 't', GATEHOUSE_HOME: '/nowhere/at/all' }, 'not running'],
])('%s is said in a sentence', (_name, environment, sentence) => {
  expect(() => findConnection(environment)).toThrow(sentence);
});

test.each([
  ['linux', { XDG_CONFIG_HOME: '/c' }, '/c/Gatehouse'],
  ['win32', { APPDATA: '/a' }, '/a/Gatehouse'],
  ['linux', { GATEHOUSE_HOME: '/h', XDG_CONFIG_HOME: '/c' }, '/h'],
] as const)('on %s the data folder is where the app keeps it [api-1.environment]', (platform, environment, folder) => {
  expect(homeFolder(environment, platform)).toBe(folder);
});

function connect(home: string, engine: Engine): void {
  const token = `token of ${engine}`;
  writeConnection(home, {
    engine,
    agentId: engine,
    token,
    createdAtMs: START,
    strength: 'user',
    hook: defaultHookSettings(engine),
    files: [],
  });
}

test('without GATEHOUSE_TOKEN it is the token of the engine that is connected, or of the one that is named', () => {
  const home = temporaryHome();
  const environment = { GATEHOUSE_HOME: home, GATEHOUSE_TOKEN: '' };
  expect(() => findToken(environment)).toThrow('No token');
  connect(home, 'claude');
  expect(findToken(environment)).toBe('token of claude');
  connect(home, 'codex');
  expect(() => findToken(environment)).toThrow('--engine claude or --engine codex');
  expect(findToken(environment, 'codex')).toBe('token of codex');
  expect(findToken({ ...environment, GATEHOUSE_TOKEN: 't' }, 'codex')).toBe('token of codex');
  expect(() => findToken(environment, 'gemini')).toThrow('gemini is not connected');
});
