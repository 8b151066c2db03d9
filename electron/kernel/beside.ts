import type { Worker } from 'node:worker_threads';
import type { ContractName } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import type { Result } from '../../shared/kernel/errors';
import type { Commit } from './feed';
import type { Logger } from './ports';
import type { FilePlace } from './store/file-place';
import { type StoreTrouble, StoreTroubleError } from './store/trouble';
import { type DatabaseThread, startThread } from './thread';

/** A row of the contract that takes long, when it was sent, and the files of the database that it is meant for. */
export type LongOrder = {
  readonly caller: Caller;
  readonly name: ContractName;
  readonly input: unknown;
  readonly now: number;
  readonly place: FilePlace;
};

/** What long work agrees on with whoever has it done; a query needs none of it. */
export interface LongTurn {
  /** Resolves to the time when nobody else writes until the command is over. */
  untilAlone?(): Promise<number>;
  /** Tells what was committed, a slice at a time. Resolves when the listeners have heard it. */
  publish?(slice: Commit): Promise<void>;
  /** Gives the work up when it aborts. */
  readonly signal?: AbortSignal;
}

/** Does what takes long beside the main process's own thread (decision 13). */
export interface Beside {
  /** Rejects with what kept it from being done; then nothing of it is. */
  run(order: LongOrder, turn: LongTurn): Promise<Result<unknown>>;
  /** Gives up what is under way, and waits until it has ended; what was not committed yet is not. */
  close(): Promise<void>;
}

/** What the thread says. */
export type FromThread =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'committed'; readonly slice: Commit }
  | { readonly kind: 'done'; readonly result: Result<unknown> }
  | { readonly kind: 'trouble'; readonly trouble: StoreTrouble }
  | { readonly kind: 'log'; readonly level: keyof Logger; readonly details: object; readonly message: string };

/** What the thread is told: that it is alone with the database, and that the listeners have heard a slice. */
export type ToThread = { readonly kind: 'alone'; readonly now: number } | { readonly kind: 'heard' };

/** What the thread starts with. */
export type ThreadStart = { readonly home: string; readonly order: LongOrder };

/** Does each piece of work in a thread of its own, on its own connection to the database of this home folder. */
export function createBeside(script: URL, home: string, logger: Logger): Beside {
  const underWay = new Set<DatabaseThread>();
  const endOf = (thread: DatabaseThread) => thread.end().then(() => void underWay.delete(thread));
  return {
    async run(order, turn) {
      turn.signal?.throwIfAborted();
      const thread = startThread(script, { home, order } satisfies ThreadStart);
      underWay.add(thread);
      try {
        return await listen(thread.worker, turn, logger);
      } finally {
        const isOver = endOf(thread);
        // Only then is its connection closed for certain, and what it did not commit undone. Whoever gives up what only reads does
        // not wait until the database has answered its last question.
        if (turn.signal?.aborted !== true) await isOver;
      }
    },
    async close() {
      await Promise.all([...underWay].map(endOf));
    },
  };
}

function listen(worker: Worker, turn: LongTurn, logger: Logger): Promise<Result<unknown>> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
    const tell = (message: ToThread) => worker.postMessage(message);
    turn.signal?.addEventListener('abort', () => reject(turn.signal?.reason as Error), { once: true });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread of long work ended before its work did')));
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'prepared':
          turn.untilAlone?.().then((now) => tell({ kind: 'alone', now }), reject);
          return;
        case 'committed':
          turn.publish?.(message.slice).then(() => tell({ kind: 'heard' }), reject);
          return;
        case 'done':
          resolve(message.result);
          return;
        case 'trouble':
          reject(new StoreTroubleError(message.trouble));
          return;
        case 'log':
          logger[message.level](message.details, message.message);
      }
    });
  });
}
