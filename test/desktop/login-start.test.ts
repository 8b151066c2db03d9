import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLoginStart, decideCommand, loginCommand } from '../../electron/desktop/login-start';
import { temporaryHome } from '../support/world';

/** An app that keeps its login item as the system would. */
function appIn(appData: string) {
  const items: unknown[] = [];
  return {
    items,
    getPath: () => appData,
    getLoginItemSettings: () => ({ openAtLogin: items.length > 0 }) as Electron.LoginItemSettings,
    setLoginItemSettings(settings: Electron.Settings) {
      items.length = 0;
      if (settings.openAtLogin === true) items.push(settings);
    },
  };
}

test('on Linux it is off until an autostart entry is written, which starts without a window', () => {
  const appData = temporaryHome();
  const command = ['/opt/My $apps/100%/gatehouse', '/a "b"\\c'];
  const switched = createLoginStart({ app: appIn(appData), platform: 'linux', command });
  const entryPath = join(appData, 'autostart', 'gatehouse.desktop');
  expect(switched.current()).toEqual({ isOn: false });
  expect(switched.set(true)).toEqual({ isOn: true });
  expect(readFileSync(entryPath, 'utf8')).toContain(
    String.raw`Exec="/opt/My \\$apps/100%%/gatehouse" "/a \\"b\\"\\\\c" "--hidden"`,
  );
  expect(switched.set(false)).toEqual({ isOn: false });
  expect(existsSync(entryPath)).toBe(false);
});

test.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false'])(
  'an entry that the session turned off is off: %s',
  (line) => {
    const appData = temporaryHome();
    const switched = createLoginStart({ app: appIn(appData), platform: 'linux', command: ['/gatehouse'] });
    switched.set(true);
    const entryPath = join(appData, 'autostart', 'gatehouse.desktop');
    writeFileSync(entryPath, `${readFileSync(entryPath, 'utf8')}${line}\n`);
    expect(switched.current()).toEqual({ isOn: false });
  },
);

test('what keeps an entry from being written is said, and it stays off', () => {
  const appData = temporaryHome();
  writeFileSync(join(appData, 'autostart'), 'in the way');
  const switched = createLoginStart({ app: appIn(appData), platform: 'linux', command: ['/gatehouse'] });
  expect(switched.set(true)).toEqual({ isOn: false, problem: expect.stringContaining('EEXIST') as string });
});

test('Windows and macOS keep it themselves; Windows is told how to start', () => {
  const app = appIn(temporaryHome());
  const windows = createLoginStart({ app, platform: 'win32', command: ['C:\\Gatehouse.exe'] });
  expect(windows.set(true)).toEqual({ isOn: true });
  expect(app.items).toEqual([{ openAtLogin: true, path: 'C:\\Gatehouse.exe', args: ['--hidden'] }]);
  expect(windows.set(false)).toEqual({ isOn: false });
  const mac = createLoginStart({ app, platform: 'darwin', command: ['/Applications/Gatehouse'] });
  expect(mac.set(true)).toEqual({ isOn: true });
  expect(app.items).toEqual([{ openAtLogin: true }]);
});

test.each([
  [true, {}, ['/run/gatehouse']],
  [true, { APPIMAGE: '/home/kim/Gatehouse.AppImage' }, ['/home/kim/Gatehouse.AppImage']],
  [false, { APPIMAGE: '/other' }, ['/run/gatehouse', '/checkout']],
])('what a login starts is what the operator started (packaged: %s)', (isPackaged, environment, expected) => {
  const app = { isPackaged, getAppPath: () => '/checkout' };
  expect(loginCommand(app, '/run/gatehouse', environment)).toEqual(expected);
});

test('an entry of another folder of settings is not touched', () => {
  const appData = temporaryHome();
  mkdirSync(join(appData, 'autostart'));
  writeFileSync(join(appData, 'autostart', 'other.desktop'), 'x');
  const switched = createLoginStart({ app: appIn(appData), platform: 'linux', command: ['/gatehouse'] });
  switched.set(true);
  switched.set(false);
  expect(readFileSync(join(appData, 'autostart', 'other.desktop'), 'utf8')).toBe('x');
});

test.each([
  [
    'a package',
    { isPackaged: true, getAppPath: () => '' },
    '/opt/Gatehouse/gatehouse',
    '/opt/Gatehouse/gatehouse --decide',
  ],
  [
    'a folder with signs that a shell reads',
    { isPackaged: false, getAppPath: () => "/home/o'hara/$HOME app" },
    '/usr/bin/electron',
    "/usr/bin/electron '/home/o'\\''hara/$HOME app' --decide",
  ],
])('the command for a shortcut of the desktop starts %s as it is', (_what, app, program, command) => {
  expect(decideCommand(app, program, {})).toBe(command);
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(words.at(-2)).toBe(app.isPackaged ? program : app.getAppPath());
});
