import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { removeFolder } from './remove-folder';

const checkout = resolve(import.meta.dirname, '..', '..');

/** Bundles the thread of long work as the app's build does, so that a test in plain Node can start it. */
export async function buildWorker(): Promise<URL> {
  const output = join(checkout, 'test', 'output');
  mkdirSync(output, { recursive: true });
  const folder = mkdtempSync(join(output, 'worker-'));
  onTestFinished(() => removeFolder(folder));
  await build({
    root: checkout,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: 'electron/kernel/worker.ts',
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { external: ['@photostructure/sqlite'], output: { entryFileNames: 'worker.mjs' } },
    },
    ssr: { noExternal: true, external: ['@photostructure/sqlite'] },
  });
  return pathToFileURL(join(folder, 'worker.mjs'));
}
