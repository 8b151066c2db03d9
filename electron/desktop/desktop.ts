import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type * as Electron from 'electron';
import type { Rotation } from '../../shared/contract/checkpoint';
import type { DeskPush, DeskStatus } from '../../shared/contract/desk-contract';
import type { Caller } from '../../shared/kernel/actor';
import type { Result } from '../../shared/kernel/errors';
import { HOUR_MS } from '../../shared/kernel/time';
import type { UnreadableRow } from '../../shared/kernel/unreadable';
import { type AuditWalks, createAuditWalks } from '../edges/ipc/audit-walks';
import { createDeskHandlers, type DeskHandlerParts } from '../edges/ipc/desk-handlers';
import { createDeskReads } from '../edges/ipc/desk-reads';
import type { HeldRequests } from '../edges/ipc/held-requests';
import { createIpcHandler } from '../edges/ipc/ipc';
import { startWindowFeed } from '../edges/ipc/window-feed';
import type { Query, Send } from '../kernel/door';
import { every } from '../kernel/every';
import type { Feed } from '../kernel/feed';
import type { Clock, Ids, Logger } from '../kernel/ports';
import type { StoreHolder } from '../kernel/store-holder';
import type { AuditExport } from '../nouns/audit/export';
import type { Pairings } from '../nouns/tokens/pairings';
import { iconFolderIn, iconPathIn } from './app-files';
import { createDecideShortcut } from './decide-shortcut';
import { statusOf } from './desk-status';
import { createEngineConnections } from './engine-connections';
import { isForPopover } from './gate';
import type { Happenings } from './happenings';
import { type DailyDigestParts, tellDailyDigest } from './notifications/daily-digest';
import { noticeOfPairing, noticeOfUnguarded } from './notifications/notices';
import { createNotifier } from './notifications/notifier';
import { createOperatorChoices } from './operator-choices';
import type { DeskPreferences } from './preferences';
import { createPush } from './push';
import { requestText, riskOf } from './request-text';
import { troubleLine } from './strings';
import { createSurfaces } from './tray/surfaces';
import { createTrayKeeper, type TrayKeeper } from './tray/tray-keeper';
import { trayState } from './tray/tray-state';
import { followTrust } from './trust-copy';
import type { HeardSessions } from './watch/heard-sessions';
import { watchSessions } from './watch/watch';
import type { EarlyWindow } from './window/early-window';
import type { Popover } from './window/popover';
import { keepPopoverReady, popoverOf, windowOf } from './window/windows';

/** How often the tray is drawn where nothing happens: a mute ends, a day begins. */
const TRAY_INTERVAL_MS = HOUR_MS / 60;

/** What the desktop needs. */
export type DesktopParts = {
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
  /** Has what our pages ask answered from now on. */
  readonly answerPages: HeldRequests['answerWith'];
  /** The window that was made while the app was loaded. */
  readonly earlyWindow: EarlyWindow | undefined;
  /** Whether the launcher gave this run a token that may decide. */
  readonly canLauncherDecide: boolean;
  readonly apiStatus: () => DeskStatus['api'];
  readonly restartApi: () => Promise<void>;
  /** Writes a copy of the whole database to a file. */
  readonly backUp: (path: string) => Promise<void>;
  readonly lastWords: DeskHandlerParts['lastWords'];
  /** The sessions whose hooks were heard. */
  readonly heard: HeardSessions;
  /** Programs that ask to be connected. */
  readonly pairings: Pairings;
  /** The variables that say where the engines' files are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** The window, the tray and the notifications as one: what is decided in one is at once so in the others. */
export interface Desktop {
  open(): void;
  /** Shows what waits in the popover. */
  decide(): void;
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

/** Puts this desktop together: first the parts, each of those before it, then what they tell each other. */
export function createDesktop(parts: DesktopParts): Desktop {
  const happenings: Happenings = new EventEmitter();
  const places = createPlaces(parts, happenings);
  const { surfaces, window, notifier, engines, watch, shortcut } = places;
  const status = () => statusOf(parts, places);
  const tray = createTray(parts, places, status, happenings);
  const popover = popoverOf(parts, places.reads.headSeq, tray.bounds);
  const auditWalks = createAuditWalks(window.push);
  let isClosed = false;
  let goodbye: Promise<unknown> = Promise.resolve();

  function refresh(): void {
    if (isClosed) return;
    const now = status();
    notifier.setTrouble(troubleLine(now));
    notifier.setStanding([
      ...now.pairings.map(noticeOfPairing),
      ...now.engines.filter(({ state }) => state === 'unguarded').map(noticeOfUnguarded),
    ]);
    tray.drawSoon();
    for (const page of [window, popover]) page.push({ kind: 'status', status: now });
  }

  /** What was only in the tray must not become unreachable. */
  function openWithoutTray(): void {
    if (!tray.isThere() && window.current() === undefined && !isClosed) window.open();
  }

  happenings.on('status', refresh);
  happenings.on('trayFound', () => {
    if (isClosed) return;
    tray.appear();
    refresh();
  });
  happenings.on('trayLost', () => {
    tray.vanish();
    refresh();
    openWithoutTray();
  });
  const isPopoverWanted = () => shortcut.state() === 'on' && places.reads.waitingCount() > 0;
  shortcut.follow();
  happenings.on('decide', popover.show);
  happenings.on('shortcut', popover.toggle);
  const stops = [
    ...follow(parts, places, popover, tray, refresh),
    keepPopoverReady(popover, parts.feed, isPopoverWanted),
  ];
  answerPages(parts, places, popover, status, auditWalks);

  return {
    open: () => window.open(),
    decide: () => popover.show(),
    async start() {
      await surfaces.start();
      refresh();
      notifier.showWaiting();
      // Started hidden on a desktop without a tray it could not be reached at all.
      openWithoutTray();
    },
    refresh,
    lookAtEngines: engines.look,
    close() {
      isClosed = true;
      auditWalks.cancel();
      engines.close();
      watch.close();
      for (const stop of stops) stop();
      notifier.close();
      window.allowClose();
      window.current()?.destroy();
      popover.close();
      shortcut.close();
      tray.close();
      goodbye = surfaces.close();
    },
    async closed() {
      await goodbye;
    },
  };
}

type Places = ReturnType<typeof createPlaces>;

/** The places where the operator is told something, and what is known of the engines, which is said there too. */
function createPlaces(parts: DesktopParts, happenings: Happenings) {
  const { electron, preferences, operator, clock, send, logger } = parts;
  const reads = createDeskReads(parts.holder, parts.query, operator, clock);
  const surfaces = createSurfaces({
    ...{
      electron,
      iconPath: iconPathIn(parts.appFolder),
      dataFolder: parts.dataFolder,
      isHomeInPlace: parts.isHomeInPlace,
    },
    onAction: (key, action) => void happenings.emit('notification', key, action),
    onTrayFound: () => void happenings.emit('trayFound'),
    onTrayLost: () => void happenings.emit('trayLost'),
    onTrayRestart: () => void happenings.emit('trayRestart'),
    onNotificationsLost: () => void happenings.emit('status'),
  });
  const window = windowOf(parts, surfaces);
  const notifier = createNotifier({
    surface: surfaces.notifications,
    reads,
    preferences: preferences.current,
    now: clock.now,
    focusedPlace: window.focusedPlace,
    tellWindow: (title, body) => window.push({ kind: 'told', title, body }),
  });
  const watch = watchSessions({
    ...{ home: parts.dataFolder, environment: parts.environment, clock, heard: parts.heard, send, operator },
    query: parts.query,
    onChange: () => engines.look(),
  });
  const engines = createEngineConnections({
    ...{ home: parts.dataFolder, environment: parts.environment, send, operator, reads, clock, logger },
    unguardedSessions: watch.unguarded,
    apiUrl() {
      const api = parts.apiStatus();
      return api.state === 'listening' ? api.url : undefined;
    },
    onChange() {
      watch.look();
      happenings.emit('status');
    },
  });
  watch.start();
  const push = createPush({
    settings: () => preferences.current().push,
    waitingCount: reads.waitingCount,
    titles: (limit) => reads.waiting(limit).map((approval) => requestText(approval, reads).title),
    ...{ fetch, now: clock.now, logger },
  });
  const shortcut = createDecideShortcut({
    globalShortcut: electron.globalShortcut,
    platform: process.platform,
    environment: parts.environment,
    preferred: () => preferences.current().decideShortcut,
    onPressed: () => void happenings.emit('shortcut'),
  });
  return { reads, surfaces, window, notifier, engines, watch, push, shortcut };
}

/** The tray, and what a click in it or on a notification does. */
function createTray(parts: DesktopParts, places: Places, status: () => DeskStatus, happenings: Happenings): TrayKeeper {
  const { electron, preferences, operator, clock, send } = parts;
  const { reads, window, notifier } = places;
  const choices = createOperatorChoices({
    ...{ send, operator, clock, preferences, find: reads.find, sayNotDone: notifier.sayNotDone },
    onDone: () => void happenings.emit('chosen'),
  });
  // Kept for as long as the process is there: one that V8 collects while the app ends, Electron takes apart twice, and crashes.
  const trays: Electron.Tray[] = [];
  const tray = createTrayKeeper(
    {
      createTray(icon) {
        const made = new electron.Tray(icon);
        trays.push(made);
        return made;
      },
      loadIcon: (path) => electron.nativeImage.createFromPath(path),
      buildMenu: (template) => electron.Menu.buildFromTemplate(template),
      platform: process.platform,
    },
    join(iconFolderIn(parts.appFolder), 'tray'),
    {
      ...choices,
      decide: ({ approvalId, revision }, verdict) => void choices.decide(approvalId, revision, verdict),
      openRequest: (approvalId) => window.open({ approvalId }),
      decideNow: () => void happenings.emit('decide'),
      openApp: () => window.open(),
      openAgents: () => window.open({ place: { view: 'agents' } }),
      openSettings: () => window.open({ place: { view: 'settings' } }),
      quit: () => electron.app.quit(),
    },
    () => trayState(reads, preferences.current(), troubleLine(status()), clock.now()),
  );
  happenings.on('chosen', tray.drawAnew);
  happenings.on('trayRestart', tray.remake);
  happenings.on('notification', (key, action) => {
    const notice = notifier.noticeOf(key);
    const approval = reads.find(notice?.approvalId ?? key);
    const approvalId = approval?.approvalId;
    if (action !== 'open' && approvalId !== undefined) void choices.decide(approvalId, undefined, action);
    else if (approval !== undefined && isForPopover(approval, riskOf(approval))) {
      happenings.emit('decide', approvalId);
    } else if (approvalId !== undefined) window.open({ approvalId });
    else window.open(notice === undefined ? undefined : { place: notice.place });
  });
  return tray;
}

/** What the digest of the day is made of. */
function digestParts(
  { preferences, clock, query, operator }: DesktopParts,
  { notifier, reads }: Places,
): DailyDigestParts {
  return {
    preferences: preferences.current,
    now: clock.now,
    digestSince(sinceMs) {
      const digest = query(operator, 'approvals.digest', { sinceMs });
      return digest.ok ? digest.value : undefined;
    },
    spentToday: () => reads.tray(1)?.today?.costNanos ?? 0,
    told: { atMs: preferences.digestToldMs, keep: preferences.keepDigestTold },
    tell: notifier.tell,
  };
}

/** Follows what is committed, the store, the preferences and the time; answers what ends that. */
function follow(
  parts: DesktopParts,
  places: Places,
  popover: Popover,
  tray: TrayKeeper,
  refresh: () => void,
): readonly (() => void)[] {
  const { electron, preferences, holder, query, operator, feed, pairings } = parts;
  const { reads, window, notifier, engines, push, shortcut } = places;
  const pushToPages = (message: DeskPush) => {
    for (const page of [window, popover]) page.push(message);
  };
  const windowFeed = startWindowFeed({
    push: pushToPages,
    approvals: (approvalIds) => query(operator, 'queue.approvals', { approvalIds: [...approvalIds] }),
    headSeq: reads.headSeq,
  });
  const endMinutes = every(TRAY_INTERVAL_MS, () => {
    tray.draw();
    tellDailyDigest(digestParts(parts, places));
  });
  let wasUsable = holder.trouble() === undefined;
  electron.nativeTheme.themeSource = preferences.current().theme;
  pairings.onChange(refresh);
  return [
    windowFeed.close,
    push.close,
    endMinutes,
    followTrust({ ...parts, home: parts.dataFolder }),
    feed.onUnlogged(windowFeed.hearUnlogged),
    feed.subscribe((commit) => {
      windowFeed.hear(commit);
      notifier.hear(commit);
      push.hear(commit);
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
      pushToPages({ kind: 'preferences', preferences: changed });
      shortcut.follow();
      refresh();
    }),
  ];
}

/** Answers what our pages ask. */
function answerPages(
  parts: DesktopParts,
  places: Places,
  popover: Popover,
  status: () => DeskStatus,
  auditWalks: AuditWalks,
): void {
  const { operator, send, ids, logger } = parts;
  const { reads, window, engines, push } = places;
  const handler = createIpcHandler({
    ...{ operator, send, ids, logger },
    isOurs: (senderId, url) => window.isOurs(senderId, url) || popover.isOurs(senderId, url),
    newWalk: () => auditWalks.start('verify'),
    deskHandlers: createDeskHandlers({
      ...{ ...parts, engines, push, auditWalks, status, find: reads.find, noteShowing: window.noteShowing },
      openWindow: window.open,
      hidePopover: popover.hide,
      exportState: () => send(operator, 'state.export', {}),
    }),
  });
  parts.answerPages(handler);
}
