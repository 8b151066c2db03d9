import { join } from 'node:path';
import type * as Electron from 'electron';
import type { Rotation } from '../../shared/contract/checkpoint';
import { type DeskStatus, MOST_UNREADABLE_SHOWN } from '../../shared/contract/desk-contract';
import type { Caller } from '../../shared/kernel/actor';
import type { Result } from '../../shared/kernel/errors';
import { HOUR_MS } from '../../shared/kernel/time';
import type { UnreadableRow } from '../../shared/kernel/unreadable';
import { createAuditWalks } from '../edges/ipc/audit-walks';
import { createDeskHandlers } from '../edges/ipc/desk-handlers';
import { createDeskReads } from '../edges/ipc/desk-reads';
import { createIpcHandler, REQUEST_CHANNEL } from '../edges/ipc/ipc';
import { startWindowFeed } from '../edges/ipc/window-feed';
import type { Query, Send } from '../kernel/door';
import type { Feed } from '../kernel/feed';
import type { Clock, Ids, Logger } from '../kernel/ports';
import type { StoreHolder } from '../kernel/store-holder';
import type { AuditExport } from '../nouns/audit/export';
import type { Pairings } from '../nouns/tokens/pairings';
import { createEngineConnections } from './engine-connections';
import { sayMinimised } from './notifications/minimise-note';
import { noticeOfPairing, noticeOfUnguarded } from './notifications/notices';
import type { NotificationAction } from './notifications/notification-ports';
import { createNotifier } from './notifications/notifier';
import { createOperatorChoices } from './operator-choices';
import type { DeskPreferences } from './preferences';
import { strings, troubleLine } from './strings';
import { createSurfaces } from './tray/surfaces';
import { createTrayKeeper } from './tray/tray-keeper';
import { trayState } from './tray/tray-state';
import { createDeskWindow } from './window/window';

/** How often the tray is drawn where nothing happens: a mute ends, a day begins. */
const TRAY_INTERVAL_MS = HOUR_MS / 60;

/** What the desk needs. */
export type DeskParts = {
  readonly electron: typeof Electron;
  readonly appFolder: string;
  readonly dataFolder: string;
  /** Whether that is still the folder that was opened: nothing is written into another. */
  readonly isHomeInPlace: () => boolean;
  readonly databasePath: string;
  readonly version: string;
  readonly operator: Caller;
  readonly preferences: DeskPreferences;
  readonly holder: StoreHolder;
  readonly feed: Feed;
  readonly send: Send;
  readonly query: Query;
  readonly clock: Clock;
  readonly exportAudit: AuditExport;
  readonly rotateSigningKey: () => Promise<Result<Rotation>>;
  readonly checkpointStatus: () => DeskStatus['checkpoints'];
  /** Rows of the database that could not be read so far. */
  readonly unreadableRows: () => readonly UnreadableRow[];
  readonly ids: Ids;
  readonly logger: Logger;
  /** Whether the launcher gave this run a token that may decide. */
  readonly canLauncherDecide: boolean;
  readonly apiStatus: () => DeskStatus['api'];
  readonly restartApi: () => Promise<void>;
  /** Writes a copy of the whole database to a file. */
  readonly backUp: (path: string) => Promise<void>;
  /** Programs that ask to be connected. */
  readonly pairings: Pairings;
  /** The variables that say where the engines' files are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** The window, the tray and the notifications as one: what is decided in one is at once so in the others. */
export interface Desk {
  open(): void;
  /** Looks for the tray and the notifications of this desktop. */
  start(): Promise<void>;
  /** Shows how the app is now. */
  refresh(): void;
  /** Looks again whether the engines are still connected. */
  lookAtEngines(): void;
  /** Takes the window, the tray and the notifications away. */
  close(): void;
  /** Resolves when nothing of them is left. */
  closed(): Promise<void>;
}

/** The desk of this desktop. */
export function createDesk(parts: DeskParts): Desk {
  const { electron, preferences, holder, query, operator, clock } = parts;
  // Other programs show the icons too, and cannot look into a package.
  const iconFolder = join(parts.appFolder.replace(/app\.asar$/, 'app.asar.unpacked'), 'build', 'icons');
  const iconPath = join(iconFolder, 'app', '256x256.png');
  let isClosed = false;
  let goodbye: Promise<unknown> = Promise.resolve();

  const reads = createDeskReads(holder, query, operator, clock);

  const window = createDeskWindow({
    createWindow: (options) => new electron.BrowserWindow(options),
    preloadPath: join(parts.appFolder, 'out', 'preload', 'preload.cjs'),
    iconPath,
    preferences,
    isDark: () => electron.nativeTheme.shouldUseDarkColors,
    displays: () => electron.screen.getAllDisplays().map(({ workArea }) => workArea),
    hasTray: () => tray.isThere(),
    onMinimisedInstead: () => sayMinimised(preferences, surfaces.notifications, electron.dialog),
    onCrash(isAgain) {
      parts.logger.error({ isAgain }, 'the page of the window died');
      if (isAgain) electron.dialog.showErrorBox(strings.app, strings.crashedTwice);
    },
  });

  const surfaces = createSurfaces({
    electron,
    iconPath,
    dataFolder: parts.dataFolder,
    isHomeInPlace: parts.isHomeInPlace,
    onAction: hearNotification,
    onTrayFound: findTray,
    onTrayLost: loseTray,
    onTrayRestart: () => tray.remake(),
    onNotificationsLost: refresh,
  });

  const notifier = createNotifier({
    surface: surfaces.notifications,
    reads,
    preferences: preferences.current,
    now: clock.now,
    focusedPlace: window.focusedPlace,
    tellWindow: (title, body) => window.push({ kind: 'told', title, body }),
  });

  const choices = createOperatorChoices({
    send: parts.send,
    operator,
    clock,
    preferences,
    find: reads.find,
    sayNotDone: notifier.sayNotDone,
    onDone: () => tray.drawAnew(),
  });

  const tray = createTrayKeeper(
    {
      createTray: (icon) => new electron.Tray(icon),
      loadIcon: (path) => electron.nativeImage.createFromPath(path),
      buildMenu: (template) => electron.Menu.buildFromTemplate(template),
      platform: process.platform,
    },
    join(iconFolder, 'tray'),
    {
      ...choices,
      decide: ({ approvalId, revision }, verdict) => void choices.decide(approvalId, revision, verdict),
      openRequest: (approvalId) => window.open({ approvalId }),
      openApp: () => window.open(),
      openAgents: () => window.open({ place: { view: 'agents' } }),
      openSettings: () => window.open({ place: { view: 'settings' } }),
      quit: () => electron.app.quit(),
    },
    () => trayState(reads, preferences.current(), troubleLine(status()), clock.now()),
  );

  const windowFeed = startWindowFeed({
    push: window.push,
    approvals: (approvalIds) => query(operator, 'queue.approvals', { approvalIds: [...approvalIds] }),
    headSeq: reads.headSeq,
  });

  function hearNotification(key: string, action: NotificationAction): void {
    const notice = notifier.noticeOf(key);
    const approvalId = reads.find(notice?.approvalId ?? key)?.approvalId;
    if (action !== 'open' && approvalId !== undefined) void choices.decide(approvalId, undefined, action);
    else if (approvalId !== undefined) window.open({ approvalId });
    else window.open(notice === undefined ? undefined : { place: notice.place });
  }

  const engines = createEngineConnections({
    home: parts.dataFolder,
    environment: parts.environment,
    send: parts.send,
    operator,
    reads,
    clock,
    logger: parts.logger,
    apiUrl() {
      const api = parts.apiStatus();
      return api.state === 'listening' ? api.url : undefined;
    },
    onChange: refresh,
  });
  parts.pairings.onChange(refresh);

  function status(): DeskStatus {
    const trouble = holder.trouble();
    return {
      version: parts.version,
      dataFolder: parts.dataFolder,
      api: parts.apiStatus(),
      store:
        trouble === undefined ? { state: 'open' } : { state: 'trouble', ...trouble, databasePath: parts.databasePath },
      checkpoints: parts.checkpointStatus(),
      unreadable: unreadableOf(parts.unreadableRows()),
      canLauncherDecide: parts.canLauncherDecide,
      hasTray: tray.isThere(),
      areNotificationsPossible: surfaces.areNotificationsPossible(),
      engines: [...engines.status()],
      pairings: parts.pairings
        .waiting()
        .map((pairing) => ({ ...pairing, isKnownAgent: reads.isAgent(pairing.agentId) })),
    };
  }

  function refresh(): void {
    if (isClosed) return;
    const now = status();
    notifier.setTrouble(troubleLine(now));
    notifier.setStanding([
      ...now.pairings.map(noticeOfPairing),
      ...now.engines.filter(({ state }) => state === 'unguarded').map(noticeOfUnguarded),
    ]);
    tray.drawSoon();
    window.push({ kind: 'status', status: now });
  }

  function findTray(): void {
    if (isClosed) return;
    tray.appear();
    refresh();
  }

  function loseTray(): void {
    tray.vanish();
    refresh();
    // What was only in the tray must not become unreachable.
    if (window.current() === undefined && !isClosed) window.open();
  }

  const trayTimer = setInterval(tray.drawSoon, TRAY_INTERVAL_MS);
  trayTimer.unref();
  let wasUsable = holder.trouble() === undefined;
  const unsubscribe = [
    () => clearInterval(trayTimer),
    parts.feed.subscribe((commit) => {
      windowFeed.hear(commit);
      notifier.hear(commit);
      if (commit.some(({ name }) => name === 'agent.token_revoked')) engines.look();
      tray.drawSoon();
    }),
    holder.onChange(() => {
      refresh();
      // What waited while the database could not be used has had no notification yet.
      const isUsable = holder.trouble() === undefined;
      if (isUsable && !wasUsable) notifier.showWaiting();
      wasUsable = isUsable;
    }),
    preferences.onChange((changed) => {
      electron.nativeTheme.themeSource = changed.theme;
      notifier.look();
      tray.drawSoon();
      window.push({ kind: 'preferences', preferences: changed });
    }),
  ];
  electron.nativeTheme.themeSource = preferences.current().theme;

  const auditWalks = createAuditWalks(window.push);
  const handler = createIpcHandler({
    isOurs: window.isOurs,
    operator,
    send: parts.send,
    newWalk: () => auditWalks.start('verify'),
    ids: parts.ids,
    logger: parts.logger,
    deskHandlers: createDeskHandlers({
      ...parts,
      engines,
      auditWalks,
      status,
      noteShowing: window.noteShowing,
      exportState: () => parts.send(operator, 'state.export', {}),
    }),
  });
  electron.ipcMain.handle(REQUEST_CHANNEL, handler);

  return {
    open: () => window.open(),
    async start() {
      await surfaces.start();
      refresh();
      notifier.showWaiting();
      // Started hidden on a desktop without a tray it could not be reached at all.
      if (!tray.isThere() && window.current() === undefined && !isClosed) window.open();
    },
    refresh,
    lookAtEngines: engines.look,
    close() {
      isClosed = true;
      auditWalks.cancel();
      engines.close();
      for (const stop of unsubscribe) stop();
      windowFeed.close();
      notifier.close();
      window.allowClose();
      window.current()?.destroy();
      tray.close();
      goodbye = surfaces.close();
    },
    async closed() {
      await goodbye;
    },
  };
}

/** What the window is told of rows that cannot be read: how many there are, and the first of them. */
function unreadableOf(rows: readonly UnreadableRow[]): DeskStatus['unreadable'] {
  return { count: rows.length, first: rows.slice(0, MOST_UNREADABLE_SHOWN) };
}
