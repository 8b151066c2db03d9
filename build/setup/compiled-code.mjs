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

/**
 * Has this Electron compile what the build has made (see electron/kernel/compiled-code.ts), unless it has already: a build removes what
 * was compiled of the one before. Where it cannot, the app runs all the same and starts more slowly.
 * @param {import('./electron-runtime.mjs').ElectronRuntime} electron
 */
export async function ensureCompiled({ executable, version }) {
  const stamp = `${executable} ${version}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(folder, { recursive: true, force: true });
  const data = await mkdtemp(join(tmpdir(), 'gatehouse-compile-'));
  // Nothing is shown, so no display is needed, and no page is loaded that a sandbox would have to hold.
  const onLinux = process.platform === 'linux' ? ['--ozone-platform=headless', '--no-sandbox'] : [];
  const { code, output } = await runCaptured(
    executable,
    [...onLinux, `--user-data-dir=${data}`, inCheckout('out', 'main', 'compile.cjs')],
    { environment: { ...process.env, ELECTRON_RUN_AS_NODE: undefined } },
  );
  await rm(data, { recursive: true, force: true });
  if (code === 0) writeFileSync(stampFile, stamp);
  else say(`the app starts more slowly: its code could not be compiled beforehand (${output.trim()})`);
}
