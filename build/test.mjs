// @ts-check
// npm test: everything that proves the app. Leading words pick parts, what follows goes to vitest:
//   npm test                       the static checks, then the unit and e2e tests, and some with real engines
//   npm test -- unit               the unit tests alone, without Electron
//   npm test -- e2e approvals      the e2e tests whose file name has "approvals"
//   npm test -- engines            every test with the real Claude Code, Codex and Gemini CLI
//   npm test -- check              the static checks alone
import { mkdirSync, rmSync } from 'node:fs';
import { checks, runChecks } from './check.mjs';
import { ensureBuilt } from './setup/app-build.mjs';
import { commandOf, inCheckout } from './setup/checkout.mjs';
import { runShown } from './setup/command.mjs';
import { ensureCompiled } from './setup/compiled-code.mjs';
import { ensureDebianPackages, packagesToTest } from './setup/debian-packages.mjs';
import { resolveElectron } from './setup/electron-runtime.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript, say } from './setup/say.mjs';
import { inWords, readTestResults, timesInWords } from './setup/test-results.mjs';

/** @typedef {import('./setup/test-results.mjs').Count} Count */

const allParts = /** @type {const} */ (['check', 'unit', 'e2e', 'engines']);
const resultsFile = inCheckout('test', 'output', 'results.json');

await runScript(async () => {
  const { parts, rest, isAll } = readArguments(process.argv.slice(2));
  const projects = ['unit', 'e2e', 'engines'].filter((project) => parts.has(project));
  if (projects.length > 0) await ensureDebianPackages(packagesToTest());
  await ensureNodeModules();
  const needsElectron = parts.has('e2e') || parts.has('engines');
  const environment = needsElectron ? await environmentForElectron() : process.env;

  const failedChecks = parts.has('check') ? await runChecks() : [];
  /** @type {Count} */
  let count = { passed: checks.length - failedChecks.length, failed: failedChecks.length, skipped: 0 };
  let code = failedChecks.length;
  if (projects.length > 0) {
    code += await runVitest(projects, rest, { ...environment, GATEHOUSE_ENGINE_CASES: isAll ? 'some' : 'all' });
    const tests = readTestResults(resultsFile);
    if (tests.passed + tests.failed === 0) {
      say('no test ran at all, which is a failure');
      code = 1;
    }
    count = { ...tests, failed: tests.failed + failedChecks.length };
    for (const line of timesInWords(resultsFile)) say(line);
  }
  if (failedChecks.length > 0) say(`static checks that failed (counted below): ${failedChecks.join(', ')}`);
  console.log(inWords(count));
  return code === 0 && count.failed === 0 ? 0 : 1;
});

function readArguments(/** @type {readonly string[]} */ args) {
  const firstOther = args.findIndex((word) => !allParts.some((part) => part === word));
  const end = firstOther < 0 ? args.length : firstOther;
  /** @type {Set<string>} */
  const parts = new Set(end === 0 ? allParts : args.slice(0, end));
  return { parts, rest: args.slice(end), isAll: end === 0 };
}

async function environmentForElectron() {
  const electron = await resolveElectron();
  say(`the tests run on ${electron.description}`);
  await ensureBuilt();
  await ensureCompiled(electron);
  return {
    ...process.env,
    GATEHOUSE_ELECTRON_DIST: electron.distFolder,
    ELECTRON_OVERRIDE_DIST_PATH: electron.distFolder,
    // Set in the terminals of some editors; Electron would be a plain Node with it.
    ELECTRON_RUN_AS_NODE: undefined,
  };
}

/**
 * @param {readonly string[]} projects
 * @param {readonly string[]} rest
 * @param {NodeJS.ProcessEnv} environment
 */
async function runVitest(projects, rest, environment) {
  rmSync(resultsFile, { force: true });
  mkdirSync(inCheckout('test', 'output'), { recursive: true });
  const args = [
    ...['run', '--config', 'test/vitest.config.ts'],
    ...projects.flatMap((project) => ['--project', project]),
    ...rest,
  ];
  return runShown(process.execPath, [commandOf('vitest', 'vitest.mjs'), ...args], {
    environment: { ...environment, GATEHOUSE_TEST_RESULTS: resultsFile },
  });
}
