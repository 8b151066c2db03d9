import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The real engines that can be tested. */
export type TestedEngine = 'claude' | 'codex' | 'gemini' | 'opencode';

const isWithoutClaude = process.env['GATEHOUSE_TEST_WITHOUT_CLAUDE'] === '1';

/** Whether the cases of an engine are to be run: Claude Code is proprietary, and who does not want it says so by a variable. */
export function isTested(engine: TestedEngine): boolean {
  if (engine !== 'claude' || !isWithoutClaude) return true;
  process.stdout.write('gatehouse: the cases of Claude Code are left out (GATEHOUSE_TEST_WITHOUT_CLAUDE)\n');
  return false;
}

/** The files that say which versions; `npm run engines:update` has others. */
const own = (name: string) => join(process.env['GATEHOUSE_ENGINES_LOCK'] ?? import.meta.dirname, name);

/**
 * The folder with the programs of the engines, in the versions and with the hashes that stand beside this file. Installs them the
 * first time (about a minute and 1.2 GB, outside the checkout); only tests call this.
 */
export function enginesFolder(): string {
  const hash = createHash('sha256')
    .update(readFileSync(own('package-lock.json')))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cacheFolder(), `engines-${hash}${isWithoutClaude ? '-without-claude' : ''}`);
  const programs = join(folder, 'node_modules', '.bin');
  if (existsSync(programs)) return programs;
  const making = `${folder}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(own(name), join(making, name));
  if (isWithoutClaude) leaveOut(join(making, 'package.json'), '@anthropic-ai/claude-code');
  process.stdout.write(
    'gatehouse: installing the real engines for their tests (npm), about a minute the first time …\n',
  );
  // Not `npm ci`: it insists on packages for other platforms that not every registry has.
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: making,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the engines could not be installed: ${stderr}`);
  if (!existsSync(folder)) renameSync(making, folder);
  return programs;
}

function leaveOut(path: string, dependency: string): void {
  const { dependencies, ...others } = JSON.parse(readFileSync(path, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const kept = Object.entries(dependencies).filter(([name]) => name !== dependency);
  writeFileSync(path, JSON.stringify({ ...others, dependencies: Object.fromEntries(kept) }));
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') === true ? base : join(homedir(), '.cache'), 'gatehouse');
}
