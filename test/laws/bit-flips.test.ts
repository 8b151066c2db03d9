import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../electron/kernel/store/database';
import { databasePath } from '../../electron/kernel/store/home-files';
import { openReading } from '../../electron/kernel/store/integrity';
import { type DatabaseSync, openDatabase } from '../../electron/kernel/store/sqlite';
import { checkState } from '../../electron/nouns/audit/state-check';
import { createAuditLog } from '../../electron/nouns/audit/store';
import { anyCommand, busyWorld, send } from '../support/any-command';
import { START, temporaryHome } from '../support/world';

/** One flip takes a quarter of a second; `GATEHOUSE_FLIP_ROUNDS=200` makes more of them. */
const ROUNDS = Number(process.env['GATEHOUSE_FLIP_ROUNDS'] ?? 40);

/** Everything that a read of the database can answer: the rows of every table, by SQL, and the words of approvals. */
function everythingIn(database: DatabaseSync): string {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_text*' ORDER BY name")
    .all()
    .map(({ name }) => String(name));
  // A start counts itself, and sums what it wrote.
  const columnsOf = (table: string) => (table === 'identity' ? 'only_row, database_id' : '*');
  const rows = tables
    .filter((table) => !table.startsWith('row_sums'))
    .map((table) => [table, database.prepare(`SELECT ${columnsOf(table)} FROM ${table}`).all()]);
  const words = database
    .prepare("SELECT rowid FROM approvals_text WHERE approvals_text MATCH 'pl*' ORDER BY rowid")
    .all();
  const schema = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all();
  return JSON.stringify([schema, rows, words]);
}

type Fate = 'refused at start' | 'named' | 'harmless' | 'silent';

function fateOf(home: string, before: string): Fate {
  try {
    openStore(home, START).close();
  } catch {
    return 'refused at start';
  }
  const reading = openReading(home);
  try {
    if (!checkState(reading).isOk || !createAuditLog(reading.database).verify().isOk) return 'named';
    return everythingIn(reading.database) === before ? 'harmless' : 'silent';
  } catch {
    return 'named';
  } finally {
    reading.close();
  }
}

test(`of ${ROUNDS} single bits that flip in the database file, each is refused at start, named, or changes nothing that is read`, async () => {
  const world = await busyWorld();
  for (const command of fc.sample(anyCommand, { numRuns: 400, seed: 7 })) await send(world, command);
  world.holder.close();
  const original = readFileSync(databasePath(world.home));
  const home = temporaryHome();
  copyFileSync(join(world.home, 'gatehouse.db.exists'), join(home, 'gatehouse.db.exists'));
  const untouched = openDatabase(databasePath(world.home), 1_000);
  const before = everythingIn(untouched);
  untouched.close();

  const fates: Record<Fate, number> = { 'refused at start': 0, named: 0, harmless: 0, silent: 0 };
  const silent: number[] = [];
  for (const bit of fc.sample(fc.nat(original.length * 8 - 1), { numRuns: ROUNDS, seed: 2026 })) {
    const flipped = Buffer.from(original);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    for (const end of ['', '-wal', '-shm']) rmSync(databasePath(home) + end, { force: true });
    writeFileSync(databasePath(home), flipped);
    const fate = fateOf(home, before);
    fates[fate] += 1;
    if (fate === 'silent') silent.push(bit);
  }
  process.stdout.write(`fates of ${ROUNDS} flips: ${JSON.stringify(fates)}\n`);
  expect(silent).toEqual([]);
});
