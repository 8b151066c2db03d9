import { type SessionBus, variantValue } from './session-bus';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const WATCHER_PATH = '/StatusNotifierWatcher';

/** What to do when the place for tray icons comes and goes. */
export type TrayHostListeners = {
  /** Told at every change after the first reading, which `ready` announces. */
  readonly onChange: (isHostPresent: boolean) => void;
  /** A host came, or its watcher was replaced: an icon made earlier is gone and must be made anew. */
  readonly onRestart: () => void;
};

/** Knows whether an icon would be seen. */
export interface TrayHostWatch {
  /** Resolves when `isPresent` is an answer and no longer a guess. */
  readonly ready: Promise<void>;
  /** Whether a host shows tray icons right now; false until the first reading. */
  isPresent(): boolean;
  close(): void;
}

/** Watches for a StatusNotifier host; a watcher without a host counts as no tray, and so does a lost bus. */
export function watchTrayHost(bus: SessionBus, listeners: TrayHostListeners): TrayHostWatch {
  let isPresent = false;
  let seenOwner: string | undefined;
  let isFirstReading = true;
  let isClosed = false;
  let lastReading = 0;
  let announceReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    announceReady = resolve;
  });

  const settle = (owner: string | undefined): void => {
    const wasPresent = isPresent;
    const isOtherOwner = owner !== seenOwner;
    isPresent = owner !== undefined;
    if (owner !== undefined) seenOwner = owner;
    if (isFirstReading) {
      isFirstReading = false;
      announceReady();
      return;
    }
    if (isPresent !== wasPresent) listeners.onChange(isPresent);
    if (isPresent && (!wasPresent || isOtherOwner)) listeners.onRestart();
  };

  const read = async (): Promise<void> => {
    lastReading += 1;
    const reading = lastReading;
    const owner = await ownerWithHost(bus);
    // A newer question is under way, and its answer is the truer one.
    if (reading === lastReading && !isClosed) settle(owner);
  };

  const stops = [
    bus.onSignal({ path: WATCHER_PATH, interface: WATCHER }, (signal) => {
      if (signal.member.startsWith('StatusNotifierHost')) void read();
    }),
    bus.onNameOwnerChanged(WATCHER, () => void read()),
    bus.onLost(() => {
      lastReading += 1;
      if (!isClosed) settle(undefined);
    }),
  ];

  void read();

  return {
    ready,
    isPresent: () => isPresent,
    close: () => {
      isClosed = true;
      for (const stop of stops) stop();
    },
  };
}

/** The unique name of the watcher, if it says that a host is there. */
async function ownerWithHost(bus: SessionBus): Promise<string | undefined> {
  try {
    const reply = await bus.call({
      destination: WATCHER,
      path: WATCHER_PATH,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      args: [WATCHER, 'IsStatusNotifierHostRegistered'],
      canStartProgram: false,
    });
    return variantValue(reply.body[0]) === true ? reply.sender : undefined;
  } catch {
    return undefined;
  }
}
