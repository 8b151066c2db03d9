import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore, openStoreBeside, type Store } from '../../electron/kernel/store/database';
import { databasePath } from '../../electron/kernel/store/home-files';
import { StoreTroubleError } from '../../electron/kernel/store/trouble';
import { START, temporaryHome } from '../support/world';

const human = { kind: 'human', actorId: 'olga' } as const;
const files = ['gatehouse.db', 'gatehouse.db-wal', 'gatehouse.db.exists', 'gatehouse.db.committed'];

/** One commit that the audit log tells of. */
function commit(store: Store, now = START): void {
  store.transaction(({ audit }) => audit.append({ name: 'purged', payload: { automationId: 'a' } }, human, now));
}

/** The files as a process that is killed at this instant leaves them. */
function crash(home: string): string {
  const left = temporaryHome();
  for (const name of files) if (existsSync(join(home, name))) copyFileSync(join(home, name), join(left, name));
  return left;
}

function openFor(home: string): Store {
  const store = openStore(home, START);
  onTestFinished(() => store.close());
  return store;
}

function troubleAtOpening(home: string) {
  try {
    openStore(home, START).close();
    return undefined;
  } catch (error) {
    if (error instanceof StoreTroubleError) return error.trouble;
    throw error;
  }
}

describe('changes that the disk has lost', () => {
  test('after any crash, all that is missing with the write-ahead log is counted, and a whole one starts without a word', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), fc.boolean(), (kept, lost, isLogKept) => {
        const home = temporaryHome();
        let store = openStore(home, START);
        for (let count = 0; count < kept; count++) commit(store, START + count);
        // Ends well, so that these are in the database itself.
        store.close();
        store = openStore(home, START);
        for (let count = 0; count < lost; count++) commit(store);
        const left = crash(home);
        store.close();
        if (!isLogKept) rmSync(join(left, 'gatehouse.db-wal'));
        const expected =
          isLogKept || lost === 0
            ? undefined
            : { kind: 'changes_lost', loss: { atLeast: lost, ...(kept > 0 && { afterMs: START + kept - 1 }) } };
        expect(troubleAtOpening(left)).toEqual(expected && expect.objectContaining(expected));
      }),
      { numRuns: 15 },
    );
  });

  test('are said at every start, and the database stays byte for byte as it is, until they are accepted [16.changes-lost]', () => {
    const home = temporaryHome();
    const store = openFor(home);
    for (let count = 0; count < 5; count++) commit(store);
    const left = crash(home);
    rmSync(join(left, 'gatehouse.db-wal'));
    const before = readFileSync(databasePath(left));
    for (let start = 0; start < 3; start++) {
      expect(troubleAtOpening(left)).toMatchObject({ kind: 'changes_lost', loss: { atLeast: 5 } });
    }
    expect(readFileSync(databasePath(left))).toEqual(before);

    openStore(left, START + 9, human).close();
    expect(troubleAtOpening(left)).toBeUndefined();
    const { read } = openFor(left);
    expect(read.audit.after(0, 10)).toMatchObject([
      {
        seq: 1,
        atMs: START + 9,
        eventType: 'automation.governance.loss.accepted',
        actor: human,
        payload: { missingAtLeast: 5, lastSeq: 0 },
      },
    ]);
    expect(read.audit.verify()).toMatchObject({ isOk: true, rows: 1 });
  });

  test('are those of an older copy in the place of the database too', () => {
    const home = temporaryHome();
    const first = openStore(home, START);
    commit(first);
    first.close();
    copyFileSync(databasePath(home), join(home, 'backup.db'));
    const second = openStore(home, START);
    commit(second);
    commit(second);
    second.close();
    copyFileSync(join(home, 'backup.db'), databasePath(home));
    expect(troubleAtOpening(home)).toMatchObject({ kind: 'changes_lost', loss: { atLeast: 2, afterMs: START } });
  });

  test.each([
    ['none, as an older version leaves it', (note: string) => rmSync(note)],
    ['an empty one, as power loss can leave it', (note: string) => writeFileSync(note, '')],
    ['half of one', (note: string) => writeFileSync(note, '00000')],
    ['another text', (note: string) => writeFileSync(note, 'nobody knows what'.repeat(9))],
  ])('cannot be known from %s: the database is opened, and noted from then on', (_name, harm) => {
    const home = temporaryHome();
    const store = openStore(home, START);
    for (let count = 0; count < 3; count++) commit(store);
    store.close();
    harm(join(home, 'gatehouse.db.committed'));
    expect(troubleAtOpening(home)).toBeUndefined();
    expect(readFileSync(join(home, 'gatehouse.db.committed'), 'utf8').slice(0, 17)).toBe('0000000000000003\n');
  });

  test('are none where a transaction was undone: the note is never ahead of what is committed', () => {
    const home = temporaryHome();
    const store = openFor(home);
    commit(store);
    expect(() =>
      store.transaction(({ audit }) => {
        audit.append({ name: 'purged', payload: { automationId: 'a' } }, human, START);
        throw new Error('undone');
      }),
    ).toThrow('undone');
    const left = crash(home);
    expect(troubleAtOpening(left)).toBeUndefined();
  });
});

describe('files that are taken away while the database is open', () => {
  const harms: readonly (readonly [string, (home: string) => void])[] = [
    ['the folder is removed', (home) => rmSync(home, { recursive: true })],
    ['the folder is moved away', (home) => renameSync(home, `${home}-moved`)],
    [
      'an empty folder is in its place',
      (home) => {
        renameSync(home, `${home}-moved`);
        mkdirSync(home);
      },
    ],
    [
      'a copy of the folder is in its place',
      (home) => {
        const copy = crash(home);
        renameSync(home, `${home}-moved`);
        renameSync(copy, home);
      },
    ],
    ['the database is unlinked', (home) => rmSync(databasePath(home))],
    [
      'a copy of the database is in its place',
      (home) => {
        copyFileSync(databasePath(home), join(home, 'copy'));
        renameSync(join(home, 'copy'), databasePath(home));
      },
    ],
    ['the write-ahead log is unlinked', (home) => rmSync(`${databasePath(home)}-wal`)],
    [
      'another write-ahead log is in its place',
      (home) => {
        rmSync(`${databasePath(home)}-wal`);
        writeFileSync(`${databasePath(home)}-wal`, '');
      },
    ],
    [
      'a file is in the place of the folder',
      (home) => {
        renameSync(home, `${home}-moved`);
        writeFileSync(home, '');
      },
    ],
  ];

  test.each(harms)('no commit is acknowledged once %s, and none is made [16.taken-away]', (_name, harm) => {
    const home = temporaryHome();
    onTestFinished(() => rmSync(`${home}-moved`, { recursive: true, force: true }));
    const store = openFor(home);
    commit(store);
    harm(home);
    for (let count = 0; count < 3; count++) {
      expect(() => commit(store)).toThrow(StoreTroubleError);
      expect(store.takenAway()).toMatchObject({ kind: 'taken_away' });
    }
    expect(() => store.tryWriting()).toThrow(StoreTroubleError);
    expect(store.read.audit.headSeq()).toBe(1);
  });

  test.each(harms)('no second connection is opened, and no file made, once %s', (_name, harm) => {
    const home = temporaryHome();
    onTestFinished(() => rmSync(`${home}-moved`, { recursive: true, force: true }));
    const { place } = openFor(home);
    const beside = openStoreBeside(home, place);
    harm(home);
    const before = existsSync(databasePath(home));
    expect(() => openStoreBeside(home, place)).toThrow(StoreTroubleError);
    expect(existsSync(databasePath(home))).toBe(before);
    // Nor does one that is open already write on: that of a long command's thread.
    expect(() => commit(beside)).toThrow(StoreTroubleError);
    beside.close();
  });

  test.each(harms)('nor one that is under way when %s', (_name, harm) => {
    const home = temporaryHome();
    onTestFinished(() => rmSync(`${home}-moved`, { recursive: true, force: true }));
    const store = openFor(home);
    expect(() =>
      store.transaction(({ audit }) => {
        audit.append({ name: 'purged', payload: { automationId: 'a' } }, human, START);
        harm(home);
      }),
    ).toThrow(StoreTroubleError);
    expect(store.read.audit.headSeq()).toBe(0);
  });
});
