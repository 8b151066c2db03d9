import type { Socket } from 'node:net';
import { createConnection, type WireConnection, type WireMessage } from '@homebridge/dbus-native';
import { ForgivingSocket } from './forgiving-socket';

const BUS_NAME = 'org.freedesktop.DBus';
const BUS_PATH = '/org/freedesktop/DBus';

const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;
const SIGNAL = 4;

const NO_REPLY_EXPECTED = 1;
const NO_AUTO_START = 2;

const OPEN_TIMEOUT_MS = 3_000;
const CALL_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 500;

/** One method call; it waits three seconds for its answer unless told otherwise. */
export type BusCall = {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly args?: readonly unknown[];
  readonly timeoutMs?: number;
  /** False asks only a program that already runs; the bus would start one otherwise. */
  readonly canStartProgram?: boolean;
  /** Gets an answer that came after the wait was over, so that its effect can be undone. */
  readonly onLateReply?: (reply: BusReply) => void;
};

/** An answer; `sender` is the unique name of who gave it, stamped by the bus and never used twice. */
export type BusReply = { readonly sender: string; readonly body: readonly unknown[] };

/** Which signals to hear; leaving `member` out hears all of the interface. */
export type SignalMatch = {
  readonly path: string;
  readonly interface: string;
  readonly member?: string;
};

/** A signal; anyone on the bus can send one, so trust it only after looking at `sender`. */
export type BusSignal = {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
};

/** The other side answered with an error, or nobody could be reached. */
export class BusCallError extends Error {
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(message === '' ? errorName : `${errorName}: ${message}`);
    this.name = 'BusCallError';
    this.errorName = errorName;
  }
}

/** One connection to the session bus. When the bus goes away calls reject, nothing throws, and nothing reconnects. */
export interface SessionBus {
  /** Our own unique name, such as `:1.42`. */
  readonly uniqueName: string;
  readonly isLost: boolean;
  /** Rejects with BusCallError on refusal, timeout or a lost bus. */
  call(request: BusCall): Promise<BusReply>;
  /** Hears matching signals in the order of the bus, each after the replies that came before it were handled. */
  onSignal(match: SignalMatch, listener: (signal: BusSignal) => void): () => void;
  /** What tells this bus from every other one; empty when the bus is lost. */
  busId(): Promise<string>;
  /** The unique name behind a well-known one; undefined when nobody has it or the bus is lost. */
  nameOwner(name: string): Promise<string | undefined>;
  /** Tells each new owner of a well-known name, undefined when it was given up. */
  onNameOwnerChanged(name: string, listener: (owner: string | undefined) => void): () => void;
  /** Called once when the bus goes away on its own, not on `close`. */
  onLost(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Where to look for the bus; `process.env` unless given. */
export type SessionBusOptions = { readonly environment?: Readonly<Record<string, string | undefined>> };

/** Connects to the session bus; undefined when there is none that lets us in. */
export async function openSessionBus(options: SessionBusOptions = {}): Promise<SessionBus | undefined> {
  for (const socketPath of socketPaths(options.environment ?? process.env)) {
    const bus = await connect(socketPath);
    if (bus !== undefined) return bus;
  }
  return undefined;
}

/** The value inside a D-Bus variant as the wire library hands it over; undefined for anything else. */
export function variantValue(variant: unknown): unknown {
  if (!Array.isArray(variant)) return undefined;
  const values: unknown = variant[1];
  return Array.isArray(values) ? values[0] : undefined;
}

type PendingCall = {
  readonly resolve: (reply: BusReply) => void;
  readonly reject: (reason: BusCallError) => void;
  readonly timer: NodeJS.Timeout;
};

type Subscription = { readonly match: SignalMatch; readonly listener: (signal: BusSignal) => void };

function connect(socketPath: string): Promise<SessionBus | undefined> {
  return new Promise((resolve) => {
    const socket = new ForgivingSocket();
    const giveUp = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(undefined);
    };
    const timer = setTimeout(giveUp, OPEN_TIMEOUT_MS);
    // A listener for `error` stays for good: an unheard one would end the process.
    socket.on('error', giveUp);
    socket.once('close', giveUp);
    try {
      socket.connect({ path: socketPath });
      const wire = createConnection({ stream: socket, authMethods: ['EXTERNAL'] });
      wire.on('error', giveUp);
      wire.once('connect', () => {
        const bus = new WireSessionBus(socket, wire);
        bus.sayHello().then(() => {
          clearTimeout(timer);
          resolve(bus);
        }, giveUp);
      });
    } catch {
      giveUp();
    }
  });
}

class WireSessionBus implements SessionBus {
  uniqueName = '';
  isLost = false;
  readonly #socket: Socket;
  readonly #wire: WireConnection;
  readonly #pending = new Map<number, PendingCall>();
  readonly #late = new Map<number, (reply: BusReply) => void>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #lostListeners = new Set<() => void>();
  #lastSerial = 0;
  #isClosing = false;

  constructor(socket: Socket, wire: WireConnection) {
    this.#socket = socket;
    this.#wire = wire;
    // INVARIANT: one turn of the loop for each message, so that whoever awaits a reply has finished with it before
    // the next signal is heard. A click that arrives right behind the answer to Notify would be lost otherwise.
    wire.on('message', (message: WireMessage) => setImmediate(() => this.#receive(message)));
    wire.on('end', () => this.#lose());
    socket.once('close', () => this.#lose());
  }

  async sayHello(): Promise<void> {
    const reply = await this.#callBus('Hello');
    this.uniqueName = String(reply.body[0]);
  }

  call(request: BusCall): Promise<BusReply> {
    return new Promise((resolve, reject) => {
      if (this.isLost || this.#isClosing) {
        reject(new BusCallError('org.freedesktop.DBus.Error.Disconnected', 'the session bus is gone'));
        return;
      }
      const serial = this.#nextSerial();
      try {
        this.#wire.message({
          type: METHOD_CALL,
          serial,
          flags: request.canStartProgram === false ? NO_AUTO_START : 0,
          destination: request.destination,
          path: request.path,
          interface: request.interface,
          member: request.member,
          ...(request.signature === undefined ? {} : { signature: request.signature, body: request.args ?? [] }),
        });
      } catch (error) {
        reject(new BusCallError('org.freedesktop.DBus.Error.InvalidArgs', String(error)));
        return;
      }
      const timer = setTimeout(() => {
        this.#pending.delete(serial);
        if (request.onLateReply !== undefined) this.#late.set(serial, request.onLateReply);
        reject(new BusCallError('org.freedesktop.DBus.Error.NoReply', `${request.member} was not answered in time`));
      }, request.timeoutMs ?? CALL_TIMEOUT_MS);
      this.#pending.set(serial, { resolve, reject, timer });
    });
  }

  onSignal(match: SignalMatch, listener: (signal: BusSignal) => void): () => void {
    const subscription: Subscription = { match, listener };
    return this.#subscribe(subscription, matchRule(match));
  }

  async nameOwner(name: string): Promise<string | undefined> {
    try {
      const owner = (await this.#callBus('GetNameOwner', name)).body[0];
      return typeof owner === 'string' ? owner : undefined;
    } catch {
      return undefined;
    }
  }

  async busId(): Promise<string> {
    try {
      const id = (await this.#callBus('GetId')).body[0];
      return typeof id === 'string' ? id : '';
    } catch {
      return '';
    }
  }

  onNameOwnerChanged(name: string, listener: (owner: string | undefined) => void): () => void {
    const match: SignalMatch = { path: BUS_PATH, interface: BUS_NAME, member: 'NameOwnerChanged' };
    const hear = (signal: BusSignal): void => {
      const [changedName, , owner] = signal.body;
      if (signal.sender !== BUS_NAME || changedName !== name) return;
      listener(typeof owner === 'string' && owner !== '' ? owner : undefined);
    };
    return this.#subscribe({ match, listener: hear }, `${matchRule(match)},sender='${BUS_NAME}',arg0='${name}'`);
  }

  onLost(listener: () => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.isLost) return;
    this.#isClosing = true;
    this.#lostListeners.clear();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      // What was sent before is written out first; the bus then closes its side.
      this.#socket.end();
    });
  }

  #callBus(member: string, ...args: readonly string[]): Promise<BusReply> {
    return this.call({
      destination: BUS_NAME,
      path: BUS_PATH,
      interface: BUS_NAME,
      member,
      ...(args.length === 0 ? {} : { signature: 's'.repeat(args.length), args }),
    });
  }

  #subscribe(subscription: Subscription, rule: string): () => void {
    this.#subscriptions.add(subscription);
    this.#callBus('AddMatch', rule).catch(ignoreLostBus);
    return () => {
      if (!this.#subscriptions.delete(subscription)) return;
      this.#callBus('RemoveMatch', rule).catch(ignoreLostBus);
    };
  }

  #receive(message: WireMessage): void {
    switch (message.type) {
      case METHOD_RETURN:
      case ERROR:
        this.#receiveReply(message);
        break;
      case SIGNAL:
        this.#receiveSignal(message);
        break;
      case METHOD_CALL:
        this.#refuseCall(message);
        break;
    }
  }

  #receiveReply(message: WireMessage): void {
    const serial = message.replySerial ?? 0;
    const reply: BusReply = { sender: message.sender ?? '', body: message.body ?? [] };
    const pending = this.#pending.get(serial);
    if (pending === undefined) {
      const onLateReply = this.#late.get(serial);
      this.#late.delete(serial);
      if (message.type === METHOD_RETURN) onLateReply?.(reply);
      return;
    }
    this.#pending.delete(serial);
    clearTimeout(pending.timer);
    if (message.type === METHOD_RETURN) {
      pending.resolve(reply);
      return;
    }
    const [text] = reply.body;
    pending.reject(
      new BusCallError(message.errorName ?? 'org.freedesktop.DBus.Error.Failed', typeof text === 'string' ? text : ''),
    );
  }

  #receiveSignal(message: WireMessage): void {
    const signal: BusSignal = {
      sender: message.sender ?? '',
      path: message.path ?? '',
      interface: message.interface ?? '',
      member: message.member ?? '',
      body: message.body ?? [],
    };
    for (const { match, listener } of [...this.#subscriptions]) {
      if (match.path !== signal.path || match.interface !== signal.interface) continue;
      if (match.member !== undefined && match.member !== signal.member) continue;
      listener(signal);
    }
  }

  /** We offer nothing on the bus, but a caller that is not answered would wait. */
  #refuseCall(message: WireMessage): void {
    if (this.isLost || this.#isClosing || ((message.flags ?? 0) & NO_REPLY_EXPECTED) !== 0) return;
    if (message.sender === undefined) return;
    this.#wire.message({
      type: ERROR,
      serial: this.#nextSerial(),
      replySerial: message.serial,
      destination: message.sender,
      errorName: 'org.freedesktop.DBus.Error.UnknownMethod',
      signature: 's',
      body: ['nothing is offered here'],
    });
  }

  #lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new BusCallError('org.freedesktop.DBus.Error.Disconnected', 'the session bus is gone'));
    }
    this.#pending.clear();
    this.#late.clear();
    this.#subscriptions.clear();
    this.#socket.destroy();
    for (const listener of [...this.#lostListeners]) listener();
    this.#lostListeners.clear();
  }

  #nextSerial(): number {
    this.#lastSerial = this.#lastSerial >= 0x7fff_ffff ? 1 : this.#lastSerial + 1;
    return this.#lastSerial;
  }
}

function ignoreLostBus(): void {
  // Matches end with the connection; there is nothing left to undo.
}

function matchRule(match: SignalMatch): string {
  const member = match.member === undefined ? '' : `,member='${match.member}'`;
  return `type='signal',path='${match.path}',interface='${match.interface}'${member}`;
}

/** The unix sockets that an environment names, in the order to try; other transports are left out. */
function socketPaths(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const address = environment['DBUS_SESSION_BUS_ADDRESS'];
  if (address !== undefined && address !== '') return address.split(';').flatMap(socketPathOfAddress);
  // Where systemd puts the bus of a user; GDBus looks there too when the variable is missing.
  const runtimeFolder = environment['XDG_RUNTIME_DIR'];
  return runtimeFolder === undefined || runtimeFolder === '' ? [] : [`${runtimeFolder}/bus`];
}

function socketPathOfAddress(address: string): readonly string[] {
  const [transport, parameters = ''] = address.split(':', 2);
  if (transport !== 'unix') return [];
  for (const parameter of parameters.split(',')) {
    const [name, value = ''] = parameter.split('=', 2);
    if (name !== 'path' && name !== 'abstract') continue;
    try {
      const decoded = decodeURIComponent(value);
      return [name === 'path' ? decoded : `\0${decoded}`];
    } catch {
      return [];
    }
  }
  return [];
}
