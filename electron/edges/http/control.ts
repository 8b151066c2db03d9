import type { DeskStatus } from '../../../shared/contract/desk-contract';
import { messageOf } from '../../../shared/kernel/message-of';
import type { Clock, Logger } from '../../kernel/ports';
import { removeEndpoint, writeEndpoint } from './endpoint-file';
import type { Api, ApiParts } from './server';

type ApiStatus = DeskStatus['api'];

/** Starts and stops the API, and knows how it is. */
export interface ApiControl {
  status(): ApiStatus;
  /** Starts it, or starts it anew on the port that is now wanted. Never rejects: the status says what came of it. */
  restart(): Promise<void>;
  /** Writes down again where it listens: what kept it from being written has passed. */
  tellAgain(): void;
  close(): Promise<void>;
}

/** What the control needs; `parts` is what each server is made of. */
export type ApiControlParts = {
  readonly home: string;
  /** Whether that is still the folder that was opened: no other is told of this API. */
  readonly isHomeInPlace: () => boolean;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wantedPort: () => number;
  readonly parts: ApiParts;
  readonly onChange: () => void;
};

/** The control of an API that is not started yet. */
export function createApiControl(control: ApiControlParts): ApiControl {
  let api: Api | undefined;
  let status: ApiStatus = { state: 'starting' };
  let turn = Promise.resolve();

  const change = (next: ApiStatus) => {
    status = next;
    control.onChange();
  };

  async function stop(): Promise<void> {
    if (control.isHomeInPlace()) removeEndpoint(control.home);
    const stopping = api;
    api = undefined;
    await stopping?.close();
  }

  /** A disk that is full keeps the file from being written, and nobody from being answered. */
  function tellEndpoint(url: string, port: number): void {
    if (!control.isHomeInPlace()) return;
    try {
      writeEndpoint(control.home, { url, port, version: control.version, startedAtMs: control.clock.now() });
    } catch (error) {
      control.logger.warn({ error }, 'where the API listens could not be written down');
    }
  }

  async function start(): Promise<void> {
    await stop();
    change({ state: 'starting' });
    const port = control.wantedPort();
    try {
      // Loaded here, after the app is ready: a web server is the slowest part to load.
      const { startApi } = await import('./server');
      api = await startApi(control.parts, port);
      const { url } = api;
      tellEndpoint(url, api.port);
      change({ state: 'listening', url });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      control.logger.error({ error }, 'the API did not start');
      const message = messageOf(error);
      change({ state: 'failed', port, reason: isTaken ? 'port_taken' : 'other', message });
    }
  }

  return {
    status: () => status,
    restart() {
      turn = turn.then(start);
      return turn;
    },
    tellAgain() {
      if (api !== undefined) tellEndpoint(api.url, api.port);
    },
    close() {
      turn = turn.then(stop);
      return turn;
    },
  };
}
