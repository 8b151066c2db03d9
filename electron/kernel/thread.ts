import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads';
import { stopReadingWhen } from './store/sqlite';

/** A thread that reads and writes the database by connections of its own. */
export type DatabaseThread = {
  readonly worker: Worker;
  /**
   * Has it end at its next question to the database, and resolves when it has; at once where it has ended already. It is never
   * terminated: that aborts the whole process where it meets the driver in the midst of a call.
   */
  readonly end: () => Promise<void>;
};

type Stoppable = { readonly stop: Int32Array };

/** Starts a thread; its script begins with `enterThread`. */
export function startThread(script: URL, data: object): DatabaseThread {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(script, { workerData: { ...data, stop } satisfies Stoppable });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  return {
    worker,
    end() {
      Atomics.store(stop, 0, 1);
      // It may be waiting for an answer.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
      worker.postMessage(undefined);
      return ended;
    },
  };
}

/** What a thread's script is given: what it was started with, and how it talks with who started it. */
export type ThreadEntry<Data, Said> = {
  readonly data: Data;
  readonly say: (message: Said, transferred?: readonly Transferable[]) => void;
  /** The next message; rejects when the thread is to end. */
  readonly answer: <Told>() => Promise<Told>;
  /** Whether an error is only that it was asked to end. */
  readonly isEnded: () => boolean;
};

/** The first thing that a thread's script does: from here on it ends when it is asked to. */
export function enterThread<Data, Said>(): ThreadEntry<Data, Said> {
  if (parentPort === null) throw new Error('this runs in a thread only');
  const port = parentPort;
  const { stop, ...data } = workerData as Stoppable;
  const isEnded = () => Atomics.load(stop, 0) === 1;
  stopReadingWhen(isEnded);
  return {
    data: data as Data,
    say: (message, transferred = []) => port.postMessage(message, transferred),
    answer: async <Told>() => {
      const told = isEnded()
        ? undefined
        : await new Promise<Told | undefined>((resolve) => {
            port.once('message', resolve);
          });
      if (told === undefined) throw new Error('the thread is to end');
      return told;
    },
    isEnded,
  };
}
