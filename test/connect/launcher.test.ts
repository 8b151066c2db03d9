import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { writeConnection } from '../../electron/connect/connection-file';
import { launcherPath, programPath, writeLauncher } from '../../electron/connect/launcher';
import { temporaryHome } from '../support/world';

const nodes = [process.execPath];

/** An app's folder whose command prints what it was given. */
function appFolder(root: string): string {
  const folder = join(root, "the app's $HOME `x` folder");
  const program = programPath(folder);
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(join(dirname(program), 'package.json'), '{ "type": "module" }\n');
  writeFileSync(program, 'console.log(JSON.stringify([process.env.GATEHOUSE_HOME, ...process.argv.slice(2)]));\n');
  return folder;
}

const withoutHome = { ...process.env, GATEHOUSE_HOME: '' };

test('the launcher hands its arguments on as they are, and says which data folder it belongs to', () => {
  const root = temporaryHome();
  const home = join(root, 'it\'s "home"');
  const path = writeLauncher({ home, appFolder: appFolder(root), isPassing: false, nodes });
  const args = ['a b', '*', '', '$HOME', "it's"];
  const said = spawnSync(path, args, { encoding: 'utf8', env: withoutHome });
  expect(JSON.parse(said.stdout)).toEqual([home, ...args]);
  const elsewhere = spawnSync(path, [], { encoding: 'utf8', env: { ...process.env, GATEHOUSE_HOME: '/other' } });
  expect(JSON.parse(elsewhere.stdout)).toEqual(['/other']);
});

test('it is written anew at each start, for everyone to run and its owner to change', () => {
  const root = temporaryHome();
  writeLauncher({ home: root, appFolder: join(root, 'old'), isPassing: false, nodes });
  const path = writeLauncher({ home: root, appFolder: appFolder(root), isPassing: false, nodes });
  expect(statSync(path).mode & 0o777).toBe(0o755);
  expect(spawnSync(path, { encoding: 'utf8' }).status).toBe(0);
});

/** Runs it with a hook's event on stdin, where nothing is on the PATH. */
function runBare(path: string, args: readonly string[], event: string) {
  const input = JSON.stringify({ hook_event_name: event, tool_input: { command: 'true' } });
  return spawnSync('/bin/sh', [path, ...args], { encoding: 'utf8', env: { PATH: '/nowhere' }, input });
}

test('it needs nothing on the PATH, and what a project sets for its engine leads no hook elsewhere', () => {
  const home = temporaryHome();
  const path = writeLauncher({
    home,
    appFolder: appFolder(home),
    isPassing: false,
    nodes: ['/nowhere/node', ...nodes],
  });
  expect(JSON.parse(runBare(path, ['hook', 'claude'], 'PreToolUse').stdout)).toEqual([home, 'hook', 'claude']);
  const env = {
    PATH: '/nowhere',
    GATEHOUSE_NODE: '/bin/true',
    GATEHOUSE_HOME: '/other',
    NODE_OPTIONS: '--require /no.js',
  };
  const said = spawnSync('/bin/sh', [path, 'hook', 'claude'], { encoding: 'utf8', env });
  expect(JSON.parse(said.stdout)).toEqual([home, 'hook', 'claude']);
});

test('no variable with which Node.js would take other code for its own, or read more than it needs, reaches a hook', () => {
  const home = temporaryHome();
  const folder = appFolder(home);
  writeFileSync(programPath(folder), 'console.log(Object.keys(process.env).join(" "));\n');
  const path = writeLauncher({ home, appFolder: folder, isPassing: false, nodes });
  const given = ['NODE_OPTIONS', 'NODE_PATH', 'NODE_COMPILE_CACHE', 'OPENSSL_CONF', 'NODE_EXTRA_CA_CERTS', 'CLAUDE_X'];
  const env = Object.fromEntries(given.map((name) => [name, '']));
  const reaching = (args: readonly string[]) => {
    const { stdout } = spawnSync('/bin/sh', [path, ...args], { encoding: 'utf8', env });
    return given.filter((name) => stdout.trim().split(' ').includes(name));
  };
  expect(reaching(['hook', 'claude'])).toEqual(['CLAUDE_X']);
  // What `gatehouse run` runs gets all that it was given.
  expect(reaching(['run'])).toEqual(given);
});

test('without Node it says what is missing', () => {
  const home = temporaryHome();
  const path = writeLauncher({ home, appFolder: appFolder(home), isPassing: false, nodes: [] });
  const said = runBare(path, ['status'], '');
  expect(said.stderr).toContain('needs Node.js 20');
  expect(said.status).toBe(127);
});

test.each([
  ['block', 'PreToolUse', 2],
  ['block', 'PermissionRequest', 2],
  ['block', 'BeforeTool', 2],
  // At this one exit code 2 would make Claude Code go on for ever.
  ['block', 'Stop', 127],
  ['prompt', 'PreToolUse', 127],
  ['allow', 'BeforeTool', 127],
] as const)(
  'without Node and with the setting %s a hook of %s ends with %i [sessions-5.fail-closed]',
  (ifUnavailable, event, code) => {
    const home = temporaryHome();
    const path = writeLauncher({ home, appFolder: appFolder(home), isPassing: false, nodes: [] });
    const hook = { askMode: 'engine', ifUnavailable, holdSeconds: 60 } as const;
    const parts = { agentId: 'scout', token: 'gth_tests', createdAtMs: 1, strength: 'user', files: [] } as const;
    writeConnection(home, { engine: 'claude', ...parts, hook });
    const said = runBare(path, ['hook', 'claude'], event);
    expect([said.status, said.stderr]).toEqual([code, expect.stringContaining('needs Node.js 20')]);
  },
);

test('of an app whose folder goes with it, as that of an AppImage does, the command stays', () => {
  const home = temporaryHome();
  const folder = appFolder(home);
  const path = writeLauncher({ home, appFolder: folder, isPassing: true, nodes });
  rmSync(folder, { recursive: true });
  const said = spawnSync(path, ['status'], { encoding: 'utf8', env: withoutHome });
  expect(JSON.parse(said.stdout)).toEqual([home, 'status']);
});

test('a package carries the command outside its archive, where plain Node can read it', () => {
  expect(programPath('/opt/Gatehouse/resources/app.asar')).toBe(
    join('/opt/Gatehouse/resources/app.asar.unpacked', 'out', 'cli', 'gatehouse.js'),
  );
});

test('on Windows it is a command file', () => {
  const home = temporaryHome();
  const path = writeLauncher({ home, appFolder: 'C:\\100% app', isPassing: false, nodes, platform: 'win32' });
  expect(path).toBe(launcherPath(home, 'win32'));
  expect(path.endsWith('gatehouse.cmd')).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain('100%% app');
});
