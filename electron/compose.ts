import { EventEmitter } from 'node:events';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type * as Electron from 'electron';
import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../shared/kernel/actor';
import { writeLauncher } from './connect/launcher';
import { readOwnPrices } from './connect/own-prices';
import { findNodes } from './connect/programs';
import { handingOverSwitch } from './desktop/command-line';
import { createDesktop, type Desktop } from './desktop/desktop';
import { systemKeychain } from './desktop/keychain';
import { DECIDE } from './desktop/login-start';
import { createPreferences, type PreferencesStorage } from './desktop/preferences';
import { createHeardSessions } from './desktop/watch/heard-sessions';
import { APP_SCHEME, createPageHandler } from './desktop/window/app-protocol';
import { applicationMenu } from './desktop/window/application-menu';
import { lockSession } from './desktop/window/window';
import { type ApiControl, createApiControl } from './edges/http/control';
import { loadShellGrammar } from './judgement/shell/grammar';
import { createBeside } from './kernel/beside';
import { createDoor } from './kernel/door';
import { createFeed } from './kernel/feed';
import { HomeError, type HomeFolder, noteSingleton, openHome, prepareHome } from './kernel/home-folder';
import { openLog } from './kernel/log';
import type { Clock, Ids } from './kernel/ports';
import { startScheduler } from './kernel/scheduler';
import { backUpDatabase } from './kernel/store/backup';
import { databasePath } from './kernel/store/home-files';
import { createStoreHolder } from './kernel/store-holder';
import { createWaits } from './kernel/waits';
import { createCheckpointFile } from './nouns/audit/checkpoint-file';
import { createCheckpointKeeper } from './nouns/audit/checkpoints';
import { createAuditExport } from './nouns/audit/export';
import { startRowSurvey } from './nouns/audit/row-survey';
import { openSigningKey } from './nouns/audit/signing-key';
import { createAuditVerify } from './nouns/audit/verify';
import { createWordsDuty } from './nouns/audit/words-duty';
import { bootstrapAtStart } from './nouns/automations/bootstrap';
import { type LauncherTokens, readLauncherTokens, WeakTokenError } from './nouns/tokens/launcher-tokens';
import { createPairings } from './nouns/tokens/pairings';
import { lastWordsBefore } from './transcripts/last-words';
import { followTranscripts } from './transcripts/transcripts';

/** What the home folder of electron-store's file is made with; only main.ts can load it. */
export type OpenPreferences = (home: string) => PreferencesStorage;

/** Puts the app together and starts it: the only place that knows every part. */
export function compose(electron: typeof Electron, openPreferences: OpenPreferences): void {
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
  // Only root without a sandbox starts with this switch (development in a container); everyone else is sandboxed everywhere.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  void Promise.all([app.whenReady(), loadShellGrammar()]).then(() =>
    start(electron, { home, homeFolder, launcherTokens, environmentPort, openPreferences }),
  );
}

/** What was settled before Electron was ready. */
type Start = {
  readonly home: string;
  readonly homeFolder: HomeFolder;
  readonly launcherTokens: LauncherTokens;
  readonly environmentPort: number | undefined;
  readonly openPreferences: OpenPreferences;
};

function start(electron: typeof Electron, given: Start): void {
  const base = openBase(given, electron.app.getVersion());
  const kernel = openKernel(electron, base);
  const api = createApi(base, kernel);
  const desktop = createDesktopOf(electron, base, kernel, api);
  base.changes.on('status', desktop.refresh);
  base.changes.on('api', desktop.lookAtEngines);
  guardPages(electron);
  followSystem(electron, desktop, kernel.scheduler);
  followStore(base, kernel, api);
  endCleanly(electron.app, () => end(base, kernel, api, desktop));
  show(electron.app, base, kernel, api, desktop);
}

/** What everything stands on: the log, the store, and who the operator is. */
function openBase({ home, homeFolder, launcherTokens, environmentPort, openPreferences }: Start, version: string) {
  const clock: Clock = { now: () => Date.now() };
  const ids: Ids = { uuid: () => uuidv7() };
  const logger = openLog({ path: join(home, 'gatehouse.log'), clock, isInPlace: homeFolder.isInPlace });
  process.on('uncaughtException', (error) => logger.error({ error }, 'uncaught exception'));
  process.on('unhandledRejection', (error) => logger.error({ error }, 'unhandled rejection'));
  const operatorId = operatorName();
  const operator: Caller = { role: 'operator', actor: { kind: 'human', actorId: operatorId }, ancestorIds: [] };
  const preferences = createPreferences(openPreferences(home), homeFolder.isInPlace);
  const holder = createStoreHolder(home, clock);
  holder.open();
  const feed = createFeed(logger);
  const heard = createHeardSessions(clock);
  /** Something of what the desktop says of the app has changed; of the API, where programs find it, too. */
  const changes = new EventEmitter<{ status: []; api: [] }>();
  return {
    ...{ home, homeFolder, launcherTokens, environmentPort, version, clock, ids, logger },
    ...{ operatorId, operator, preferences, holder, feed, heard, changes },
  };
}

type Base = ReturnType<typeof openBase>;

/** The door, and what goes through it by itself. */
function openKernel(electron: typeof Electron, base: Base) {
  const { home, homeFolder, holder, feed, clock, ids, logger, operator } = base;
  const tellStatus = () => void base.changes.emit('status');
  const beside = createBeside(new URL('./worker.js', import.meta.url), home, logger);
  const door = createDoor({ holder, feed, clock, ids, logger, beside, waits: createWaits(feed) });
  const { send } = door;
  const file = createCheckpointFile(home, homeFolder.isInPlace);
  const checkpoints = createCheckpointKeeper({
    ...{ holder, send, file, clock, logger },
    openKey(history) {
      if (!homeFolder.isInPlace()) throw new Error('the data folder was taken away');
      return openSigningKey(home, systemKeychain(electron.safeStorage, process.platform), history);
    },
    onChange: tellStatus,
  });
  door.answerLong({ 'audit.verify': createAuditVerify({ checkpoints, file }) });
  const exportAudit = createAuditExport({ checkpoints, file, clock });
  const pairings = createPairings({ send, operator, clock, ids, logger });
  const rowSurvey = startRowSurvey(holder, logger, tellStatus);
  void bootstrapAtStart(holder, send);
  const transcripts = followTranscripts({
    ...{ holder, send, feed, clock, logger, environment: process.env },
    ownPrices: () => readOwnPrices(home),
  });
  const wordsDuty = createWordsDuty({ send });
  const scheduler = startScheduler({ holder, send, feed, clock, logger, duties: [checkpoints.duty, wordsDuty] });
  return { door, checkpoints, exportAudit, pairings, rowSurvey, scheduler, transcripts };
}

type Kernel = ReturnType<typeof openKernel>;

function createApi(base: Base, { door, exportAudit, pairings }: Kernel): ApiControl {
  const { home, homeFolder, version, clock, ids, logger, holder, feed, heard, launcherTokens, operatorId } = base;
  const { query, endWaits } = door;
  const send = heard.listening(door.send);
  return createApiControl({
    ...{ home, isHomeInPlace: homeFolder.isInPlace, version, clock, logger },
    wantedPort: () => base.environmentPort ?? base.preferences.current().port,
    onChange() {
      base.changes.emit('status');
      base.changes.emit('api');
    },
    parts: {
      ...{ send, query, endWaits, exportAudit, pairings, feed, holder, clock, ids, logger },
      ...{ launcherTokens, operatorId, version },
      ownPrices: () => readOwnPrices(home),
    },
  });
}

function createDesktopOf(electron: typeof Electron, base: Base, kernel: Kernel, api: ApiControl): Desktop {
  const { home, homeFolder, version, operator, preferences, holder, feed, heard, clock, ids, logger } = base;
  const { door, checkpoints, exportAudit, pairings, rowSurvey } = kernel;
  return createDesktop({
    ...{ electron, version, operator, preferences, holder, feed, heard, clock, ids, logger, exportAudit, pairings },
    ...{ send: door.send, query: door.query },
    appFolder: electron.app.getAppPath(),
    dataFolder: home,
    isHomeInPlace: homeFolder.isInPlace,
    databasePath: databasePath(home),
    rotateSigningKey: () => checkpoints.rotate(operator.actor),
    checkpointStatus: checkpoints.status,
    unreadableRows: rowSurvey.found,
    canLauncherDecide: base.launcherTokens.canDecide,
    apiStatus: api.status,
    restartApi: api.restart,
    backUp: (path) => {
      holder.look();
      const state = holder.state();
      return state.isOpen ? backUpDatabase(home, path) : Promise.reject(new Error(state.trouble.detail));
    },
    environment: process.env,
    lastWords: (approval) => lastWordsBefore({ holder, environment: process.env }, approval),
  });
}

function guardPages(electron: typeof Electron): void {
  lockSession(electron.session.defaultSession);
  electron.protocol.handle(APP_SCHEME, createPageHandler(join(electron.app.getAppPath(), 'out', 'renderer')));
}

function followSystem(electron: typeof Electron, desktop: Desktop, scheduler: Kernel['scheduler']): void {
  const { app, Menu, powerMonitor } = electron;
  Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform)));
  app.on('second-instance', (_event, args) => (args.includes(DECIDE) ? desktop.decide() : desktop.open()));
  app.on('activate', () => desktop.open());
  // Closing the window leaves the app in the tray; without this listener Electron would quit.
  app.on('window-all-closed', () => {});
  powerMonitor.on('resume', () => scheduler.wake());
}

/** The database may be taken away, and come back. */
function followStore({ homeFolder, holder, logger }: Base, { door, checkpoints }: Kernel, api: ApiControl): void {
  homeFolder.watch(holder.look);
  holder.onChange(() => {
    const trouble = holder.trouble();
    if (trouble !== undefined) {
      logger.error({ trouble }, 'the database cannot be used');
      return;
    }
    logger.warn({}, 'the database can be used again');
    homeFolder.watch(holder.look);
    api.tellAgain();
    checkpoints.open();
    void bootstrapAtStart(holder, door.send);
  });
}

async function end({ holder, homeFolder, logger }: Base, kernel: Kernel, api: ApiControl, desktop: Desktop) {
  const { door, checkpoints, pairings, scheduler, rowSurvey, transcripts } = kernel;
  desktop.close();
  transcripts.close();
  pairings.close();
  scheduler.close();
  rowSurvey.close();
  door.endLong();
  await api.close();
  // The last checkpoint is of everything: nobody can send anything any more, and what was sent is committed before.
  await door.flush();
  await checkpoints.close();
  await door.close();
  await desktop.closed();
  holder.close();
  logger.info({}, 'ended');
  homeFolder.close();
}

function show(
  app: Electron.App,
  { home, version, logger }: Base,
  { checkpoints }: Kernel,
  api: ApiControl,
  desktop: Desktop,
): void {
  // macOS cannot give an argument to what a login opens.
  const isAtLogin = process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
  if (process.argv.includes(DECIDE)) desktop.decide();
  else if (!process.argv.includes('--hidden') && !isAtLogin) desktop.open();
  void desktop.start();
  void api.restart().then(() => {
    const status = api.status();
    if (status.state === 'listening') {
      process.stdout.write(`Gatehouse is ready: the API listens at ${status.url}\n`);
    } else if (status.state === 'failed') {
      process.stdout.write(`Gatehouse is running, but the API is not: ${status.message}\n`);
    }
    // After all else is there: a keychain may take its time, and may ask the user.
    checkpoints.open();
  });
  try {
    const isPassing = process.env['APPIMAGE'] !== undefined;
    writeLauncher({ home, appFolder: app.getAppPath(), isPassing, nodes: findNodes(process.env) });
  } catch (error) {
    logger.error({ error }, 'the launcher of the gatehouse command could not be written');
  }
  logger.info({ version, electron: process.versions['electron'], node: process.versions.node }, 'started');
}

/** Runs `end` once before the app quits, however it is asked to, and then exits with 0. */
function endCleanly(app: Electron.App, end: () => Promise<void>): void {
  let isEnding = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isEnding) return;
    isEnding = true;
    end().then(
      () => app.exit(0),
      (error: unknown) => {
        process.stderr.write(`Gatehouse did not end cleanly: ${String(error)}\n`);
        app.exit(1);
      },
    );
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
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

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A process without an entry in the user database.
    return 'operator';
  }
}
