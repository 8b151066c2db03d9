// @ts-check
// npm start: sets everything up and starts the app. Extra arguments go to the app: npm start -- --user-data-dir=…
import { randomBytes } from 'node:crypto';
import { ensureBuilt } from './setup/app-build.mjs';
import { ensureCompiled } from './setup/compiled-code.mjs';
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
  await ensureCompiled(electron);
  const display = await ensureDisplay();
  const isTokenGiven = Boolean(process.env.GATEHOUSE_ENGINE_TOKEN);
  const token = process.env.GATEHOUSE_ENGINE_TOKEN || randomBytes(32).toString('base64url');
  try {
    return await launch(electron, {
      args: process.argv.slice(2),
      onReady() {
        say('connect Claude Code, Codex, Gemini CLI or opencode in the window, under Settings; or, to look around,');
        say('send the first requests from a second terminal (Ctrl-C here ends the app):');
        const home = process.env.GATEHOUSE_HOME ? `GATEHOUSE_HOME='${process.env.GATEHOUSE_HOME}' ` : '';
        say(`  ${home}GATEHOUSE_TOKEN=${isTokenGiven ? '"$GATEHOUSE_ENGINE_TOKEN"' : token} npm run demo`);
      },
      // A token for trying out: it ends with this process, and no file ever holds it.
      environment: { ...display.environment, GATEHOUSE_ENGINE_TOKEN: token },
    });
  } finally {
    display.end();
  }
});
