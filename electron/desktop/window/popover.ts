import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { DeskPush } from '../../../shared/contract/desk-contract';
import { strings } from '../strings';
import { POPOVER_PAGE } from './app-protocol';
import { groundOf, isPageOf, PUSH_CHANNEL, pagePreferences, refuseEverythingElse } from './page';

/** What the popover needs. */
export type PopoverParts = {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly preloadPath: string;
  readonly platform: NodeJS.Platform;
  readonly isDark: () => boolean;
  /** Where it is to stand now. */
  readonly place: () => Rectangle;
  /** The newest commit, which the page is told of when it comes up: it hears no pulse before. */
  readonly headSeq: () => number;
  /** Told when its page died. */
  readonly onCrash: () => void;
};

/**
 * The small window with the most urgent request. Its page is made before it is wanted, because a page takes longer to come up than a person
 * waits for; while it is hidden it hears of requests and does nothing of its own accord.
 */
export interface Popover {
  /** Makes the page, hidden, if there is none. */
  prepare(): void;
  /** Shows it, on this request if one is named. */
  show(approvalId?: string): void;
  /** Hides it where the operator is in it, and shows it where not. */
  toggle(): void;
  hide(): void;
  /** Gives the page up, unless it is on the screen. */
  letGo(): void;
  push(push: DeskPush): void;
  /** Whether this sender is its page. */
  isOurs(senderId: number, url: string | undefined): boolean;
  close(): void;
}

/** What the page is told while it is hidden: what it would show wrongly otherwise. */
const heardHidden: readonly DeskPush['kind'][] = ['approvals', 'status', 'preferences'];

/** What the page is told while it is on the screen. */
const heardShown: readonly DeskPush['kind'][] = [...heardHidden, 'changed', 'pulse'];

/** The popover; it has no page yet. */
export function createPopover(parts: PopoverParts): Popover {
  let window: BrowserWindow | undefined;
  let isLoaded = false;
  let isClosed = false;
  /** What is to be shown as soon as the page is there. */
  let wanted: { readonly approvalId?: string } | undefined;

  const send = (push: DeskPush) => window?.webContents.send(PUSH_CHANNEL, push);

  function make(): void {
    if (window !== undefined || isClosed) return;
    const made = parts.createWindow(optionsOf(parts));
    window = made;
    isLoaded = false;
    made.on('hide', () => send({ kind: 'popover', isShown: false }));
    made.on('closed', () => {
      if (window === made) window = undefined;
    });
    // Its close by a key of the platform is no end of it.
    made.on('close', (event) => {
      if (isClosed) return;
      event.preventDefault();
      made.hide();
    });
    made.webContents.on('did-finish-load', () => {
      isLoaded = true;
      if (wanted !== undefined) reveal(made, wanted);
      wanted = undefined;
    });
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return;
      parts.onCrash();
      made.destroy();
    });
    refuseEverythingElse(made);
    void made.loadURL(POPOVER_PAGE);
  }

  function reveal(made: BrowserWindow, target: { readonly approvalId?: string }): void {
    if (!made.isVisible()) made.setBounds(parts.place());
    // First, so that what comes on the screen is what waits now.
    send({ kind: 'popover', isShown: true, ...target });
    send({ kind: 'pulse', seq: parts.headSeq() });
    made.show();
    made.focus();
  }

  function show(approvalId?: string): void {
    make();
    const target = approvalId === undefined ? {} : { approvalId };
    if (window !== undefined && isLoaded) reveal(window, target);
    else wanted = target;
  }

  return {
    prepare: make,
    show,
    toggle() {
      if (window?.isVisible() === true && window.isFocused()) window.hide();
      else show();
    },
    hide: () => window?.hide(),
    letGo() {
      if (window?.isVisible() === false) window.destroy();
    },
    push(push) {
      const isShown = window?.isVisible() === true;
      if (!(isShown ? heardShown : heardHidden).includes(push.kind)) return;
      // Hidden, it keeps its queue, and asks for nothing that it would not show.
      send(isShown || push.kind !== 'approvals' ? push : { ...push, topics: [] });
    },
    isOurs: (senderId, url) => isPageOf(window, senderId, url),
    close() {
      isClosed = true;
      window?.destroy();
    },
  };
}

/** Above all windows and in no list of them. */
function optionsOf({ preloadPath, platform, isDark, place }: PopoverParts): BrowserWindowConstructorOptions {
  return {
    ...place(),
    title: strings.popoverTitle,
    show: false,
    frame: false,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
    // Takes keys without bringing the app's other windows up.
    ...(platform === 'darwin' && { type: 'panel' }),
    backgroundColor: groundOf(isDark()),
    webPreferences: pagePreferences(preloadPath),
  };
}
