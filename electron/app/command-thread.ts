import { Worker } from 'node:worker_threads';
import type { Result } from '../../shared/errors';
import { type StoreTrouble, StoreTroubleError } from '../store/trouble';
import type { Commit } from './feed';
import type { LongCommands, LongOrder, LongTurn } from './long-command';
import type { Logger } from './ports';

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

/** Runs each long command in a thread of its own, on its own connection to the database of this home folder. */
export function createCommandThread(script: URL, home: string, logger: Logger): LongCommands {
  const underWay = new Set<Worker>();
  return {
    async run(order, turn) {
      const start: ThreadStart = { home, order };
      const worker = new Worker(script, { workerData: start });
      underWay.add(worker);
      try {
        return await listen(worker, turn, logger);
      } finally {
        underWay.delete(worker);
        // Only then is its connection closed for certain, and what it did not commit undone.
        await worker.terminate();
      }
    },
    async close() {
      await Promise.all([...underWay].map((worker) => worker.terminate()));
    },
  };
}

function listen(worker: Worker, turn: LongTurn, logger: Logger): Promise<Result<unknown>> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
    const tell = (message: ToThread) => worker.postMessage(message);
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread of a long command ended before its command did')));
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'prepared':
          turn.untilAlone().then((now) => tell({ kind: 'alone', now }), reject);
          return;
        case 'committed':
          turn.publish(message.slice).then(() => tell({ kind: 'heard' }), reject);
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
