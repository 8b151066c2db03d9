// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inCheckout } from './checkout.mjs';
import { npmCommand, runShown } from './command.mjs';
import { SetupProblem, say } from './say.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */

/** Says for which lockfile node_modules was found complete, and what npm's own record of it said then. */
const markerFile = inCheckout('node_modules', '.gatehouse-lockfile-hash');
const recordFile = inCheckout('node_modules', '.package-lock.json');

/** Brings node_modules to what package-lock.json says; costs a few milliseconds when it is so already. */
export async function ensureNodeModules() {
  const lockfile = readText(inCheckout('package-lock.json'));
  if (readText(markerFile).trim() === markOf(lockfile)) return;
  if (!isInstalledAsLocked(lockfile)) await install();
  writeFileSync(markerFile, `${markOf(lockfile)}\n`);
}

/** Of the record as well: npm leaves our mark where it is when somebody installs another version's packages by hand. */
function markOf(/** @type {string} */ lockfile) {
  return createHash('sha256')
    .update(`${lockfile}\0${readText(recordFile)}`)
    .digest('hex');
}

/** The text of a file; nothing where there is none. */
function readText(/** @type {string} */ path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Spares a second installation to those who ran `npm ci` or `npm install` by hand: npm leaves its own record. */
function isInstalledAsLocked(/** @type {string} */ lockfile) {
  if (!existsSync(recordFile)) return false;
  const wanted = packagesOf(lockfile);
  const installed = packagesOf(readText(recordFile));
  const hasAll = Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional === true || devOptional === true || installed[path]?.version === version,
  );
  return hasAll && Object.entries(installed).every(([path, { version }]) => wanted[path]?.version === version);
}

/** @returns {Record<string, LockedPackage>} */
function packagesOf(/** @type {string} */ lockfile) {
  return JSON.parse(lockfile).packages ?? {};
}

async function install() {
  say('installing the Node packages (npm ci), about a minute the first time …');
  const startedAtMs = Date.now();
  const heartbeat = setInterval(() => {
    say(`… npm ci is still at work (${Math.round((Date.now() - startedAtMs) / 1000)} s)`);
  }, 10_000);
  const { command, args, shell } = npmCommand(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  const code = await runShown(command, args, { shell });
  clearInterval(heartbeat);
  if (code !== 0) throw new SetupProblem(`npm ci ended with code ${code}; its own lines above say why`);
}
