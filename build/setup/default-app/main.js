// @ts-check
// The development runtime is a bare executable: this stands in for the default app that an official Electron
// carries. It starts the app folder that it is given, as `electron <folder>` does.
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

/** @typedef {{ folder: string | undefined, preloads: string[], print: string | undefined }} Arguments */

/** @returns {Arguments} */
function readArguments(/** @type {readonly string[]} */ argv) {
  /** @type {Arguments} */
  const result = { folder: undefined, preloads: [], print: undefined };
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '-r' || argument === '--require') {
      index += 1;
      result.preloads.push(argv[index] ?? '');
    } else if (argument === '--version' || argument === '-v') {
      result.print = `v${process.versions.electron}`;
    } else if (argument === '--abi' || argument === '-a') {
      result.print = process.versions.modules;
    } else if (!argument.startsWith('-')) {
      result.folder = argument;
      break;
    }
  }
  return result;
}

/** Takes over what the app's package.json says of it, and returns the file to start. */
function adopt(/** @type {string} */ folder) {
  if (statSync(folder).isFile()) return folder;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Present in every Electron, for its own default app, and so in no type file.
  const host = /** @type {{ setAppPath(path: string): void, setVersion(version: string): void }} */ (
    /** @type {unknown} */ (app)
  );
  host.setAppPath(folder);
  app.setName(manifest.productName ?? manifest.name);
  if (manifest.version !== undefined) host.setVersion(manifest.version);
  app.setDesktopName(manifest.desktopName ?? `${app.getName()}.desktop`);
  return join(folder, manifest.main ?? 'index.js');
}

/** As Electron's own default app does: the data folder follows the name, unless one was asked for. */
function placeUserData() {
  const asked = app.commandLine.getSwitchValue('user-data-dir');
  app.setPath('userData', asked === '' ? join(app.getPath('appData'), app.getName()) : resolve(asked));
}

const { folder, preloads, print } = readArguments(process.argv.slice(1));
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });

if (print !== undefined) {
  console.log(print);
  process.exit(0);
}
if (folder === undefined) {
  console.error('usage: electron [options] <app folder>');
  process.exit(1);
}

const require = createRequire(import.meta.url);
for (const preload of preloads) require(resolve(preload));

try {
  const entry = adopt(resolve(folder));
  placeUserData();
  // INVARIANT: awaited at the top level, which holds back `ready` until the app has set its listeners.
  await import(pathToFileURL(entry).href);
} catch (error) {
  console.error('The app could not be started.');
  console.error(error);
  process.exit(1);
}
