import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { createLoader } from './kernel/compiled-code';

// Run by the build in the Electron that is to run the app: loads what the app and its threads are made of, begins nothing, and
// writes down what V8 compiled of it.
app.dock?.hide();
const loader = createLoader();
const begun = new Set(['main.cjs', 'worker.cjs', 'compile.cjs']);
for (const name of readdirSync(import.meta.dirname)) {
  if (name.endsWith('.cjs') && !begun.has(name)) loader.load(join(import.meta.dirname, name));
}
loader.write();
app.exit(0);
