import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createStoreHolder } from '../../electron/app/store-holder';
import { databasePath, openStore, type Store } from '../../electron/store/database';
import { openDatabase } from '../../electron/store/sqlite';
import { START, temporaryHome } from '../support/world';

const clock = { now: () => START };

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

test('trying a damaged database again and again leaves it as it is', () => {
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
