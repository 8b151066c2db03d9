import { BusCallError, type SessionBus, variantValue } from '../../../electron/desktop/linux/session-bus';
import { type DesktopProcess, runProgram, startProcess, until } from './process';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';

const BAR_HEIGHT = 30;

/** How long a menu may take to open before it is opened anew, in milliseconds. */
const MENU_MS = 5_000;

/** The host asks its own watcher before that one is there, and ends, in one start of a hundred. */
const STARTS = 5;

/** An icon in the tray, as its application describes it. */
export type TrayItem = {
  readonly destination: string;
  readonly path: string;
  readonly menuPath: string;
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly toolTip: string;
};

/** One line of a tray menu, its mnemonic marks removed; a separator has an empty label. */
export type TrayMenuEntry = {
  readonly id: number;
  readonly label: string;
  readonly isEnabled: boolean;
  readonly isVisible: boolean;
  readonly isSeparator: boolean;
  /** Only for checkboxes and radio buttons. */
  readonly isChecked?: boolean;
  readonly children: readonly TrayMenuEntry[];
};

/** Whether an entry is called so, whatever else its label says behind a dot: `shop: Run npm test · 4m left`. */
export function isLabelled({ label }: TrayMenuEntry, wanted: string): boolean {
  return label === wanted || label.startsWith(`${wanted} · `);
}

/** The tray of a desktop session: its host can be stopped, and what it shows be read and clicked. */
export interface DesktopTray {
  /** Starts the host and waits until it is registered. */
  startHost(): Promise<void>;
  stopHost(): Promise<void>;
  restartHost(): Promise<void>;
  /** The icons now in the tray; empty without a host. */
  items(): Promise<readonly TrayItem[]>;
  /** Waits for the first icon. */
  item(): Promise<TrayItem>;
  /** The menu of the first icon, as it is at this moment. */
  menu(): Promise<readonly TrayMenuEntry[]>;
  /** Opens the menu of the icon by the mouse, and by the keyboard the entries that these labels name, once for a picture. */
  openMenu(labels: readonly string[]): Promise<void>;
  /** Closes it with what is open under it. */
  closeMenu(): Promise<void>;
  /** Waits for an enabled entry with these labels from the top down, and clicks it. */
  click(labels: readonly string[]): Promise<void>;
}

/** A tray that is still empty: no host runs until `startHost`. */
export function createDesktopTray(bus: SessionBus, environment: Readonly<Record<string, string>>): DesktopTray {
  let host: DesktopProcess | undefined;

  const startHost = async (): Promise<void> => {
    const complaints: string[] = [];
    await until('a tray host', async () => {
      if (host === undefined || host.hasEnded) {
        if (host !== undefined) complaints.push(host.output());
        if (complaints.length >= STARTS) throw new Error(`the tray host ended: ${complaints.join(' ')}`);
        host = startProcess(
          'gtk-sni-tray-standalone',
          ['--watcher', '--top', '--size', String(BAR_HEIGHT)],
          environment,
        );
      }
      const watcher = await readProperties(bus, WATCHER, '/StatusNotifierWatcher', WATCHER);
      return watcher?.get('IsStatusNotifierHostRegistered') === true;
    });
  };

  const stopHost = async (): Promise<void> => {
    await host?.stop();
    host = undefined;
    await until('the tray host to be gone', async () => (await bus.nameOwner(WATCHER)) === undefined);
  };

  const items = async (): Promise<readonly TrayItem[]> => {
    const watcher = await readProperties(bus, WATCHER, '/StatusNotifierWatcher', WATCHER);
    const addresses = watcher?.get('RegisteredStatusNotifierItems');
    const found: TrayItem[] = [];
    for (const address of Array.isArray(addresses) ? addresses : []) {
      const item = await readItem(bus, String(address));
      if (item !== undefined) found.push(item);
    }
    return found;
  };

  const item = (): Promise<TrayItem> => until('an icon in the tray', async () => (await items())[0]);

  const menu = async (): Promise<readonly TrayMenuEntry[]> => readMenu(bus, await item());

  const click = async (labels: readonly string[]): Promise<void> => {
    await until(`the tray menu entry ${labels.join(' > ')}`, async () => {
      const target = await item();
      let entries = await readMenu(bus, target);
      let entry: TrayMenuEntry | undefined;
      for (const label of labels) {
        entry = entries.find((candidate) => isLabelled(candidate, label) && candidate.isVisible);
        entries = entry?.children ?? [];
      }
      if (entry?.isEnabled !== true) return false;
      try {
        await callMenu(bus, target, 'Event', 'isvu', [entry.id, 'clicked', ['s', ''], 0]);
        return true;
      } catch (error) {
        // The menu was built anew between the look and the click, so that the entry is gone: as a person does, look again.
        if (error instanceof BusCallError && error.message.includes('in Event')) return false;
        throw error;
      }
    });
  };

  /** How many menus of the host are on the screen: its windows that are higher than its bar. Closed ones stay, unmapped. */
  const openMenus = async (): Promise<number> => {
    const tree = (await runProgram('xwininfo', ['-root', '-tree'], environment)).toString();
    const ids = [...tree.matchAll(/(0x[0-9a-f]+) .*"Gtk-sni-tray-standalone"\)\s+\d+x(\d+)\+/gu)]
      .filter(([, , height]) => Number(height) > BAR_HEIGHT)
      .map(([, id]) => String(id));
    let count = 0;
    for (const id of ids) {
      // A window that is gone by now is not on the screen.
      const facts = await runProgram('xwininfo', ['-id', id], environment).catch(() => '');
      if (facts.toString().includes('Map State: IsViewable')) count += 1;
    }
    return count;
  };

  const areOpen = (count: number): Promise<boolean> =>
    until(`${count} menus`, async () => (await openMenus()) === count, MENU_MS).catch(() => false);

  /** Whether all of it opened: the menu is built anew whenever something changes, and what was open under it is closed then. */
  const tryToOpen = async (labels: readonly string[]): Promise<boolean> => {
    // The bar stands at the top left.
    await runProgram('xdotool', ['mousemove', '15', '15', 'click', '3'], environment);
    if (!(await areOpen(1))) return false;
    let entries = await menu();
    for (const [index, label] of labels.entries()) {
      const reachable = entries.filter(({ isEnabled, isVisible }) => isEnabled && isVisible);
      const steps = reachable.findIndex((entry) => entry.label === label) + 1;
      if (steps === 0) return false;
      await runProgram('xdotool', ['key', ...Array.from({ length: steps }, () => 'Down'), 'Right'], environment);
      if (!(await areOpen(index + 2))) return false;
      entries = reachable[steps - 1]?.children ?? [];
    }
    return true;
  };

  const openMenu = async (labels: readonly string[]): Promise<void> => {
    await item();
    await until(`the menu with what is under ${labels.join(' > ')}`, async () => {
      if (await tryToOpen(labels)) return true;
      await closeMenu();
      return false;
    });
  };

  const closeMenu = async (): Promise<void> => {
    // A level each; what is closed already takes no notice.
    await runProgram('xdotool', ['key', 'Escape', 'Escape', 'Escape'], environment);
    await until('the menu to close', async () => (await openMenus()) === 0);
  };

  return {
    openMenu,
    closeMenu,
    startHost,
    stopHost,
    restartHost: async () => {
      await stopHost();
      await startHost();
    },
    items,
    item,
    menu,
    click,
  };
}

async function readProperties(
  bus: SessionBus,
  destination: string,
  path: string,
  ofInterface: string,
): Promise<ReadonlyMap<string, unknown> | undefined> {
  try {
    const reply = await bus.call({
      destination,
      path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'GetAll',
      signature: 's',
      args: [ofInterface],
    });
    return dictionary(reply.body[0]);
  } catch {
    return undefined;
  }
}

function dictionary(pairs: unknown): ReadonlyMap<string, unknown> {
  const list: readonly unknown[] = Array.isArray(pairs) ? pairs : [];
  return new Map(
    list.map((pair) => {
      const [name, value] = pair as readonly [string, unknown];
      return [name, variantValue(value)];
    }),
  );
}

async function readItem(bus: SessionBus, address: string): Promise<TrayItem | undefined> {
  const slash = address.indexOf('/');
  const destination = slash === -1 ? address : address.slice(0, slash);
  const path = slash === -1 ? '/StatusNotifierItem' : address.slice(slash);
  const properties = await readProperties(bus, destination, path, ITEM);
  if (properties === undefined) return undefined;
  const text = (name: string): string => {
    const value = properties.get(name);
    return typeof value === 'string' ? value : '';
  };
  const toolTip = properties.get('ToolTip');
  return {
    destination,
    path,
    menuPath: text('Menu'),
    id: text('Id'),
    title: text('Title'),
    status: text('Status'),
    toolTip: Array.isArray(toolTip) ? [toolTip[2], toolTip[3]].filter(Boolean).join(' ') : '',
  };
}

async function callMenu(
  bus: SessionBus,
  item: TrayItem,
  member: string,
  signature: string,
  args: readonly unknown[],
): Promise<readonly unknown[]> {
  const reply = await bus.call({
    destination: item.destination,
    path: item.menuPath,
    interface: MENU,
    member,
    signature,
    args,
  });
  return reply.body;
}

async function readMenu(bus: SessionBus, item: TrayItem): Promise<readonly TrayMenuEntry[]> {
  // What a host does before it opens a menu: the application may fill it only now.
  await callMenu(bus, item, 'AboutToShow', 'i', [0]).catch(() => undefined);
  const [, root] = await callMenu(bus, item, 'GetLayout', 'iias', [0, -1, []]);
  return menuEntry(root).children;
}

function menuEntry(node: unknown): TrayMenuEntry {
  const [id, pairs, children] = node as readonly [number, unknown, readonly unknown[]];
  const properties = dictionary(pairs);
  const isSeparator = properties.get('type') === 'separator';
  const isCheckable = typeof properties.get('toggle-type') === 'string' && properties.get('toggle-type') !== '';
  const label = properties.get('label');
  return {
    id,
    label: typeof label === 'string' ? withoutMnemonic(label) : '',
    isEnabled: properties.get('enabled') !== false && !isSeparator,
    isVisible: properties.get('visible') !== false,
    isSeparator,
    ...(isCheckable ? { isChecked: properties.get('toggle-state') === 1 } : {}),
    children: children.map((child) => menuEntry(variantValue(child))),
  };
}

/** A single underscore marks the next letter; a double one is an underscore. */
function withoutMnemonic(label: string): string {
  return label.replace(/__|_/gu, (marks) => (marks === '__' ? '_' : ''));
}
