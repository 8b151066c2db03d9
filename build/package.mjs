// @ts-check
// npm run package: builds the app and packs it into a folder below dist/, with the Electron that is there.
// What follows is passed on to electron-builder: npm run package -- --linux deb
import { ensureBuilt } from './setup/app-build.mjs';
import { commandOf } from './setup/checkout.mjs';
import { runShown } from './setup/command.mjs';
import { ensureCompiled } from './setup/compiled-code.mjs';
import { resolveElectron } from './setup/electron-runtime.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript, say } from './setup/say.mjs';

await runScript(async () => {
  await ensureNodeModules();
  const electron = await resolveElectron();
  say(`packing with ${electron.description}`);
  await ensureBuilt();
  await ensureCompiled(electron);
  const asked = process.argv.slice(2);
  return runShown(process.execPath, [
    commandOf('electron-builder', 'cli.js'),
    ...['--config', 'electron-builder.yml', '--publish', 'never'],
    `--config.electronDist=${electron.distFolder}`,
    `--config.electronVersion=${electron.version}`,
    ...(asked.length > 0 ? asked : ['--dir']),
  ]);
});
