import { join } from 'node:path';
import type * as Electron from 'electron';
import type { Caller } from '../../shared/actor';
import { approvalTitle } from '../../shared/approval-title';
import type { DeskStatus } from '../../shared/desk-contract';
import type { AuditExport } from '../app/audit-export';
import type { Execute } from '../app/execute';
import type { Feed } from '../app/feed';
import type { LongQuery } from '../app/long-query';
import type { Ids, Logger } from '../app/ports';
import type { Query } from '../app/query';
import type { StoreHolder } from '../app/store-holder';
import { createAuditWalks } from './audit-walks';
import { createDeskHandlers } from './desk-handlers';
import { createDeskReads } from './desk-reads';
import { noNotifications } from './electron-notifications';
import { createIpcHandler, REQUEST_CHANNEL } from './ipc';
import { createLeftoversFile } from './linux/leftovers-file';
import { openSessionBus, type SessionBus } from './linux/session-bus';
import { watchTrayHost } from './linux/tray-host';
import type { NotificationAction, NotificationSurface } from './notification-ports';
import { createPlatformNotifications } from './platform-notifications';
import type { DeskPreferences } from './preferences';
import { createRequestNotifications } from './request-notifications';
import { strings, troubleLine } from './strings';
import { createTrayKeeper } from './tray-keeper';
import { TRAY_REQUESTS } from './tray-menu';
import { createDeskWindow } from './window';
import { startWindowFeed } from './window-feed';

/** What the desk needs. */
export type DeskParts = {
  readonly electron: typeof Electron;
  readonly appFolder: string;
  readonly dataFolder: string;
  readonly databasePath: string;
  readonly version: string;
  readonly operator: Caller;
  readonly preferences: DeskPreferences;
  readonly holder: StoreHolder;
  readonly feed: Feed;
  readonly execute: Execute;
  readonly query: Query;
  readonly longQuery: LongQuery;
  readonly exportAudit: AuditExport;
  readonly checkpointStatus: () => DeskStatus['checkpoints'];
  readonly ids: Ids;
  readonly logger: Logger;
  /** Whether the launcher gave this run a token that may decide. */
  readonly canLauncherDecide: boolean;
  readonly apiStatus: () => DeskStatus['api'];
  readonly restartApi: () => Promise<void>;
};

/** The window, the tray and the notifications as one: what is decided in one is at once so in the others. */
export interface Desk {
  open(): void;
  /** Looks for the tray and the notifications of this desktop. */
  start(): Promise<void>;
  /** Shows how the app is now. */
  refresh(): void;
  /** Takes the window, the tray and the notifications away. */
  close(): void;
  /** Resolves when nothing of them is left. */
  closed(): Promise<void>;
}

/** The desk of this desktop. */
export function createDesk(parts: DeskParts): Desk {
  const { electron, preferences, holder, query, operator } = parts;
  // Other programs show the icons too, and cannot look into a package.
  const iconFolder = join(parts.appFolder.replace(/app\.asar$/, 'app.asar.unpacked'), 'build', 'icons');
  const iconPath = join(iconFolder, 'app', '256x256.png');
  const isLinux = process.platform === 'linux';
  let surface: NotificationSurface = noNotifications;
  let bus: SessionBus | undefined;
  let stopTrayWatch = () => {};
  let isClosed = false;
  let goodbye: Promise<unknown> = Promise.resolve();

  const reads = createDeskReads(holder, query, operator);
  const { find, waiting, waitingCount } = reads;

  const window = createDeskWindow({
    createWindow: (options) => new electron.BrowserWindow(options),
    preloadPath: join(parts.appFolder, 'out', 'preload', 'preload.cjs'),
    iconPath,
    preferences,
    isDark: () => electron.nativeTheme.shouldUseDarkColors,
    isOnAnyDisplay: (bounds) =>
      electron.screen.getAllDisplays().some(({ workArea }) => {
        const isBeside = bounds.x >= workArea.x + workArea.width || bounds.x + bounds.width <= workArea.x;
        const isAboveOrBelow = bounds.y >= workArea.y + workArea.height || bounds.y + bounds.height <= workArea.y;
        return !isBeside && !isAboveOrBelow;
      }),
    hasTray: () => tray.isThere(),
    onMinimisedInstead: sayMinimised,
    onCrash(isAgain) {
      parts.logger.error({ isAgain }, 'the page of the window died');
      if (isAgain) electron.dialog.showErrorBox(strings.app, strings.crashedTwice);
    },
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
      decide: ({ approvalId, revision }, verdict) => void decide(approvalId, revision, verdict),
      openRequest: (approvalId) => window.open(approvalId),
      openApp: () => window.open(),
      quit: () => electron.app.quit(),
    },
    () => ({ waiting: waiting(TRAY_REQUESTS), waitingCount: waitingCount(), trouble: troubleLine(status()) }),
  );

  const notifications = createRequestNotifications({
    surface: {
      get hasButtons() {
        return surface.hasButtons;
      },
      show: (notification) => surface.show(notification),
      isShown: (key) => surface.isShown(key),
      withdraw: (key) => surface.withdraw(key),
      close: () => surface.close(),
    },
    areOn: () => preferences.current().areNotificationsOn,
    find,
    waiting: () => waiting(2),
    waitingCount,
  });

  const windowFeed = startWindowFeed({
    push: window.push,
    approvals: (approvalIds) => query(operator, 'queue.approvals', { approvalIds: [...approvalIds] }),
    headSeq: reads.headSeq,
  });

  /** Decides first, and says afterwards what really holds. */
  async function decide(approvalId: string, revision: number | undefined, verdict: 'approve' | 'deny'): Promise<void> {
    const given = { approvalId, ...(revision !== undefined && { revision }) };
    const result = await parts.execute(operator, verdict === 'approve' ? 'approval.approve' : 'approval.deny', given);
    const approval = result.ok ? result.value.approval : find(approvalId);
    const title = approval === undefined ? approvalId : approvalTitle(approval);
    if (!result.ok) notifications.sayNotDecided(approval, title, result.refusal.sentence);
    else if (result.value.approval.status !== (verdict === 'approve' ? 'approved' : 'denied')) {
      notifications.sayNotDecided(approval, title, strings.decidedBefore(result.value.approval.status));
    }
  }

  function hearNotification(key: string, action: NotificationAction): void {
    const approval = find(key);
    if (action === 'open' || approval === undefined) window.open(approval?.approvalId);
    else void decide(key, undefined, action);
  }

  function status(): DeskStatus {
    const trouble = holder.trouble();
    return {
      version: parts.version,
      dataFolder: parts.dataFolder,
      api: parts.apiStatus(),
      store:
        trouble === undefined
          ? { state: 'open' }
          : { state: 'trouble', kind: trouble.kind, databasePath: parts.databasePath, detail: trouble.detail },
      checkpoints: parts.checkpointStatus(),
      canLauncherDecide: parts.canLauncherDecide,
      hasTray: tray.isThere(),
      areNotificationsPossible: surface !== noNotifications,
    };
  }

  function refresh(): void {
    if (isClosed) return;
    tray.drawSoon();
    window.push({ kind: 'status', status: status() });
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

  function sayMinimised(): void {
    if (!preferences.takeMinimiseNote()) return;
    const said = surface.show({
      key: 'minimised',
      title: strings.minimisedTitle,
      body: strings.minimisedBody,
      actions: [{ action: 'open', label: strings.open }],
      urgency: 'normal',
    });
    void said.then((isShown) => {
      if (isShown) return;
      void electron.dialog.showMessageBox({
        type: 'info',
        title: strings.app,
        message: strings.minimisedTitle,
        detail: strings.minimisedBody,
      });
    });
  }

  let wasUsable = holder.trouble() === undefined;
  const unsubscribe = [
    parts.feed.subscribe((commit) => {
      windowFeed.hear(commit);
      notifications.hear(commit);
      tray.drawSoon();
    }),
    holder.onChange(() => {
      refresh();
      // What waited while the database could not be used has had no notification yet.
      const isUsable = holder.trouble() === undefined;
      if (isUsable && !wasUsable) notifications.showWaiting();
      wasUsable = isUsable;
    }),
    preferences.onChange((changed) => {
      electron.nativeTheme.themeSource = changed.theme;
      if (!changed.areNotificationsOn) notifications.withdrawAll();
      window.push({ kind: 'preferences', preferences: changed });
    }),
  ];
  electron.nativeTheme.themeSource = preferences.current().theme;

  const auditWalks = createAuditWalks(window.push);
  const handler = createIpcHandler({
    isOurs: window.isOurs,
    operator,
    execute: parts.execute,
    query,
    longQuery: parts.longQuery,
    newWalk: () => auditWalks.start('verify'),
    ids: parts.ids,
    logger: parts.logger,
    deskHandlers: createDeskHandlers({ ...parts, auditWalks, status }),
  });
  electron.ipcMain.handle(REQUEST_CHANNEL, handler);

  async function startLinux(): Promise<void> {
    bus = await openSessionBus();
    if (bus === undefined || isClosed) return;
    surface = platformNotifications();
    bus.onLost(() => {
      surface = noNotifications;
      refresh();
    });
    const watch = watchTrayHost(bus, {
      onChange: (isPresent) => (isPresent ? findTray() : loseTray()),
      onRestart: () => tray.remake(),
    });
    stopTrayWatch = watch.close;
    await watch.ready;
    if (watch.isPresent()) findTray();
  }

  function platformNotifications(): NotificationSurface {
    return createPlatformNotifications(
      process.platform,
      bus,
      {
        isSupported: () => electron.Notification.isSupported(),
        create: (options) => new electron.Notification(options),
      },
      hearNotification,
      iconPath,
      createLeftoversFile(join(parts.dataFolder, 'shown-notifications.json')),
    );
  }

  return {
    open: () => window.open(),
    async start() {
      if (isLinux) await startLinux();
      else {
        surface = platformNotifications();
        findTray();
      }
      refresh();
      notifications.showWaiting();
      // Started hidden on a desktop without a tray it could not be reached at all.
      if (!tray.isThere() && window.current() === undefined && !isClosed) window.open();
    },
    refresh,
    close() {
      isClosed = true;
      auditWalks.cancel();
      for (const stop of unsubscribe) stop();
      stopTrayWatch();
      windowFeed.close();
      window.allowClose();
      window.current()?.destroy();
      tray.close();
      goodbye = surface.close().then(() => bus?.close());
    },
    async closed() {
      await goodbye;
    },
  };
}
