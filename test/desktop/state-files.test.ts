import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { expect, test } from 'vitest';
import { createStateFiles, type StateFileParts } from '../../electron/desktop/state-files';
import { backUpDatabase } from '../../electron/kernel/store/backup';
import { openStore } from '../../electron/kernel/store/database';
import { refused } from '../../shared/kernel/errors';
import { createWorld, operator, START, temporaryHome, type World } from '../support/world';

/** The files of a world, with dialogs that answer this path, or are closed. */
function filesOf(world: World, path: string | undefined, different: Partial<StateFileParts> = {}) {
  const suggested: (string | undefined)[] = [];
  const dialog = {
    showSaveDialog: (options: Electron.SaveDialogOptions) => {
      suggested.push(options.defaultPath);
      return Promise.resolve({ canceled: path === undefined, filePath: path ?? '' });
    },
    showOpenDialog: () =>
      Promise.resolve({ canceled: path === undefined, filePaths: path === undefined ? [] : [path] }),
  } as unknown as StateFileParts['dialog'];
  const files = createStateFiles({
    dialog,
    today: () => '2026-11-22',
    exportState: () => Promise.resolve(world.query(operator, 'state.export', {})),
    backUp: (to) => backUpDatabase(world.home, to),
    ...different,
  });
  return { files, suggested };
}

test('the exported file is what the import reads', async () => {
  const world = createWorld();
  await world.execute(operator, 'limits.update', { lineageDepthLimit: 7 });
  const path = join(temporaryHome(), 'state.json');
  const { files, suggested } = filesOf(world, path);
  expect(await files.exportState()).toEqual({ state: 'saved', path });
  expect(suggested).toEqual(['gatehouse-state-2026-11-22.json']);
  const opened = await files.open();
  if (opened.state !== 'opened') throw new Error(opened.state);
  expect(opened.name).toBe('state.json');
  const other = createWorld();
  expect(await other.execute(operator, 'state.import', { text: opened.text })).toMatchObject({ ok: true });
  expect(other.store.read.limits.current().lineageDepthLimit).toBe(7);
});

test('a backup is a database', async () => {
  const world = createWorld();
  await world.execute(operator, 'limits.update', { lineageDepthLimit: 7 });
  const restored = temporaryHome();
  const path = join(restored, 'gatehouse.db');
  const { files, suggested } = filesOf(world, path);
  expect(await files.backUp()).toEqual({ state: 'saved', path });
  expect(suggested).toEqual(['gatehouse-backup-2026-11-22.db']);
  const store = openStore(restored, START);
  expect(store.read.limits.current().lineageDepthLimit).toBe(7);
  store.close();
});

test('a dialog that is closed does nothing', async () => {
  const { files } = filesOf(createWorld(), undefined);
  const cancelled = { state: 'cancelled' };
  expect([await files.exportState(), await files.backUp(), await files.open()]).toEqual([
    cancelled,
    cancelled,
    cancelled,
  ]);
});

test('what went wrong is said, and the file that was there stays', async () => {
  const world = createWorld();
  const folder = temporaryHome();
  const path = join(folder, 'state.json');
  writeFileSync(path, 'before');
  const failing = filesOf(world, path, { exportState: () => Promise.resolve(refused('STORE_UNAVAILABLE')) });
  expect(await failing.files.exportState()).toMatchObject({ state: 'failed' });
  expect(readFileSync(path, 'utf8')).toBe('before');
  const { files } = filesOf(world, join(folder, 'nowhere', 'file'));
  expect(await files.exportState()).toMatchObject({ state: 'failed' });
  expect(await files.backUp()).toMatchObject({ state: 'failed' });
  expect(await files.open()).toMatchObject({ state: 'failed' });
  expect(readdirSync(folder)).toEqual(['state.json']);
});
