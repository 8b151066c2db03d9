// The package's own declarations leave out the one function that we use.
declare module '@homebridge/dbus-native' {
  import type { EventEmitter } from 'node:events';
  import type { Duplex } from 'node:stream';

  /** A message as it is on the wire, with its body already taken apart. */
  export type WireMessage = {
    readonly type: number;
    readonly serial: number;
    readonly flags?: number;
    readonly replySerial?: number;
    readonly sender?: string;
    readonly destination?: string;
    readonly path?: string;
    readonly interface?: string;
    readonly member?: string;
    readonly errorName?: string;
    readonly signature?: string;
    readonly body?: readonly unknown[];
  };

  /** Emits `connect`, `message`, `error` and `end`; sends what `message` is given. */
  export interface WireConnection extends EventEmitter {
    message(message: WireMessage): void;
  }

  /** Shakes hands over the given stream; throws nothing, emits `error` instead. */
  export function createConnection(options: {
    readonly stream: Duplex;
    readonly authMethods: readonly string[];
  }): WireConnection;
}
