// @ts-check
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Called by electron-builder: removes the default app that a runtime for development carries, so that a package can
 * start nothing but Gatehouse.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default async function afterPack({ appOutDir }) {
  await rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
}
