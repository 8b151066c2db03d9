import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { beginApp } from './app';
import { createLoader } from './kernel/compiled-code';

// The first file of the app and of each of its threads. No logic here: it has the others loaded with the code that the build has
// compiled of them (decision 45).
const loader = createLoader();
const pathOf = (name: string) => join(import.meta.dirname, name);
if (isMainThread) {
  const app = loader.load(pathOf('app.cjs')) as { readonly beginApp: typeof beginApp };
  app.beginApp(loader.isCompiled());
} else {
  loader.load(pathOf('worker.cjs'));
}
