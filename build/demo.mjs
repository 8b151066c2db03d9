// @ts-check
// npm run demo: three scripted agents work with a running Gatehouse. What follows `--` goes to `gatehouse demo`.
import { ensureBuilt } from './setup/app-build.mjs';
import { inCheckout } from './setup/checkout.mjs';
import { runShown } from './setup/command.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript } from './setup/say.mjs';

await runScript(async () => {
  await ensureNodeModules();
  await ensureBuilt();
  // Ctrl-C is the demo's to answer: it withdraws what waits, and then ends.
  process.on('SIGINT', () => {});
  return runShown(process.execPath, [inCheckout('out', 'cli', 'gatehouse.js'), 'demo', ...process.argv.slice(2)]);
});
