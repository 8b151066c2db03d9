// @ts-check
// npm start: sets everything up and starts the app. Extra arguments go to the app: npm start -- --user-data-dir=…
import { ensureBuilt } from './setup/app-build.mjs';
import { ensureDebianPackages, packagesToRun } from './setup/debian-packages.mjs';
import { ensureDisplay, hasDisplay } from './setup/display.mjs';
import { resolveElectron } from './setup/electron-runtime.mjs';
import { launch } from './setup/launch.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript, say } from './setup/say.mjs';

await runScript(async () => {
  await ensureDebianPackages(packagesToRun(hasDisplay()));
  await ensureNodeModules();
  const electron = await resolveElectron();
  say(`runs on ${electron.description}`);
  await ensureBuilt();
  const display = await ensureDisplay();
  say('once it is ready, `npm run demo` in a second terminal sends the first requests; Ctrl-C here ends the app');
  try {
    return await launch(electron, { args: process.argv.slice(2), environment: display.environment });
  } finally {
    display.end();
  }
});
