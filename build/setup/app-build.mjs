// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, inCheckout } from './checkout.mjs';
import { runCaptured } from './command.mjs';
import { buildCommandLine } from './command-line-build.mjs';
import { forgetCompiled } from './compiled-code.mjs';
import { SetupProblem, say } from './say.mjs';
import { copyShellGrammar } from './shell-grammar.mjs';

const sources = [
  'shared',
  'electron',
  'renderer',
  'build/electron.vite.config.ts',
  'build/setup/command-line-build.mjs',
  'build/setup/shell-grammar.mjs',
  'package-lock.json',
  'tsconfig.json',
];
const products = ['out/main/main.cjs', 'out/preload/preload.cjs', 'out/renderer/index.html', 'out/cli/gatehouse.js'];
const stampFile = inCheckout('out', '.sources-hash');

/** Builds the app into out/ when its sources are not those that out/ was made from. */
export async function ensureBuilt() {
  const hash = hashOfSources();
  const isCurrent = readStamp() === hash && products.every((file) => existsSync(inCheckout(file)));
  if (isCurrent) return;
  say('building the app (electron-vite) …');
  const startedAtMs = Date.now();
  forgetCompiled();
  const { code, output } = await runCaptured(process.execPath, [
    commandOf('electron-vite', 'bin/electron-vite.js'),
    ...['build', '--config', 'build/electron.vite.config.ts', '--logLevel', 'warn'],
  ]);
  if (output.trim() !== '') console.log(output.trim());
  if (code !== 0) throw new SetupProblem('the app could not be built; the lines above say why');
  copyShellGrammar(inCheckout('out', 'main'));
  await buildCommandLine();
  mkdirSync(inCheckout('out'), { recursive: true });
  // The hash of before: a file that was saved during the build is built again next time.
  writeFileSync(stampFile, `${hash}\n`);
  say(`built in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8').trim() : undefined;
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesBelow)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(inCheckout(file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @returns {string[]} */
function filesBelow(/** @type {string} */ path) {
  if (!existsSync(inCheckout(path))) return [];
  if (/\.[a-z]+$/.test(path)) return [path];
  return readdirSync(inCheckout(path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(inCheckout().length + 1))
    .sort();
}
