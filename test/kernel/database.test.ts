import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, type WriteStore } from '../../electron/kernel/store/database';
import { databasePath } from '../../electron/kernel/store/home-files';
import { migrate } from '../../electron/kernel/store/migrate';
import { migrations } from '../../electron/kernel/store/migrations/index';
import { type DatabaseSync, openDatabase } from '../../electron/kernel/store/sqlite';
import { StoreTroubleError } from '../../electron/kernel/store/trouble';
import { createCheckpoints } from '../../electron/nouns/audit/store-checkpoints';
import { approvalRecord } from '../support/approvals';
import { createWorld, START, temporaryHome } from '../support/world';

function troubleAtOpening(home: string): string | undefined {
  try {
    openStore(home, START).close();
    return undefined;
  } catch (error) {
    if (error instanceof StoreTroubleError) return error.trouble.kind;
    throw error;
  }
}

/** A home with a database in which one approval waits. */
function usedHome(): string {
  const home = temporaryHome();
  const store = openStore(home, START);
  store.transaction(({ approvals }) => approvals.insert(approvalRecord(), 'key'));
  store.close();
  return home;
}

function change(home: string, make: (database: DatabaseSync) => void): void {
  const database = openDatabase(databasePath(home), 0);
  make(database);
  database.close();
}

describe('opening the database', () => {
  test('makes it on the first start, and keeps what is in it on every later one', () => {
    const home = usedHome();
    const store = openStore(home, START);
    expect(store.read.approvals.find('apr_1')).toEqual(approvalRecord());
    store.close();
  });

  test.each([
    [
      'garbage in its place',
      'damaged',
      (home: string) => writeFileSync(databasePath(home), 'no database '.repeat(999)),
    ],
    ['half of it cut off', 'damaged', (home: string) => truncateSync(databasePath(home), 20_000)],
    [
      'its last page cut off',
      'damaged',
      (home: string) => truncateSync(databasePath(home), statSync(databasePath(home)).size - 4_096),
    ],
    ['an empty file in its place', 'missing', (home: string) => truncateSync(databasePath(home), 0)],
    ['nothing in its place', 'missing', (home: string) => rmSync(databasePath(home))],
    [
      'a step of a newer version',
      'newer_version',
      (home: string) =>
        change(home, (database) => database.exec("INSERT INTO migrations VALUES (999, 'later', 'x', 0)")),
    ],
    [
      'a step that is not ours',
      'unknown_history',
      (home: string) => change(home, (database) => database.exec("UPDATE migrations SET sha256 = 'other'")),
    ],
    [
      'tables of another program',
      'unknown_history',
      (home: string) => {
        rmSync(databasePath(home));
        change(home, (database) => database.exec('CREATE TABLE songs (title TEXT)'));
      },
    ],
    [
      'the database of another home',
      'missing',
      (home: string) => copyFileSync(databasePath(usedHome()), databasePath(home)),
    ],
  ] as const)('with %s says %s and leaves the file as it is [14.no-empty-state]', (_name, kind, harm) => {
    const home = usedHome();
    harm(home);
    const before = existsSync(databasePath(home)) ? readFileSync(databasePath(home)) : undefined;
    expect(troubleAtOpening(home)).toBe(kind);
    const after = existsSync(databasePath(home)) ? readFileSync(databasePath(home)) : undefined;
    expect(after).toEqual(before);
  });

  test('while another process holds it says locked, and works once it is free', () => {
    const home = usedHome();
    const other = openDatabase(databasePath(home), 0);
    other.exec('BEGIN EXCLUSIVE');
    expect(troubleAtOpening(home)).toBe('locked');
    other.exec('ROLLBACK');
    other.close();
    expect(troubleAtOpening(home)).toBeUndefined();
  });

  test('after power was lost between the database and its marker fills the marker again', () => {
    const home = usedHome();
    writeFileSync(join(home, 'gatehouse.db.exists'), '');
    expect(troubleAtOpening(home)).toBeUndefined();
    expect(readFileSync(join(home, 'gatehouse.db.exists'), 'utf8').trim()).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('migrations', () => {
  test('have rising numbers, none twice', () => {
    const ids = migrations.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  });

  test('apply on data of the step before, once', () => {
    const database = openDatabase(':memory:', 0);
    const first = { id: 1, name: 'first', sql: 'CREATE TABLE a (x INTEGER) STRICT' };
    const second = { id: 2, name: 'second', sql: 'ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1' };
    migrate(database, START, [first]);
    database.exec('INSERT INTO a VALUES (1)');
    migrate(database, START, [first, second]);
    migrate(database, START, [first, second]);
    expect(database.prepare('SELECT y FROM a').get()).toEqual({ y: 2 });
    database.close();
  });

  test('of checkpoints leave the log as it is, and take checkpoints of it that never change', () => {
    const database = openDatabase(':memory:', 0);
    migrate(database, START, migrations.slice(0, 3));
    database.exec(`INSERT INTO audit_log VALUES (1, ${START}, 'x', '{"kind":"human"}', '{}', 'p', 'h')`);
    const before = database.prepare('SELECT * FROM audit_log').all();
    migrate(database, START, migrations.slice(0, 4));
    expect(database.prepare('SELECT * FROM audit_log').all()).toEqual(before);
    const checkpoints = createCheckpoints(database);
    expect(checkpoints.last()).toBeUndefined();
    const checkpoint = { seq: 1, hash: 'h', atMs: START, publicKey: 'k', signature: 's' };
    checkpoints.insert(checkpoint);
    expect([checkpoints.last(), checkpoints.find(1), checkpoints.find(2)]).toEqual([checkpoint, checkpoint, undefined]);
    expect(() => database.exec("UPDATE audit_checkpoints SET hash = 'x'")).toThrow('append-only');
    expect(() => database.exec('DELETE FROM audit_checkpoints')).toThrow('append-only');
    expect(() => checkpoints.insert(checkpoint)).toThrow();
    database.close();
  });

  test('that fail change nothing', () => {
    const database = openDatabase(':memory:', 0);
    const steps = [{ id: 1, name: 'broken', sql: 'CREATE TABLE a (x INTEGER) STRICT; CREATE TABLE a (x INTEGER)' }];
    expect(() => migrate(database, START, steps)).toThrow();
    expect(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
    database.close();
  });
});

test('what only reads cannot write, whatever it is asked', () => {
  const { store } = createWorld();
  const read = store.read as WriteStore;
  expect(() => read.timers.set('health_check', 1)).toThrow(/readonly/);
  store.transaction(({ timers }) => timers.set('health_check', 2));
  expect(read.timers.last('health_check')).toBe(2);
});
