import type { DesktopNotification, NotificationAction, NotificationSurface } from '../notifications/port';
import { bodyText, escapeMarkup, titleText } from './notification-text';
import type { BusReply, BusSignal, SessionBus } from './session-bus';

const NOTIFICATIONS = 'org.freedesktop.Notifications';
const NOTIFICATIONS_PATH = '/org/freedesktop/Notifications';

const NEVER_EXPIRES = 0;
const SERVER_DECIDES = -1;
const URGENCY = { normal: 1, critical: 2 } as const;

/** A server that dies of a notification must not get it for ever. */
const MAXIMUM_RESTORES = 3;

/** How we appear: `desktopEntry` is the name of our .desktop file without its ending, `iconPath` is absolute. */
export type NotifyingApp = {
  readonly name: string;
  readonly desktopEntry: string;
  readonly iconPath?: string;
};

/** What is on the screen of which bus: ids of notifications, and the unique names of the servers that gave them. */
export type ShownIds = {
  readonly busId: string;
  readonly shown: readonly { readonly server: string; readonly id: number }[];
};

/** Where a process notes what it has on the screen, for the one after it. */
export interface Leftovers {
  load(): ShownIds;
  save(shown: ShownIds): void;
}

const forgetful: Leftovers = { load: () => ({ busId: '', shown: [] }), save() {} };

type Capabilities = { readonly hasActions: boolean; readonly hasMarkup: boolean };

/** What is on the screen. `server` is the unique name of who shows it, so an id of a dead server fits nothing. */
type ShownNotification = {
  readonly server: string;
  readonly id: number;
  readonly generation: number;
  readonly notification: DesktopNotification;
  readonly restores: number;
};

type LostNotification = Pick<ShownNotification, 'notification' | 'restores'>;

/** Notifications by D-Bus, with buttons where the server has them; hidden characters are shown, and long texts cut. */
export function createDbusNotifications(
  bus: SessionBus,
  onAction: (key: string, action: NotificationAction) => void,
  app: NotifyingApp,
  leftovers: Leftovers = forgetful,
): NotificationSurface {
  return new DbusNotifications(bus, onAction, app, leftovers);
}

class DbusNotifications implements NotificationSurface {
  readonly #bus: SessionBus;
  readonly #onAction: (key: string, action: NotificationAction) => void;
  readonly #app: NotifyingApp;
  readonly #shown = new Map<string, ShownNotification>();
  /** Was on the screen when the server went away, and is shown again by the next one. */
  readonly #lost = new Map<string, LostNotification>();
  readonly #lastStep = new Map<string, Promise<unknown>>();
  readonly #stops: readonly (() => void)[];
  #capabilities: Promise<Capabilities | undefined> | undefined;
  #hasButtons = false;
  #generation = 0;
  #isClosed = false;

  readonly #leftovers: Leftovers;
  readonly #busId: Promise<string>;

  constructor(
    bus: SessionBus,
    onAction: (key: string, action: NotificationAction) => void,
    app: NotifyingApp,
    leftovers: Leftovers,
  ) {
    this.#bus = bus;
    this.#onAction = onAction;
    this.#app = app;
    const place = { path: NOTIFICATIONS_PATH, interface: NOTIFICATIONS };
    this.#stops = [
      bus.onSignal({ ...place, member: 'ActionInvoked' }, (signal) => this.#hearAction(signal)),
      bus.onSignal({ ...place, member: 'NotificationClosed' }, (signal) => this.#hearClosed(signal)),
      bus.onNameOwnerChanged(NOTIFICATIONS, (owner) => this.#changeServer(owner)),
    ];
    void this.#findCapabilities(false);
    this.#leftovers = leftovers;
    this.#busId = bus.busId();
    void this.#closeLeftovers();
  }

  get hasButtons(): boolean {
    return this.#hasButtons;
  }

  show(notification: DesktopNotification): Promise<boolean> {
    this.#lost.delete(notification.key);
    return this.#inTurn(notification.key, () => this.#showNow(notification, 0));
  }

  isShown(key: string): boolean {
    return this.#shown.has(key) || this.#lost.has(key) || this.#lastStep.has(key);
  }

  withdraw(key: string): void {
    this.#lost.delete(key);
    void this.#inTurn(key, () => this.#withdrawNow(key));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#lost.clear();
    const keys = new Set([...this.#shown.keys(), ...this.#lastStep.keys()]);
    const withdrawals = [...keys].map((key) => this.#inTurn(key, () => this.#withdrawNow(key)));
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    await Promise.all(withdrawals);
  }

  /** Steps of one key run one after the other: the id that the first one gets is what the next one replaces. */
  #inTurn<Result>(key: string, step: () => Promise<Result>): Promise<Result> {
    const before = this.#lastStep.get(key) ?? Promise.resolve();
    const current = before.then(step);
    this.#lastStep.set(key, current);
    void current.finally(() => {
      if (this.#lastStep.get(key) === current) this.#lastStep.delete(key);
    });
    return current;
  }

  async #showNow(notification: DesktopNotification, restores: number): Promise<boolean> {
    if (this.#isClosed) return false;
    const capabilities = await this.#findCapabilities(true);
    if (capabilities === undefined) return false;
    const previous = this.#shown.get(notification.key);
    this.#generation += 1;
    const generation = this.#generation;
    const reply =
      (previous === undefined ? undefined : await this.#notify(notification, capabilities, generation, previous)) ??
      (await this.#notify(notification, capabilities, generation, undefined));
    if (reply === undefined) return false;
    const [id] = reply.body;
    if (typeof id !== 'number') return false;
    this.#shown.set(notification.key, { server: reply.sender, id, generation, notification, restores });
    void this.#remember();
    return true;
  }

  async #notify(
    notification: DesktopNotification,
    capabilities: Capabilities,
    generation: number,
    previous: ShownNotification | undefined,
  ): Promise<BusReply | undefined> {
    const { text, isWhole } = bodyText(notification.body);
    try {
      return await this.#bus.call({
        // A replacement goes to the very server that knows the id: with another one it may be somebody else's.
        destination: previous?.server ?? NOTIFICATIONS,
        path: NOTIFICATIONS_PATH,
        interface: NOTIFICATIONS,
        member: 'Notify',
        signature: 'susssasa{sv}i',
        args: [
          this.#app.name,
          previous?.id ?? 0,
          this.#app.iconPath ?? '',
          titleText(notification.title),
          capabilities.hasMarkup ? escapeMarkup(text) : text,
          capabilities.hasActions ? wireActions(notification, generation, isWhole) : [],
          [
            ['urgency', ['y', URGENCY[notification.urgency]]],
            ['desktop-entry', ['s', this.#app.desktopEntry]],
            // A change of what is already there makes no second sound.
            ['suppress-sound', ['b', previous !== undefined || notification.isSilent === true]],
          ],
          staysUntilWithdrawn(notification) ? NEVER_EXPIRES : SERVER_DECIDES,
        ],
        // By then somebody was told that it could not be shown, and showed it in another way.
        onLateReply: (reply) => void this.#closeOnServer(reply.sender, reply.body[0]),
      });
    } catch {
      return undefined;
    }
  }

  async #withdrawNow(key: string): Promise<void> {
    const shown = this.#shown.get(key);
    if (shown === undefined) return;
    this.#shown.delete(key);
    void this.#remember();
    await this.#closeOnServer(shown.server, shown.id);
  }

  async #closeOnServer(server: string, id: unknown): Promise<void> {
    if (typeof id !== 'number') return;
    try {
      await this.#bus.call({
        destination: server,
        path: NOTIFICATIONS_PATH,
        interface: NOTIFICATIONS,
        member: 'CloseNotification',
        signature: 'u',
        args: [id],
      });
    } catch {
      // It is gone already, and so is the server perhaps.
    }
  }

  #hearAction(signal: BusSignal): void {
    const shown = this.#shownBy(signal);
    const wireAction = signal.body[1];
    if (shown === undefined || typeof wireAction !== 'string') return;
    const action = chosenAction(shown, wireAction);
    if (action !== undefined) this.#onAction(shown.notification.key, action);
  }

  #hearClosed(signal: BusSignal): void {
    const shown = this.#shownBy(signal);
    if (shown === undefined) return;
    this.#shown.delete(shown.notification.key);
    void this.#remember();
  }

  /** Only the server that shows it may speak about it; everyone else on the bus could invent a click. */
  #shownBy(signal: BusSignal): ShownNotification | undefined {
    const [id] = signal.body;
    return [...this.#shown.values()].find((shown) => shown.server === signal.sender && shown.id === id);
  }

  #changeServer(owner: string | undefined): void {
    for (const [key, { server, notification, restores }] of this.#shown) {
      if (server === owner) continue;
      this.#lost.set(key, { notification, restores });
      this.#shown.delete(key);
    }
    this.#capabilities = undefined;
    if (owner === undefined) return;
    void this.#findCapabilities(false);
    this.#restoreLost();
  }

  #restoreLost(): void {
    for (const [key, { notification, restores }] of [...this.#lost]) {
      this.#lost.delete(key);
      if (restores >= MAXIMUM_RESTORES) continue;
      void this.#inTurn(key, async () => {
        if (!this.#shown.has(key)) await this.#showNow(notification, restores + 1);
      });
    }
  }

  /** What a process that was killed left on the screen has buttons that do nothing: it goes. */
  async #closeLeftovers(): Promise<void> {
    const { busId, shown } = this.#leftovers.load();
    if (busId === '' || busId !== (await this.#busId)) return;
    await Promise.all(shown.map(({ server, id }) => this.#closeOnServer(server, id)));
  }

  async #remember(): Promise<void> {
    const busId = await this.#busId;
    this.#leftovers.save({ busId, shown: [...this.#shown.values()].map(({ server, id }) => ({ server, id })) });
  }

  #findCapabilities(canStartServer: boolean): Promise<Capabilities | undefined> {
    const known = this.#capabilities;
    if (known === undefined) {
      const asked = this.#askCapabilities(canStartServer);
      this.#capabilities = asked;
      return asked;
    }
    // A first question that started no server may have found none: this one may start it.
    return canStartServer ? known.then((found) => found ?? this.#askAgain(known)) : known;
  }

  #askAgain(failed: Promise<Capabilities | undefined>): Promise<Capabilities | undefined> {
    if (this.#capabilities === failed) this.#capabilities = undefined;
    return this.#findCapabilities(true);
  }

  async #askCapabilities(canStartServer: boolean): Promise<Capabilities | undefined> {
    try {
      const reply = await this.#bus.call({
        destination: NOTIFICATIONS,
        path: NOTIFICATIONS_PATH,
        interface: NOTIFICATIONS,
        member: 'GetCapabilities',
        canStartProgram: canStartServer,
      });
      const [names] = reply.body;
      const list: readonly unknown[] = Array.isArray(names) ? names : [];
      this.#hasButtons = list.includes('actions');
      return { hasActions: this.#hasButtons, hasMarkup: list.includes('body-markup') };
    } catch {
      return undefined;
    }
  }
}

function staysUntilWithdrawn(notification: DesktopNotification): boolean {
  return notification.staysUntilWithdrawn ?? notification.actions.some(({ action }) => action !== 'open');
}

/**
 * The pairs of key and label to send. A deciding key carries the generation, so that a click on what was replaced a
 * moment ago decides nothing. Opening is always the `default` action, which some servers show as a button too.
 */
function wireActions(notification: DesktopNotification, generation: number, isWhole: boolean): readonly string[] {
  // INVARIANT: nobody approves what they could not read to its end; to deny or to open is always safe.
  const deciding = notification.actions.filter(({ action }) => action === 'deny' || (action !== 'open' && isWhole));
  const open = notification.actions.find(({ action }) => action === 'open');
  return [
    ...deciding.flatMap(({ action, label }) => [`${action}.${generation}`, titleText(label)]),
    'default',
    titleText(open?.label ?? 'Open'),
  ];
}

function chosenAction(shown: ShownNotification, wireAction: string): NotificationAction | undefined {
  if (wireAction === 'default') return 'open';
  return shown.notification.actions.find(
    ({ action }) => action !== 'open' && wireAction === `${action}.${shown.generation}`,
  )?.action;
}
