// @ts-check
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from './checkout.mjs';
import { runCaptured } from './command.mjs';
import { say } from './say.mjs';

const folder = inCheckout('out', 'main', 'compiled');
const stampFile = join(folder, 'electron');

/** Longest that it may take, in milliseconds; it takes less than one second. */
const LONGEST_MS = 30_000;

/** Takes away what was compiled of a build that is to be replaced: V8 would not notice another file of the same length. */
export function forgetCompiled() {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Has this Electron compile what the build has made (see electron/kernel/compiled-code.ts), unless it has already. Where it cannot, the
 * app runs all the same and starts more slowly.
 * @param {import('./electron-runtime.mjs').ElectronRuntime} electron
 */
export async function ensureCompiled({ executable, version }) {
  const stamp = `${executable} ${version}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const data = await mkdtemp(join(tmpdir(), 'gatehouse-compile-'));
  // Nothing is shown, so no display is needed, and no page is loaded that a sandbox would have to hold.
  const onLinux = process.platform === 'linux' ? ['--ozone-platform=headless', '--no-sandbox'] : [];
  try {
    forgetCompiled();
    const { code, output } = await runCaptured(
      executable,
      [...onLinux, `--user-data-dir=${data}`, inCheckout('out', 'main', 'compile.cjs')],
      {
        environment: { ...process.env, ELECTRON_RUN_AS_NODE: undefined },
        onStart: (child) => void setTimeout(() => child.kill('SIGKILL'), LONGEST_MS).unref(),
      },
    );
    if (code !== 0) throw new Error(output.trim());
    writeFileSync(stampFile, stamp);
  } catch (error) {
    say(
      `the app starts more slowly: its code could not be compiled beforehand (${/** @type {Error} */ (error).message})`,
    );
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}
