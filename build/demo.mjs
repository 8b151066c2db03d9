// @ts-check
// npm run demo: three agents ask a running Gatehouse for something, and what became of each is printed.
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './setup/app-build.mjs';
import { inCheckout } from './setup/checkout.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript } from './setup/say.mjs';

await runScript(async () => {
  await ensureNodeModules();
  await ensureBuilt();
  await import(pathToFileURL(inCheckout('out', 'main', 'demo.js')).href);
  return 0;
});
