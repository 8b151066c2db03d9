import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { launcherPath, programPath, writeLauncher } from '../../electron/connect/launcher';
import { temporaryHome } from '../support/world';

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
  const path = writeLauncher({ home, appFolder: appFolder(root), isPassing: false });
  const args = ['a b', '*', '', '$HOME', "it's"];
  const said = spawnSync(path, args, { encoding: 'utf8', env: withoutHome });
  expect(JSON.parse(said.stdout)).toEqual([home, ...args]);
  const elsewhere = spawnSync(path, [], { encoding: 'utf8', env: { ...process.env, GATEHOUSE_HOME: '/other' } });
  expect(JSON.parse(elsewhere.stdout)).toEqual(['/other']);
});

test('it is written anew at each start, for everyone to run and its owner to change', () => {
  const root = temporaryHome();
  writeLauncher({ home: root, appFolder: join(root, 'old'), isPassing: false });
  const path = writeLauncher({ home: root, appFolder: appFolder(root), isPassing: false });
  expect(statSync(path).mode & 0o777).toBe(0o755);
  expect(spawnSync(path, { encoding: 'utf8' }).status).toBe(0);
});

test('without Node it says what is missing', () => {
  const home = temporaryHome();
  const path = writeLauncher({ home, appFolder: appFolder(home), isPassing: false });
  const said = spawnSync('/bin/sh', [path], { encoding: 'utf8', env: { PATH: '/nowhere' } });
  expect(said.stderr).toContain('needs Node.js 20');
  expect(said.status).toBe(127);
});

test('of an app whose folder goes with it, as that of an AppImage does, the command stays', () => {
  const home = temporaryHome();
  const folder = appFolder(home);
  const path = writeLauncher({ home, appFolder: folder, isPassing: true });
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
  const path = writeLauncher({ home, appFolder: 'C:\\100% app', isPassing: false, platform: 'win32' });
  expect(path).toBe(launcherPath(home, 'win32'));
  expect(path.endsWith('gatehouse.cmd')).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain('100%% app');
});
