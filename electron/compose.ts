import { EventEmitter } from 'node:events';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../shared/kernel/actor';
import type { Beginning } from './begin';
import { writeLauncher } from './connect/launcher';
import { readOwnPrices } from './connect/own-prices';
import { findNodes } from './connect/programs';
import { createDesktop, type Desktop } from './desktop/desktop';
import { systemKeychain } from './desktop/keychain';
import { DECIDE } from './desktop/login-start';
import { createPreferences, type PreferencesStorage } from './desktop/preferences';
import { createHeardSessions } from './desktop/watch/heard-sessions';
import { applicationMenu } from './desktop/window/application-menu';
import { type ApiControl, createApiControl } from './edges/http/control';
import { judge } from './judgement/here';
import { warmUp } from './judgement/warm';
import { createBeside } from './kernel/beside';
import { createDoor } from './kernel/door';
import { createFeed } from './kernel/feed';
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
import { createIndexDuty } from './nouns/audit/index-duty';
import { startRowSurvey } from './nouns/audit/row-survey';
import { openSigningKey } from './nouns/audit/signing-key';
import { createAuditVerify } from './nouns/audit/verify';
import { bootstrapAtStart } from './nouns/automations/bootstrap';
import { createPairings } from './nouns/tokens/pairings';
import { lastWordsBefore } from './transcripts/last-words';
import { followTranscripts } from './transcripts/transcripts';

/** What only app.ts knows: how electron-store's file in a home folder is made, and whether our code came compiled. */
export type Loaded = {
  readonly openPreferences: (home: string) => PreferencesStorage;
  readonly isCompiled: boolean;
};

/** Puts the app together and starts it: the only place that knows every part. */
export function start(electron: typeof Electron, beginning: Beginning, loaded: Loaded): void {
  const base = openBase(beginning, loaded, electron.app.getVersion());
  const kernel = openKernel(electron, base);
  const api = createApi(base, kernel);
  const desktop = createDesktopOf(electron, base, kernel, api);
  base.changes.on('status', desktop.refresh);
  base.changes.on('api', desktop.lookAtEngines);
  followSystem(electron, desktop, kernel.scheduler);
  followStore(base, kernel, api);
  endCleanly(electron.app, () => end(base, kernel, api, desktop));
  show(electron.app, base, kernel, api, desktop);
}

/** What everything stands on: the log, the store, and who the operator is. */
function openBase(beginning: Beginning, { openPreferences, isCompiled }: Loaded, version: string) {
  const { home, homeFolder, launcherTokens, environmentPort, requests, window } = beginning;
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
    ...{ home, homeFolder, launcherTokens, environmentPort, requests, window, version, isCompiled, clock, ids, logger },
    ...{ operatorId, operator, preferences, holder, feed, heard, changes },
  };
}

type Base = ReturnType<typeof openBase>;

/** The door, and what goes through it by itself. */
function openKernel(electron: typeof Electron, base: Base) {
  const { home, homeFolder, holder, feed, clock, ids, logger, operator } = base;
  const tellStatus = () => void base.changes.emit('status');
  const beside = createBeside(new URL('./main.cjs', import.meta.url), home, logger);
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
  const indexDuty = createIndexDuty({ send });
  const scheduler = startScheduler({ holder, send, feed, clock, logger, duties: [checkpoints.duty, indexDuty] });
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
    answerPages: base.requests.answerWith,
    earlyWindow: base.window,
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

function followSystem(electron: typeof Electron, desktop: Desktop, scheduler: Kernel['scheduler']): void {
  const { app, Menu, powerMonitor } = electron;
  Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform)));
  app.on('second-instance', (_event, args) => (args.includes(DECIDE) ? desktop.decide() : desktop.open()));
  app.on('activate', () => desktop.open());
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

/** How long after the start the judgement is warmed up, in milliseconds: it takes 1.8 s of the processor, which others want first. */
const WARMING_AFTER_MS = 20_000;

function show(
  app: Electron.App,
  { home, window, version, isCompiled, logger }: Base,
  { checkpoints }: Kernel,
  api: ApiControl,
  desktop: Desktop,
): void {
  if (process.argv.includes(DECIDE)) desktop.decide();
  else if (window !== undefined) desktop.open();
  void desktop.start();
  // What the API is made of takes main a while to load, and the window's files are asked of main.
  const afterFirstFrame = window?.firstFrame ?? Promise.resolve();
  void afterFirstFrame.then(api.restart).then(() => {
    const status = api.status();
    if (status.state === 'listening') {
      process.stdout.write(`Gatehouse is ready: the API listens at ${status.url}\n`);
    } else if (status.state === 'failed') {
      process.stdout.write(`Gatehouse is running, but the API is not: ${status.message}\n`);
    }
    // After all else is there: a keychain may take its time, and may ask the user.
    checkpoints.open();
    // Nobody waits for this: a long command that is judged cold would stop everything else.
    setTimeout(() => void warmUp(judge), WARMING_AFTER_MS).unref();
  });
  try {
    const isPassing = process.env['APPIMAGE'] !== undefined;
    writeLauncher({ home, appFolder: app.getAppPath(), isPassing, nodes: findNodes(process.env) });
  } catch (error) {
    logger.error({ error }, 'the launcher of the gatehouse command could not be written');
  }
  const { electron, node } = process.versions;
  logger.info({ version, electron, node, isCompiled }, 'started');
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

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A process without an entry in the user database.
    return 'operator';
  }
}
