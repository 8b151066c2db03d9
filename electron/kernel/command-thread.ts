import type { Worker } from 'node:worker_threads';
import type { OutputOf } from '../../shared/contract/contract';
import type { Result } from '../../shared/kernel/errors';
import type { Commit } from './feed';
import type { LongCommands, LongOrder, LongTurn } from './long-command';
import type { Logger } from './ports';
import type { FilePlace } from './store/file-place';
import { type StoreTrouble, StoreTroubleError } from './store/trouble';
import { type DatabaseThread, startThread } from './thread';

/** What the thread says. */
export type FromThread =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'committed'; readonly slice: Commit }
  | { readonly kind: 'done'; readonly result: Result<unknown> }
  | { readonly kind: 'trouble'; readonly trouble: StoreTrouble }
  | { readonly kind: 'log'; readonly level: keyof Logger; readonly details: object; readonly message: string };

/** What the thread is told: that it is alone with the database, and that the listeners have heard a slice. */
export type ToThread = { readonly kind: 'alone'; readonly now: number } | { readonly kind: 'heard' };

/** What the thread starts with: a command to run, or the state to export. */
export type ThreadStart = { readonly home: string } & (
  | { readonly order: LongOrder }
  | { readonly exportAtMs: number; readonly place: FilePlace }
);

/** Exports the whole state, as `state.export` does, beside the main process's own thread: it may take seconds. */
export interface StateExport {
  /** Rejects with what kept it from being read. */
  run(now: number, place: FilePlace): Promise<Result<OutputOf<'state.export'>>>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** Exports each time in a thread of its own, from one snapshot of the database of this home folder, while others write. */
export function createExportThread(script: URL, home: string, logger: Logger): StateExport {
  const threads = threadsOf(script);
  const nobody: LongTurn = { untilAlone: () => Promise.resolve(0), publish: () => Promise.resolve() };
  return {
    run: (now, place) =>
      threads.run({ home, exportAtMs: now, place }, nobody, logger) as Promise<Result<OutputOf<'state.export'>>>,
    close: threads.close,
  };
}

/** Runs each long command in a thread of its own, on its own connection to the database of this home folder. */
export function createCommandThread(script: URL, home: string, logger: Logger): LongCommands {
  const threads = threadsOf(script);
  return { run: (order, turn) => threads.run({ home, order }, turn, logger), close: threads.close };
}

function threadsOf(script: URL) {
  const underWay = new Set<DatabaseThread>();
  return {
    async run(start: ThreadStart, turn: LongTurn, logger: Logger): Promise<Result<unknown>> {
      const thread = startThread(script, start);
      underWay.add(thread);
      try {
        return await listen(thread.worker, turn, logger);
      } finally {
        // Only then is its connection closed for certain, and what it did not commit undone.
        await thread.end();
        underWay.delete(thread);
      }
    },
    async close(): Promise<void> {
      await Promise.all([...underWay].map((thread) => thread.end()));
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
