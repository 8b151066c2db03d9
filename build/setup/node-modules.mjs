// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inCheckout } from './checkout.mjs';
import { npmCommand, runShown } from './command.mjs';
import { SetupProblem, say } from './say.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */

const markerFile = inCheckout('node_modules', '.gatehouse-lockfile-hash');

/** Brings node_modules to what package-lock.json says; costs a few milliseconds when it is so already. */
export async function ensureNodeModules() {
  const lockfile = readFileSync(inCheckout('package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex');
  if (readMarker() === hash) return;
  if (!isInstalledAsLocked(lockfile.toString('utf8'))) await install();
  writeFileSync(markerFile, `${hash}\n`);
}

function readMarker() {
  return existsSync(markerFile) ? readFileSync(markerFile, 'utf8').trim() : undefined;
}

/** Spares a second installation to those who ran `npm ci` or `npm install` by hand: npm leaves its own record. */
function isInstalledAsLocked(/** @type {string} */ lockfile) {
  const record = inCheckout('node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = packagesOf(lockfile);
  const installed = packagesOf(readFileSync(record, 'utf8'));
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
