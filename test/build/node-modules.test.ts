import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryHome } from '../support/world';

const checkout = resolve(import.meta.dirname, '..', '..');

/** A checkout with our scripts and one package, `part`, whose versions lie beside it: nothing is fetched from anywhere. */
function checkoutOfParts() {
  const folder = temporaryHome();
  cpSync(join(checkout, 'build'), join(folder, 'build'), { recursive: true });
  const run = (command: string, args: readonly string[], cwd: string) =>
    execFileSync(command, [...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  const npm = (...args: readonly string[]) => run('npm', [...args, '--offline', '--no-audit', '--no-fund'], folder);
  const versions = ['1.0.0', '2.0.0'] as const;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'parts', version: '1.0.0', type: 'module' }));
  const states = versions.map((version) => {
    const source = join(folder, `part-${version}`);
    mkdirSync(source);
    writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'part', version }));
    run('npm', ['pack', '--pack-destination', folder], source);
    npm('install', '--package-lock-only', `./part-${version}.tgz`);
    return ['package.json', 'package-lock.json'].map((name) => [name, readFileSync(join(folder, name))] as const);
  });
  return {
    npm,
    /** What git does to the two files when it brings in another commit. */
    pull(version: (typeof versions)[number]) {
      for (const [name, text] of states[versions.indexOf(version)] ?? []) writeFileSync(join(folder, name), text);
    },
    /** Runs a script; what it does once the packages are there fails here, where there are no others. */
    script(line: string) {
      const [file = '', ...args] = line.split(' ');
      spawnSync(process.execPath, [join(folder, 'build', file), ...args], {
        cwd: folder,
        stdio: 'ignore',
        env: { ...process.env, npm_config_offline: 'true' },
      });
    },
    installed: () => readFileSync(join(folder, 'node_modules', 'part', 'package.json'), 'utf8'),
  };
}

test.each(['start.mjs', 'bench.mjs E1', 'test.mjs check', 'build.mjs', 'demo.mjs'])(
  '%s installs what a pull has changed, also where somebody installed by hand in between',
  (line) => {
    const { pull, npm, script, installed } = checkoutOfParts();
    pull('1.0.0');
    script(line);
    expect(installed()).toContain('1.0.0');
    pull('2.0.0');
    script(line);
    expect(installed()).toContain('2.0.0');
    pull('1.0.0');
    npm('install');
    expect(installed()).toContain('1.0.0');
    pull('2.0.0');
    script(line);
    expect(installed()).toContain('2.0.0');
  },
);
