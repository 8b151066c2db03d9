// @ts-check
// npm run engines:update [-- --write]: tries the newest Claude Code, Codex, Gemini CLI and opencode, and says what of that which they
// write to their hooks is not as it was recorded. With --write the versions that the tests run are those from then on.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from './setup/checkout.mjs';
import { npmCommand, runCaptured, runShown } from './setup/command.mjs';
import { runScript, say } from './setup/say.mjs';

const files = ['package.json', 'package-lock.json'];
const own = (/** @type {string} */ name) => inCheckout('test', 'engines', name);

await runScript(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-newest-engines-'));
  try {
    if (!(await takeNewest(folder))) {
      say('the tests run the newest versions already');
      return 0;
    }
    const report = join(folder, 'differences.txt');
    const code = await runShown(process.execPath, [inCheckout('build', 'test.mjs'), 'engines', 'shapes'], {
      environment: { ...process.env, GATEHOUSE_ENGINES_LOCK: folder, GATEHOUSE_SHAPES_REPORT: report },
    });
    const said = existsSync(report) ? readFileSync(report, 'utf8').trim() : '';
    say(said === '' ? 'nothing differs from what was recorded' : `what differs from what was recorded:\n${said}`);
    if (code === 0 && process.argv.includes('--write')) {
      for (const name of files) copyFileSync(join(folder, name), own(name));
      say('the tests run these versions from now on; the README names them too (npm test -- unit readme-engines)');
    }
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Makes a lockfile of the newest versions in a folder; answers whether any differs from those that the tests run. */
async function takeNewest(/** @type {string} */ folder) {
  const before = JSON.parse(readFileSync(own('package.json'), 'utf8'));
  /** @type {Record<string, string>} */
  const newest = {};
  for (const [name, version] of Object.entries(before.dependencies)) {
    newest[name] = (await npm(['view', name, 'version'], folder)).trim();
    if (newest[name] !== version) say(`${name}: ${version} -> ${newest[name]}`);
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...before, dependencies: newest }, null, 2)}\n`);
  copyFileSync(inCheckout('.npmrc'), join(folder, '.npmrc'));
  await npm(['install', '--package-lock-only'], folder);
  return JSON.stringify(newest) !== JSON.stringify(before.dependencies);
}

async function npm(/** @type {readonly string[]} */ words, /** @type {string} */ folder) {
  const { command, args, shell } = npmCommand(words);
  const { code, output } = await runCaptured(command, args, { folder, shell });
  if (code !== 0) throw new Error(`npm ${words.join(' ')} failed: ${output}`);
  return output;
}
