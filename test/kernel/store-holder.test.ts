import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, type Store } from '../../electron/kernel/store/database';
import { databasePath } from '../../electron/kernel/store/home-files';
import { openDatabase } from '../../electron/kernel/store/sqlite';
import { createStoreHolder, type StoreHolder } from '../../electron/kernel/store-holder';
import { startRowSurvey } from '../../electron/nouns/audit/row-survey';
import { recordingLogger, START, temporaryHome } from '../support/world';

const clock = { now: () => START };

function storeOf(holder: StoreHolder): Store {
  const state = holder.state();
  if (!state.isOpen) throw new Error(state.trouble.detail);
  return state.store;
}

test('a database that another process holds is opened once it is free, and everybody is told', () => {
  const home = temporaryHome();
  openStore(home, START).close();
  const other = openDatabase(databasePath(home), 0);
  other.exec('BEGIN EXCLUSIVE');
  const holder = createStoreHolder(home, clock);
  let changes = 0;
  holder.onChange(() => changes++);
  expect(holder.open()).toBe(false);
  expect(holder.trouble()).toMatchObject({ kind: 'locked' });
  other.exec('ROLLBACK');
  other.close();
  expect(holder.open()).toBe(true);
  expect(holder.trouble()).toBeUndefined();
  expect(changes).toBe(2);
  holder.close();
});

test('trying a damaged database again and again leaves it as it is [14.no-empty-state]', () => {
  const home = temporaryHome();
  openStore(home, START).close();
  writeFileSync(databasePath(home), 'garbage '.repeat(2_000));
  const holder = createStoreHolder(home, clock);
  for (let count = 0; count < 3; count++) expect(holder.open()).toBe(false);
  expect(holder.trouble()).toMatchObject({ kind: 'damaged' });
  rmSync(databasePath(home));
  expect(holder.open()).toBe(false);
  expect(holder.trouble()).toMatchObject({ kind: 'missing' });
});

test.each([
  ['when it is opened', 'identity'],
  ['when its rows are looked through', 'grants'],
  ['when a statement needs it', 'session_calls'],
])('a database whose table is gone is said to be damaged %s [14.no-empty-state]', async (_, table) => {
  const home = temporaryHome();
  openStore(home, START).close();
  const database = openDatabase(databasePath(home), 0);
  database.exec(`PRAGMA foreign_keys = OFF; DROP TABLE ${table}`);
  database.close();
  const holder = createStoreHolder(home, clock);
  holder.open();
  const survey = startRowSurvey(holder, recordingLogger(), () => undefined);
  if (table === 'session_calls') {
    expect(holder.trouble()).toBeUndefined();
    const { read } = storeOf(holder);
    let error: unknown;
    try {
      read.sessionCalls.find('run-1', 'call-1');
    } catch (thrown) {
      error = thrown;
    }
    expect(holder.failed(error)).toBe(true);
  }
  await expect.poll(() => holder.trouble()).toMatchObject({ kind: 'damaged' });
  survey.close();
  holder.close();
});

test('files that are moved away close the store to everybody, and are used again, whole, when they are back', () => {
  const home = join(temporaryHome(), 'home');
  const holder = createStoreHolder(home, clock);
  holder.open();
  const changes: (string | undefined)[] = [];
  holder.onChange(() => changes.push(holder.trouble()?.kind));
  renameSync(home, `${home}-moved`);
  holder.look();
  holder.look();
  expect(holder.state()).toMatchObject({ isOpen: false, trouble: { kind: 'taken_away' } });
  for (let count = 0; count < 3; count++) expect(holder.open()).toBe(false);
  expect(holder.openWithLoss({ kind: 'human', actorId: 'olga' })).toBe(false);
  mkdirSync(home);
  expect(holder.open()).toBe(false);
  expect(readdirSync(home)).toEqual([]);
  rmdirSync(home);
  renameSync(`${home}-moved`, home);
  expect(holder.open()).toBe(true);
  expect(changes).toEqual(['taken_away', undefined]);
  storeOf(holder).transaction(({ timers }) => timers.set('health_check', 7));
  holder.close();
  const later = openStore(home, START);
  expect(later.read.timers.last('health_check')).toBe(7);
  later.close();
});

test('a write-ahead log that is unlinked loses nothing: it is saved into the database, which is opened anew', () => {
  const home = temporaryHome();
  const holder = createStoreHolder(home, clock);
  holder.open();
  storeOf(holder).transaction(({ timers }) => timers.set('health_check', 7));
  rmSync(`${databasePath(home)}-wal`);
  holder.look();
  expect(holder.trouble()).toMatchObject({ kind: 'taken_away' });
  expect(holder.open()).toBe(true);
  expect(storeOf(holder).read.timers.last('health_check')).toBe(7);
  storeOf(holder).transaction(({ timers }) => timers.set('health_check', 8));
  holder.close();
  const later = openStore(home, START);
  expect(later.read.timers.last('health_check')).toBe(8);
  later.close();
});

test('a log in whose place another one is stays where it is, and nothing is lost of the first one at the end', () => {
  const home = temporaryHome();
  const holder = createStoreHolder(home, clock);
  holder.open();
  storeOf(holder).transaction(({ timers }) => timers.set('health_check', 7));
  rmSync(`${databasePath(home)}-wal`);
  writeFileSync(`${databasePath(home)}-wal`, 'not ours');
  expect(holder.open()).toBe(false);
  expect(readFileSync(`${databasePath(home)}-wal`, 'utf8')).toBe('not ours');
  holder.close();
  rmSync(`${databasePath(home)}-wal`, { force: true });
  const later = openStore(home, START);
  expect(later.read.timers.last('health_check')).toBe(7);
  later.close();
});

test('a disk that was full is tried with a real write; damage found while running stays until the restart', () => {
  const home = temporaryHome();
  let isFull = true;
  const holder = createStoreHolder(home, clock, (path, now): Store => {
    const store = openStore(path, now);
    return {
      ...store,
      tryWriting() {
        if (isFull) throw Object.assign(new Error('full'), { errcode: 13 });
        store.tryWriting();
      },
    };
  });
  holder.open();
  expect(holder.failed(Object.assign(new Error('full'), { errcode: 13 }))).toBe(true);
  holder.open();
  expect(holder.trouble()).toMatchObject({ kind: 'disk_full' });
  isFull = false;
  holder.open();
  expect(holder.trouble()).toBeUndefined();
  holder.failed(Object.assign(new Error('malformed'), { errcode: 11 }));
  holder.wroteWell();
  holder.open();
  expect(holder.trouble()).toMatchObject({ kind: 'damaged' });
  expect(holder.failed(new TypeError('a bug'))).toBe(false);
  holder.close();
});
