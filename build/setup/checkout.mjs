// @ts-check
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Joins parts below the checkout, so that no script depends on the folder that it is started from. */
export function inCheckout(/** @type {string[]} */ ...parts) {
  return join(root, ...parts);
}

/** Where things are kept that should outlive this checkout, such as the development runtime. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME;
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.cache'), 'gatehouse');
}

/** The script behind a package's command, so that it is run by this very Node and without a shell. */
export function commandOf(/** @type {string} */ packageName, /** @type {string} */ script) {
  const file = inCheckout('node_modules', packageName, script);
  if (!existsSync(file)) {
    throw new Error(`${packageName} is not installed as expected: node_modules/${packageName}/${script} is missing`);
  }
  return file;
}
