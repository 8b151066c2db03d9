import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryHome } from '../support/world';

const checkout = resolve(import.meta.dirname, '..', '..');

/** A package with our `npm start`, whose program says what it was given and that it was told to end. */
function startPackage(): string {
  const folder = temporaryHome();
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { start: scripts.start } }));
  mkdirSync(join(folder, 'build'));
  writeFileSync(
    join(folder, 'build', 'start.mjs'),
    `import { whenNpmIsGone } from ${JSON.stringify(join(checkout, 'build', 'setup', 'parent-watch.mjs'))};
     const end = () => { console.log('told to end'); process.exit(0); };
     process.on('SIGTERM', end);
     whenNpmIsGone(end);
     console.log(JSON.stringify(process.argv.slice(2)));
     setTimeout(() => {}, 15_000);`,
  );
  return folder;
}

test('npm start passes every argument on to the app, and the wish to end', async () => {
  const npm = spawn('npm', ['start', '--silent', '--', '--hidden', '--user-data-dir=/a b', 'x;y', '$HOME'], {
    cwd: startPackage(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void npm.kill('SIGKILL'));
  const lines = createInterface({ input: npm.stdout });
  const [given] = (await once(lines, 'line')) as [string];
  expect(JSON.parse(given)).toEqual(['--hidden', '--user-data-dir=/a b', 'x;y', '$HOME']);
  const told = once(lines, 'line');
  npm.kill('SIGTERM');
  expect(await told).toEqual(['told to end']);
});

test('npm start is one command, which every shell of npm knows', () => {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  // What npm adds goes to the last command alone, and cmd.exe knows no exec.
  expect(scripts.start).toMatch(/^node [\w./]+$/);
});
