import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WireMessage } from '@homebridge/dbus-native';
import { type SessionBus, variantValue } from '../../../electron/desktop/linux/session-bus';
import { type BusMonitor, monitorBus } from './bus-monitor';
import { type DesktopProcess, runProgram, startProcess, until } from './process';

const NOTIFICATIONS = 'org.freedesktop.Notifications';

/** A real notification program of a Linux desktop. */
export type NotificationDaemon = 'dunst' | 'xfce4-notifyd';

/** A notification that is on the screen now, in the words that were sent to the daemon. */
export type ShownNotification = {
  readonly id: number;
  /** The unique bus name of the application that sent it. */
  readonly sender: string;
  readonly applicationName: string;
  readonly icon: string;
  readonly title: string;
  readonly body: string;
  readonly actions: readonly { readonly key: string; readonly label: string }[];
  readonly hints: ReadonlyMap<string, unknown>;
  readonly expireTimeoutMs: number;
  /** The id that the sender asked to replace; 0 for a new notification. */
  readonly replacesId: number;
};

/** The notifications of a desktop session, watched on the bus and clicked as a person would. */
export interface DesktopNotifications {
  /** Starts the daemon and waits until it has its name. */
  startDaemon(): Promise<void>;
  stopDaemon(): Promise<void>;
  restartDaemon(): Promise<void>;
  /** What is shown now, oldest first. */
  list(): readonly ShownNotification[];
  /** Everything that was ever shown, replaced ones too, oldest first. */
  history(): readonly ShownNotification[];
  /** Waits for one whose title has this text. */
  shown(title: string): Promise<ShownNotification>;
  /** Waits until it is painted and at rest, for a picture. */
  drawn(title: string): Promise<void>;
  /** Waits until none has this text in its title. */
  gone(title: string): Promise<void>;
  /** Chooses a button by its label: dunst's menu, or a real mouse click on xfce4-notifyd's button. */
  clickAction(title: string, label: string): Promise<void>;
  /** Dismisses it without choosing anything, as the person would. */
  dismiss(title: string): Promise<void>;
}

/** What the notifications of a session are made of; no daemon runs until `startDaemon`. */
export type DesktopNotificationsParts = {
  readonly bus: SessionBus;
  readonly socketPath: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly daemon: NotificationDaemon | undefined;
};

/** Writes the daemon's configuration and watches the bus from now on. */
export async function createDesktopNotifications(
  parts: DesktopNotificationsParts,
): Promise<DesktopNotifications & { close(): void }> {
  const record = new NotificationRecord();
  const monitor: BusMonitor = await monitorBus(parts.socketPath, (message) => record.hear(message));
  const program =
    parts.daemon === undefined
      ? undefined
      : await (parts.daemon === 'dunst' ? prepareDunst(parts, record) : prepareXfce(parts, record));
  let daemon: DesktopProcess | undefined;

  const prepared = (): DaemonProgram => {
    if (program === undefined) throw new Error('this desktop was started without a notification daemon');
    return program;
  };

  const startDaemon = async (): Promise<void> => {
    const { command, args } = prepared();
    const started = startProcess(command, args, parts.environment);
    daemon = started;
    await until('the notification daemon', async () => {
      if (started.hasEnded) throw new Error(`${command} ended: ${started.output()}`);
      return (await parts.bus.nameOwner(NOTIFICATIONS)) !== undefined;
    });
  };

  const stopDaemon = async (): Promise<void> => {
    await daemon?.stop();
    daemon = undefined;
    await until('the daemon to be gone', async () => (await parts.bus.nameOwner(NOTIFICATIONS)) === undefined);
    await until('nothing to be shown', () => parts.bus.isLost || record.list().length === 0);
  };

  const shown = (title: string): Promise<ShownNotification> =>
    until(`a notification “${title}”`, () => record.list().find((one) => one.title.includes(title)));

  return {
    startDaemon,
    stopDaemon,
    restartDaemon: async () => {
      await stopDaemon();
      await startDaemon();
    },
    list: () => record.list(),
    history: () => record.history(),
    shown,
    drawn: async (title) => {
      const notification = await shown(title);
      await windowAtRest(parts.environment, notification.title, () => prepared().findWindow(notification));
    },
    gone: async (title) => {
      await until(`“${title}” to go away`, () => !record.list().some((one) => one.title.includes(title)));
    },
    clickAction: async (title, label) => {
      const notification = await shown(title);
      await prepared().choose(notification, label);
    },
    dismiss: async (title) => {
      const notification = await shown(title);
      await prepared().dismiss(notification);
    },
    close: () => monitor.close(),
  };
}

/** Knows from the traffic on the bus what is on the screen, whichever daemon shows it. */
class NotificationRecord {
  readonly #asked = new Map<string, Omit<ShownNotification, 'id'>>();
  readonly #shown = new Map<number, ShownNotification>();
  readonly #history: ShownNotification[] = [];

  list(): readonly ShownNotification[] {
    return [...this.#shown.values()];
  }

  history(): readonly ShownNotification[] {
    return [...this.#history];
  }

  hear(message: WireMessage): void {
    const body = message.body ?? [];
    if (message.type === 1 && message.interface === NOTIFICATIONS && message.member === 'Notify') {
      this.#asked.set(callKey(message.sender, message.serial), sentNotification(message.sender ?? '', body));
    } else if (message.type === 2) {
      const key = callKey(message.destination, message.replySerial);
      const asked = this.#asked.get(key);
      if (asked === undefined) return;
      this.#asked.delete(key);
      const notification = { ...asked, id: Number(body[0]) };
      // Setting keeps the place of an id that is there: a replacement does not move.
      this.#shown.set(notification.id, notification);
      this.#history.push(notification);
    } else if (message.type === 4 && message.interface === NOTIFICATIONS && message.member === 'NotificationClosed') {
      this.#shown.delete(Number(body[0]));
    } else if (message.type === 4 && message.member === 'NameOwnerChanged' && body[0] === NOTIFICATIONS) {
      this.#shown.clear();
    }
  }
}

function callKey(caller: string | undefined, serial: number | undefined): string {
  return `${caller ?? ''} ${serial ?? 0}`;
}

function sentNotification(sender: string, body: readonly unknown[]): Omit<ShownNotification, 'id'> {
  const [applicationName, replacesId, icon, title, text, actions, hints, expireTimeoutMs] = body;
  const words = Array.isArray(actions) ? actions.map(String) : [];
  const pairs = Array.isArray(hints) ? (hints as readonly (readonly [string, unknown])[]) : [];
  return {
    sender,
    applicationName: String(applicationName),
    icon: String(icon),
    title: String(title),
    body: String(text),
    actions: words.flatMap((key, index) => (index % 2 === 0 ? [{ key, label: words[index + 1] ?? '' }] : [])),
    hints: new Map(pairs.map(([name, value]) => [name, variantValue(value)])),
    expireTimeoutMs: Number(expireTimeoutMs),
    replacesId: Number(replacesId),
  };
}

type DaemonProgram = {
  readonly command: string;
  readonly args: readonly string[];
  findWindow(notification: ShownNotification): Promise<ScreenWindow | undefined>;
  choose(notification: ShownNotification, label: string): Promise<void>;
  dismiss(notification: ShownNotification): Promise<void>;
};

function actionKey(notification: ShownNotification, label: string): string {
  const action = notification.actions.find((candidate) => candidate.label === label);
  if (action === undefined) {
    const labels = notification.actions.map((candidate) => candidate.label).join(', ');
    throw new Error(`“${notification.title}” has no button “${label}”, only: ${labels}`);
  }
  return action.key;
}

// dunst has no buttons: its menu program is given a line for each action, and prints the line that was picked.

async function prepareDunst(parts: DesktopNotificationsParts, record: NotificationRecord): Promise<DaemonProgram> {
  const choiceFile = join(parts.folder, 'dunst-choice');
  const offerFile = join(parts.folder, 'dunst-offer');
  const menu = join(parts.folder, 'dunst-menu');
  const configuration = join(parts.folder, 'dunstrc');
  await writeFile(
    menu,
    `#!/bin/sh\ncat > '${offerFile}'\ngrep -F -- "$(cat '${choiceFile}')" '${offerFile}' | head -n 1\n`,
    { mode: 0o755 },
  );
  await writeFile(
    configuration,
    [
      '[global]',
      'width = (280, 400)',
      'height = 320',
      'origin = top-right',
      'offset = 16x46',
      'notification_limit = 12',
      'font = DejaVu Sans 10',
      'markup = full',
      'format = "<b>%s</b>\\n%b"',
      'ellipsize = end',
      'icon_position = left',
      'max_icon_size = 48',
      'idle_threshold = 0',
      'mouse_left_click = close_current',
      'mouse_middle_click = do_action, close_current',
      `dmenu = ${menu}`,
      '',
    ].join('\n'),
  );
  const ask = (member: string, signature?: string, args?: readonly unknown[]): Promise<unknown> =>
    parts.bus.call({
      destination: NOTIFICATIONS,
      path: '/org/freedesktop/Notifications',
      interface: 'org.dunstproject.cmd0',
      member,
      ...(signature === undefined || args === undefined ? {} : { signature, args }),
    });
  return {
    command: 'dunst',
    args: ['-config', configuration],
    findWindow: async () => (await windowsOfClass(parts.environment, 'Dunst'))[0],
    choose: async (notification, label) => {
      await writeFile(choiceFile, `[${notification.id},${actionKey(notification, label)}]`);
      await ask('ContextMenuCall');
    },
    dismiss: async (notification) => {
      if (record.list().length > 1) throw new Error(`dunst shows more than “${notification.title}”`);
      await ask('NotificationCloseLast');
    },
  };
}

// xfce4-notifyd draws real buttons. A style sheet gives the border of each a colour of its own that only a machine
// tells from the others; that is how the button is found on a picture of the screen, wherever it is.

const MARKED_BUTTONS = 5;

function buttonMark(index: number): readonly [number, number, number] {
  return [0xc9, 0xc3, 0xb1 + index * 2];
}

async function prepareXfce(parts: DesktopNotificationsParts, record: NotificationRecord): Promise<DaemonProgram> {
  const styleFolder = join(parts.environment['XDG_CONFIG_HOME'] ?? parts.folder, 'gtk-3.0');
  await mkdir(styleFolder, { recursive: true });
  const rules = Array.from({ length: MARKED_BUTTONS }, (_, index) => {
    const colour = `rgb(${buttonMark(index).join(',')})`;
    return `#XfceNotifyWindow button:nth-child(${index + 1}) { border: 2px solid ${colour}; transition: none; }`;
  });
  await writeFile(join(styleFolder, 'gtk.css'), `${rules.join('\n')}\n`);

  const findWindow = async (notification: ShownNotification): Promise<ScreenWindow | undefined> => {
    const windows = await windowsOfClass(parts.environment, 'Xfce4-notifyd');
    const shown = record.list();
    // X gives ids in order, so the windows by their ids are the notifications in the order of their appearance.
    return windows.length === shown.length ? windows[shown.findIndex(({ id }) => id === notification.id)] : undefined;
  };
  const windowOf = (notification: ShownNotification): Promise<ScreenWindow> =>
    until(`the window of “${notification.title}”`, () => findWindow(notification));

  return {
    command: await xfceNotifydPath(),
    args: [],
    findWindow,
    choose: async (notification, label) => {
      actionKey(notification, label);
      const index = notification.actions.findIndex((action) => action.label === label);
      let before = '';
      const point = await until(`the button “${label}” at rest`, async () => {
        const window = await windowOf(notification);
        const found = findColour(await readScreen(parts.environment), window, buttonMark(index));
        const place = JSON.stringify(found ?? {});
        const isAtRest = place === before;
        before = place;
        return isAtRest && found;
      });
      await clickAt(parts.environment, point.x, point.y);
    },
    dismiss: async (notification) => {
      const window = await windowAtRest(parts.environment, notification.title, () => findWindow(notification));
      await clickAt(parts.environment, window.x + Math.floor(window.width / 2), window.y + 8);
    },
  };
}

/** It is no program for people, so each distribution keeps it outside of PATH in a place of its own. */
async function xfceNotifydPath(): Promise<string> {
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const candidates = [
    `/usr/lib/${architecture}-linux-gnu/xfce4/notifyd/xfce4-notifyd`,
    '/usr/lib/xfce4/notifyd/xfce4-notifyd',
    '/usr/lib64/xfce4/notifyd/xfce4-notifyd',
    '/usr/libexec/xfce4/notifyd/xfce4-notifyd',
  ];
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // The next one then.
    }
  }
  throw new Error(`xfce4-notifyd is in none of these places: ${candidates.join(', ')}`);
}

type ScreenWindow = {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

type Screen = { readonly width: number; readonly pixels: Buffer };

async function windowsOfClass(
  environment: Readonly<Record<string, string>>,
  className: string,
): Promise<readonly ScreenWindow[]> {
  const tree = (await runProgram('xwininfo', ['-root', '-tree'], environment)).toString();
  const line = /^\s+(0x[0-9a-f]+) .*?\("[^"]*" "([^"]*)"\)\s+(\d+)x(\d+)\+-?\d+\+-?\d+\s+\+(-?\d+)\+(-?\d+)/gmu;
  return (
    [...tree.matchAll(line)]
      .map(([, id, name, width, height, x, y]) => ({
        id: Number(id),
        name,
        width: Number(width),
        height: Number(height),
        x: Number(x),
        y: Number(y),
      }))
      // A toolkit's own hidden windows are tiny.
      .filter((window) => window.name === className && window.width > 40 && window.height > 20)
      .sort((one, other) => one.id - other.id)
  );
}

async function readScreen(environment: Readonly<Record<string, string>>): Promise<Screen> {
  const picture = await runProgram('import', ['-silent', '-window', 'root', '-depth', '8', 'ppm:-'], environment);
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/u.exec(picture.subarray(0, 40).toString('latin1'));
  if (header === null) throw new Error('the picture of the screen cannot be read');
  return { width: Number(header[1]), pixels: picture.subarray(header[0].length) };
}

/** Waits until a window is painted, and neither moves nor changes any more. */
async function windowAtRest(
  environment: Readonly<Record<string, string>>,
  title: string,
  findWindow: () => Promise<ScreenWindow | undefined>,
): Promise<ScreenWindow> {
  let placeBefore = '';
  let pictureBefore: Buffer | undefined;
  return until(`“${title}” to be painted`, async () => {
    const window = await findWindow();
    if (window === undefined) return false;
    const place = JSON.stringify(window);
    const picture = cutOut(await readScreen(environment), window);
    const isAtRest = place === placeBefore && pictureBefore?.equals(picture) === true;
    placeBefore = place;
    pictureBefore = picture;
    const isPainted = picture.some((part) => part !== picture[0]);
    return isAtRest && isPainted && window;
  });
}

function cutOut(screen: Screen, window: ScreenWindow): Buffer {
  const rows: Buffer[] = [];
  for (let y = Math.max(0, window.y); y < window.y + window.height; y += 1) {
    const start = (y * screen.width + Math.max(0, window.x)) * 3;
    rows.push(screen.pixels.subarray(start, start + window.width * 3));
  }
  return Buffer.concat(rows);
}

/** The middle of all that has exactly this colour inside a window. */
function findColour(
  screen: Screen,
  window: ScreenWindow,
  colour: readonly [number, number, number],
): { readonly x: number; readonly y: number } | undefined {
  let left = Number.POSITIVE_INFINITY;
  let right = -1;
  let top = Number.POSITIVE_INFINITY;
  let bottom = -1;
  for (let y = Math.max(0, window.y); y < window.y + window.height; y += 1) {
    for (let x = Math.max(0, window.x); x < Math.min(window.x + window.width, screen.width); x += 1) {
      const at = (y * screen.width + x) * 3;
      if (colour.some((part, offset) => screen.pixels[at + offset] !== part)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  // A button is wide and has a height; less is a coincidence of the drawing.
  if (right - left < 16 || bottom - top < 8) return undefined;
  return { x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) };
}

async function clickAt(environment: Readonly<Record<string, string>>, x: number, y: number): Promise<void> {
  await runProgram('xdotool', ['mousemove', '--sync', String(x), String(y), 'click', '1'], environment);
  // Away again: daemons keep what is under the pointer, and draw it in another way.
  await runProgram('xdotool', ['mousemove', '4', '700'], environment);
}
