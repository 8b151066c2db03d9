import type { BrowserWindow, BrowserWindowConstructorOptions, Session } from 'electron';
import type { DeskPush } from '../../../shared/contract/desk-contract';
import type { Place } from '../../../shared/kernel/place';
import type { DeskPreferences, WindowBounds } from '../preferences';
import { APP_ORIGIN, APP_PAGE } from './app-protocol';
import { type EarlyWindow, windowOptions } from './early-window';
import { groundOf, isPageOf, PUSH_CHANNEL, refuseEverythingElse } from './page';

/** What the window needs. */
export type WindowParts = {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly appFolder: string;
  /** The window that was made while the app was loaded; it is the first that is opened. */
  readonly earlyWindow: EarlyWindow | undefined;
  readonly preferences: DeskPreferences;
  readonly isDark: () => boolean;
  /** Where windows can be, in pixels of the desktop. */
  readonly displays: () => readonly WindowBounds[];
  /** Whether a closed window can be reached again from the tray. */
  readonly hasTray: () => boolean;
  /** Told when a close was turned into minimising because there is no tray. */
  readonly onMinimisedInstead: () => void;
  /** Told when the page died; `isAgain` when it did so shortly after it was loaded anew. */
  readonly onCrash: (isAgain: boolean) => void;
};

/** The window of the desk. It exists while it is open: a hidden one would cost as much memory as a shown one. */
export interface DeskWindow {
  /** Opens it, or brings it to the front, on this request or place if one is named. */
  open(target?: OpenTarget): void;
  push(push: DeskPush): void;
  /** Whether this sender is the page of the window. */
  isOurs(senderId: number, url: string | undefined): boolean;
  /** Lets the next close really close. */
  allowClose(): void;
  current(): BrowserWindow | undefined;
  /** Hears from the page where the operator is in it. */
  noteShowing(place: Place): void;
  /** Where the operator looks; undefined while the window is not focused. */
  focusedPlace(): Place | undefined;
}

/** What the window is opened on. */
export type OpenTarget = { readonly approvalId: string } | { readonly place: Place };

const SHORTEST_LIFE_MS = 10_000;

/** The window; it is not open yet. */
export function createDeskWindow(parts: WindowParts): DeskWindow {
  let window: BrowserWindow | undefined;
  let requested: OpenTarget | undefined;
  let showing: Place | undefined;
  let isLoaded = false;
  let isCloseAllowed = false;
  const takeEarly = createEarlyOnce(parts);
  const loadAnewWhenItDies = createReload(parts);

  function make(): BrowserWindow {
    const early = takeEarly();
    const made = early?.window ?? parts.createWindow(optionsOf(parts));
    isLoaded = early?.isLoaded() ?? false;
    showing = undefined;
    if (early?.isReadyToShow() === true) made.show();
    else made.once('ready-to-show', () => made.show());
    made.on('close', (event) => {
      if (!made.isMinimized()) parts.preferences.keepWindowBounds(made.getBounds());
      if (isCloseAllowed || parts.hasTray()) return;
      event.preventDefault();
      made.minimize();
      parts.onMinimisedInstead();
    });
    made.on('closed', () => {
      if (window === made) window = undefined;
    });
    made.webContents.on('did-finish-load', () => {
      isLoaded = true;
      if (requested !== undefined) pushTarget(requested);
      requested = undefined;
    });
    loadAnewWhenItDies(made);
    if (early === undefined) {
      refuseEverythingElse(made);
      void made.loadURL(APP_PAGE);
    }
    return made;
  }

  function push(message: DeskPush): void {
    // The page listens before it asks for anything, so what is sent to a page that still loads is in its snapshot.
    if (window !== undefined && !window.isDestroyed()) window.webContents.send(PUSH_CHANNEL, message);
  }

  function pushTarget(target: OpenTarget): void {
    if ('place' in target) push({ kind: 'show', place: target.place });
    else push({ kind: 'open', approvalId: target.approvalId });
  }

  return {
    open(target) {
      if (window === undefined) {
        window = make();
        if (target !== undefined && isLoaded) pushTarget(target);
        else requested = target;
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      if (target === undefined) return;
      if (isLoaded) pushTarget(target);
      else requested = target;
    },
    noteShowing(place) {
      showing = place;
    },
    focusedPlace: () => (window?.isFocused() === true ? showing : undefined),
    push,
    isOurs: (senderId, url) => isPageOf(window, senderId, url),
    allowClose() {
      isCloseAllowed = true;
    },
    current: () => window,
  };
}

/** Answers the window that was made early, placed as every other, once; and none where its page has died since. */
function createEarlyOnce(parts: WindowParts): () => EarlyWindow | undefined {
  let early = parts.earlyWindow;
  return () => {
    const taken = early;
    early = undefined;
    if (taken === undefined || taken.window.isDestroyed()) return undefined;
    if (taken.window.webContents.isCrashed()) {
      taken.window.destroy();
      return undefined;
    }
    const bounds = keptBounds(parts);
    if (bounds !== undefined) taken.window.setBounds(bounds);
    taken.window.setBackgroundColor(groundOf(parts.isDark()));
    return taken;
  };
}

/** Loads the page of a window anew when it dies; one that dies again shortly after is closed. */
function createReload({ onCrash }: Pick<WindowParts, 'onCrash'>): (window: BrowserWindow) => void {
  let reloadedAt = Number.NEGATIVE_INFINITY;
  return (window) => {
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return;
      const isAgain = performance.now() - reloadedAt < SHORTEST_LIFE_MS;
      onCrash(isAgain);
      if (isAgain) window.destroy();
      else {
        reloadedAt = performance.now();
        void window.loadURL(APP_PAGE);
      }
    });
  };
}

/** Where the window was last, if that is on a display still. */
function keptBounds({ preferences, displays }: WindowParts): WindowBounds | undefined {
  const kept = preferences.windowBounds();
  return kept !== undefined && displays().some((area) => isOn(area, kept)) ? kept : undefined;
}

function optionsOf(parts: WindowParts): BrowserWindowConstructorOptions {
  return { ...windowOptions(parts.appFolder, parts.isDark()), ...keptBounds(parts) };
}

function isOn(area: WindowBounds, bounds: WindowBounds): boolean {
  const isBeside = bounds.x >= area.x + area.width || bounds.x + bounds.width <= area.x;
  const isAboveOrBelow = bounds.y >= area.y + area.height || bounds.y + bounds.height <= area.y;
  return !isBeside && !isAboveOrBelow;
}

/** Refuses every permission, and every request to anything but our own pages, in the whole session. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const isOwn = details.url.startsWith(`${APP_ORIGIN}/`) || details.url.startsWith('devtools://');
    answer({ cancel: !isOwn && !details.url.startsWith('data:image/') });
  });
}
