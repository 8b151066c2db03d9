import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { removeFolder } from './remove-folder';

const checkout = resolve(import.meta.dirname, '..', '..');

/** Bundles the thread of long commands as the app's build does, so that a test in plain Node can start it. */
export async function buildCommandWorker(): Promise<URL> {
  const output = join(checkout, 'test', 'output');
  mkdirSync(output, { recursive: true });
  const folder = mkdtempSync(join(output, 'command-worker-'));
  onTestFinished(() => removeFolder(folder));
  await build({
    root: checkout,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: 'electron/kernel/command-worker.ts',
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { external: ['@photostructure/sqlite'], output: { entryFileNames: 'command-worker.mjs' } },
    },
    ssr: { noExternal: true, external: ['@photostructure/sqlite'] },
  });
  return pathToFileURL(join(folder, 'command-worker.mjs'));
}
