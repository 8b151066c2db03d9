// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, inCheckout } from './checkout.mjs';
import { say } from './say.mjs';
import { runWatchedDownload } from './watched-download.mjs';

const packageFolder = inCheckout('node_modules', 'electron');
const distFolder = join(packageFolder, 'dist');
const stallMs = 12_000;

/** The folder of the official binary when its installer has finished before, else undefined. */
export function findOfficialElectron() {
  const isComplete = existsSync(join(packageFolder, 'path.txt')) && existsSync(join(distFolder, 'version'));
  return isComplete ? distFolder : undefined;
}

/** The version that package.json asks for. */
export function officialVersion() {
  return String(JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version);
}

/**
 * Lets the electron package's own installer fetch the binary, which checks it against the checksums in the package.
 * Resolves to undefined, after one line, when its host is out of reach: a host that answers nothing is given up after
 * 12 s, but a slow download that moves is waited for.
 */
export async function installOfficialElectron() {
  say(`fetching the official Electron ${officialVersion()} …`);
  mkdirSync(cacheFolder(), { recursive: true });
  const temporary = mkdtempSync(join(cacheFolder(), 'official-'));
  const environment = { ...process.env, TMPDIR: temporary, TEMP: temporary, ELECTRON_GET_NO_PROGRESS: '1' };
  try {
    const result = await runWatchedDownload(
      process.execPath,
      [...flagsForOldNode(), join(packageFolder, 'install.js')],
      { environment },
      { folders: [temporary, distFolder], what: 'Electron', stallMs },
    );
    const folder = findOfficialElectron();
    if (result.code === 0 && folder !== undefined) return folder;
    say(`the official Electron could not be fetched (${firstLine(result.output)})`);
    return undefined;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

// The installer requires an ES module, which Node before 20.19 does only when it is asked to.
function flagsForOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major === 20 && minor < 19 ? ['--experimental-require-module'] : [];
}

function firstLine(/** @type {string} */ output) {
  return output.trim().split('\n')[0] ?? 'no reason given';
}
