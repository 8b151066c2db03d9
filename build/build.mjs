// @ts-check
// npm run build: builds the app into out/ when its sources have changed.
import { ensureBuilt } from './setup/app-build.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript } from './setup/say.mjs';

await runScript(async () => {
  await ensureNodeModules();
  await ensureBuilt();
  return 0;
});
