import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeFolder } from '../support/remove-folder';
import { temporaryHome } from '../support/world';

const checkout = resolve(import.meta.dirname, '..', '..');

const original = mkdtempSync(join(tmpdir(), 'gatehouse-parts-'));
afterAll(() => removeFolder(original));

const versions = ['1.0.0', '2.0.0'] as const;

/** The folder of what a version has. */
const stateOf = (version: (typeof versions)[number]) => join(original, `state-${version}`);

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, [...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

const npmIn = (folder: string, args: readonly string[]) =>
  run('npm', [...args, '--offline', '--no-audit', '--no-fund'], folder);

/** A checkout with our scripts and one package, `part`, whose versions lie beside it: nothing is fetched from anywhere. */
beforeAll(() => {
  cpSync(join(checkout, 'build'), join(original, 'build'), { recursive: true });
  writeFileSync(join(original, 'package.json'), JSON.stringify({ name: 'parts', version: '1.0.0', type: 'module' }));
  for (const version of versions) {
    const source = join(original, `part-${version}`);
    mkdirSync(source);
    writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'part', version }));
    run('npm', ['pack', '--pack-destination', original], source);
    npmIn(original, ['install', '--package-lock-only', `./part-${version}.tgz`]);
    mkdirSync(stateOf(version));
    for (const name of ['package.json', 'package-lock.json']) {
      cpSync(join(original, name), join(stateOf(version), name));
    }
  }
});

function checkoutOfParts() {
  const folder = temporaryHome();
  cpSync(original, folder, { recursive: true });
  return {
    npm: (...args: readonly string[]) => npmIn(folder, args),
    /** What git does to the two files when it brings in another commit. */
    pull(version: (typeof versions)[number]) {
      cpSync(stateOf(version), folder, { recursive: true });
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
