import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HomeError, noteSingleton, openHome, prepareHome } from '../../electron/kernel/home-folder';
import { temporaryHome } from '../support/world';

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the home folder', () => {
  test('is made for its owner alone', () => {
    const home = join(temporaryHome(), 'new', 'home');
    prepareHome(home);
    expect(modeOf(home)).toBe(0o700);
  });

  test.each([
    ['was made for Gatehouse', (home: string) => rmSync(join(home, 'other'), { force: true }), 0o700],
    ['has a database of ours', (home: string) => writeFileSync(join(home, 'gatehouse.db.exists'), 'id'), 0o700],
    ['is meant for more than us', (home: string) => writeFileSync(join(home, 'other'), ''), 0o755],
    ['is a place for everybody', (home: string) => chmodSync(home, 0o1755), 0o755],
  ])('that %s and can be looked into has afterwards the right mode', (_name, prepare, mode) => {
    const home = temporaryHome();
    chmodSync(home, 0o755);
    prepare(home);
    prepareHome(home);
    expect(modeOf(home)).toBe(mode);
  });

  test('that is a file is said to be of no use', () => {
    const home = join(temporaryHome(), 'file');
    writeFileSync(home, '');
    expect(() => prepareHome(home)).toThrow(HomeError);
  });

  test('is held by one process, until it ends, however it ends', async () => {
    const home = temporaryHome();
    const script = `
      const { DatabaseSync } = require('@photostructure/sqlite');
      new DatabaseSync(process.argv[1]).exec('BEGIN EXCLUSIVE');
      console.log('held');
      setInterval(() => {}, 1_000);`;
    const other = spawn(process.execPath, ['-e', script, join(home, 'gatehouse.lock')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    expect(() => openHome(home)).toThrow(/another Gatehouse uses/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const folder = openHome(home);
    expect(() => openHome(home)).toThrow(HomeError);
    folder.close();
    openHome(home).close();
  });

  test('tells of files that come and go, of its own going, and whether it is there', async () => {
    const home = join(temporaryHome(), 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'gatehouse.db'), '');
    const folder = openHome(home);
    onTestFinished(() => folder.close());
    const told = () => new Promise<void>((resolve) => folder.watch(resolve));
    const unlinked = told();
    rmSync(join(home, 'gatehouse.db'));
    await unlinked;
    expect(folder.isInPlace()).toBe(true);
    const moved = told();
    renameSync(home, `${home}-moved`);
    await moved;
    expect(folder.isInPlace()).toBe(false);
    mkdirSync(home);
    expect(folder.isInPlace()).toBe(false);
  });

  test('leaves no folder of a guard that was killed among the temporary files, and no other one gone', () => {
    const home = temporaryHome();
    const [old, fresh] = ['old', 'fresh'].map((name) => join(tmpdir(), `scoped_dir${name}${process.pid}`));
    if (old === undefined || fresh === undefined) throw new Error('two folders');
    onTestFinished(() => [old, fresh].forEach((folder) => rmSync(folder, { recursive: true, force: true })));
    for (const folder of [old, fresh]) mkdirSync(folder);
    const link = join(home, 'SingletonSocket');
    noteSingleton(home)();
    symlinkSync(join(old, 'SingletonSocket'), link);
    noteSingleton(home)();
    expect(statSync(old).isDirectory()).toBe(true);
    const removeStale = noteSingleton(home);
    rmSync(link);
    symlinkSync(join(fresh, 'SingletonSocket'), link);
    removeStale();
    expect(statSync(old, { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(fresh).isDirectory()).toBe(true);
  });
});
