// @ts-check
// npm run check: every static check, two at a time; shows the output of those that fail.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { commandOf, inCheckout } from './setup/checkout.mjs';
import { runCaptured } from './setup/command.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript, say } from './setup/say.mjs';

/** @typedef {{ name: string, script: () => string, args: readonly string[] }} Check */

const buildInfoFolder = inCheckout('node_modules', '.cache', 'gatehouse-types');

/** @returns {Check} */
function types(/** @type {string} */ name, /** @type {string} */ project) {
  return {
    name: `types of ${name}`,
    // The compiler in Go takes a fifth of the time; "imports" needs the programming interface that only the older one has.
    script: () => commandOf('typescript-7', 'bin/tsc'),
    args: ['-p', project, '--incremental', '--tsBuildInfoFile', `${buildInfoFolder}/${name}.json`, '--pretty', 'false'],
  };
}

/**
 * Everything that is checked without running the app.
 * @type {readonly Check[]}
 */
export const checks = [
  types('everything', 'tsconfig.json'),
  {
    name: 'lint',
    script: () => commandOf('oxlint', 'bin/oxlint'),
    args: ['--no-error-on-unmatched-pattern', '--report-unused-disable-directives-severity=error', '--deny-warnings'],
  },
  types('main', 'build/types/main.json'),
  types('renderer', 'build/types/renderer.json'),
  types('core', 'build/types/core.json'),
  {
    name: 'imports',
    script: () => commandOf('dependency-cruiser', 'bin/dependency-cruise.mjs'),
    args: ['--config', 'build/dependency-rules.cjs', 'shared', 'electron', 'renderer', 'test', 'build'],
  },
  {
    name: 'unused code',
    script: () => commandOf('knip', 'bin/knip.js'),
    args: ['--config', 'build/knip.json', '--no-progress', '--no-config-hints'],
  },
  {
    name: 'format',
    script: () => commandOf('@biomejs/biome', 'bin/biome'),
    args: ['check', '--config-path=build', '--colors=off', '.'],
  },
];

/** Runs all checks, and resolves to the names of those that failed. */
export async function runChecks() {
  mkdirSync(buildInfoFolder, { recursive: true });
  /** @type {string[]} */
  const failed = [];
  const waiting = [...checks];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await passes(check))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  return failed;
}

async function passes(/** @type {Check} */ { name, script, args }) {
  const startedAtMs = Date.now();
  const { code, output } = await runCaptured(process.execPath, [script(), ...args]);
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
  say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(`${output.trim()}\n`);
  return code === 0;
}

if (process.argv[1] === import.meta.filename) {
  await runScript(async () => {
    await ensureNodeModules();
    const failed = await runChecks();
    say(failed.length === 0 ? `all ${checks.length} checks passed` : `failed: ${failed.join(', ')}`);
    return failed.length === 0 ? 0 : 1;
  });
}
