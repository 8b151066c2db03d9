import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backUpDatabase } from '../../electron/kernel/store/backup';
import { openStore } from '../../electron/kernel/store/database';
import { databasePath } from '../../electron/kernel/store/home-files';
import { defaultLimits } from '../../shared/contract/limits';
import { createWorld, operator, START, temporaryHome } from '../support/world';

test('a copy is whole, of one instant, and opens in the place of the database', async () => {
  const world = createWorld();
  await world.execute(operator, 'limits.update', { lineageDepthLimit: 7 });
  const restored = temporaryHome();
  const copying = backUpDatabase(world.home, databasePath(restored));
  // Written while the copy is made: it is not in the copy, and does not keep it from being made.
  await world.execute(operator, 'limits.update', { lineageDepthLimit: 8 });
  await copying;
  const store = openStore(restored, START);
  expect(store.read.limits.current()).toEqual({ ...defaultLimits, lineageDepthLimit: 7 });
  expect(store.read.audit.verify()).toMatchObject({ rows: 1 });
  store.close();
  expect(world.store.read.limits.current().lineageDepthLimit).toBe(8);
});

test('the file that was there is replaced by a whole copy only, and nothing unfinished is left', async () => {
  const world = createWorld();
  const folder = temporaryHome();
  const path = join(folder, 'copy.db');
  writeFileSync(path, 'an older backup');
  await expect(backUpDatabase(temporaryHome(), path)).rejects.toThrow();
  expect(readFileSync(path, 'utf8')).toBe('an older backup');
  expect(readdirSync(folder)).toEqual(['copy.db']);
  await backUpDatabase(world.home, path);
  expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3');
  expect(readdirSync(folder)).toEqual(['copy.db']);
});

test('the database is never written over by its own copy', async () => {
  const world = createWorld();
  await expect(backUpDatabase(world.home, databasePath(world.home))).rejects.toThrow('the database itself');
  expect(existsSync(databasePath(world.home))).toBe(true);
});
