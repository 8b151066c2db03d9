import { join, resolve } from 'node:path';
import type * as Electron from 'electron';
import { handingOverSwitch } from './desktop/command-line';
import { DECIDE, HIDDEN } from './desktop/login-start';
import { APP_SCHEME, createPageHandler } from './desktop/window/app-protocol';
import { createEarlyWindow, type EarlyWindow } from './desktop/window/early-window';
import { lockSession } from './desktop/window/window';
import { type HeldRequests, holdRequests } from './edges/ipc/held-requests';
import { HomeError, type HomeFolder, noteSingleton, openHome, prepareHome } from './kernel/home-folder';
import { type LauncherTokens, readLauncherTokens, WeakTokenError } from './nouns/tokens/launcher-tokens';

/** What is settled before the app itself is loaded. */
export type Beginning = {
  readonly home: string;
  readonly homeFolder: HomeFolder;
  readonly launcherTokens: LauncherTokens;
  readonly environmentPort: number | undefined;
  /** What our pages ask before there is anybody who knows. */
  readonly requests: HeldRequests;
  /** The window, whose page loads meanwhile; undefined for a start into the tray or the popover. */
  readonly window: EarlyWindow | undefined;
};

/**
 * Begins: refuses what may not start, waits until Electron is ready, opens the window, and then goes on with `load`. Whatever this
 * file imports makes Electron later by as much as it takes to load, so it imports next to nothing.
 */
export function begin(electron: typeof Electron, load: (beginning: Beginning) => Promise<void>): void {
  const { app, protocol } = electron;
  // What the app writes is for its owner only.
  process.umask(0o077);
  const environment = process.env;
  const home = resolve(environment['GATEHOUSE_HOME'] ?? join(app.getPath('appData'), 'Gatehouse'));
  app.setName('Gatehouse');
  app.setPath('userData', home);
  app.setPath('sessionData', join(home, 'chromium'));

  let launcherTokens: LauncherTokens;
  let environmentPort: number | undefined;
  let homeFolder: HomeFolder;
  try {
    if (app.isPackaged) refuseHandingOver(app.commandLine);
    launcherTokens = readLauncherTokens(environment);
    environmentPort = readPort(environment['GATEHOUSE_PORT']);
    prepareHome(home);
    const removeStaleSingleton = noteSingleton(home);
    if (!app.requestSingleInstanceLock()) {
      process.stdout.write('Gatehouse is running already; its window is shown.\n');
      app.exit(0);
      return;
    }
    homeFolder = openHome(home);
    removeStaleSingleton();
  } catch (error) {
    if (!isRefusalToStart(error)) throw error;
    process.stderr.write(`Gatehouse does not start: ${error.message}\n`);
    app.exit(1);
    return;
  }
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true } }]);
  // The desk needs nothing from any network.
  app.commandLine.appendSwitch('disable-background-networking');
  // Chromium would make these files anew, whenever it likes, in a folder that took the place of the data folder.
  app.commandLine.appendSwitch('disable-gpu-shader-disk-cache');
  // Only root without a sandbox starts with this switch (development in a container); everyone else is sandboxed everywhere.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  // Closing the window leaves the app in the tray; without this listener Electron would quit.
  app.on('window-all-closed', () => {});
  void app.whenReady().then(async () => {
    guardPages(electron);
    const requests = holdRequests(electron.ipcMain);
    const window = isWindowWanted(app) ? createEarlyWindow(electron, app.getAppPath()) : undefined;
    await load({ home, homeFolder, launcherTokens, environmentPort, requests, window });
  });
}

function guardPages(electron: typeof Electron): void {
  lockSession(electron.session.defaultSession);
  electron.protocol.handle(APP_SCHEME, createPageHandler(join(electron.app.getAppPath(), 'out', 'renderer')));
}

/** Whether the app was not started into the tray or the popover. */
function isWindowWanted(app: Electron.App): boolean {
  // macOS cannot give an argument to what a login opens.
  const isAtLogin = process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
  return !isAtLogin && !process.argv.includes(DECIDE) && !process.argv.includes(HIDDEN);
}

/** Thrown for a command line with which a released app does not start. */
class CommandLineError extends Error {}

/** Tests drive a development build through the very doors that a released app keeps shut. */
function refuseHandingOver(commandLine: Electron.CommandLine): void {
  const found = handingOverSwitch(process.argv.slice(1), process.platform);
  if (found === undefined) return;
  // Chromium would open the door all the same while the app is on its way out.
  for (const name of ['remote-debugging-port', 'remote-debugging-pipe']) commandLine.removeSwitch(name);
  throw new CommandLineError(`with ${found} another program could act as the operator.`);
}

function isRefusalToStart(error: unknown): error is Error {
  return [WeakTokenError, RangeError, HomeError, CommandLineError].some((kind) => error instanceof kind);
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`GATEHOUSE_PORT must be a port number from 0 to 65535, not "${text}".`);
  }
  return port;
}
