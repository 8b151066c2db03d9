import type { Result } from '../../shared/kernel/errors';
import { type BatchParts, type Order, runBatch } from './batch';
import type { Commit } from './feed';
import type { Ids } from './ports';
import { preparations } from './preparations';
import type { ReadStore, Store } from './store/database';
import type { FilePlace } from './store/file-place';

/** A command that takes long, when it was sent, and the files of the database that it is meant for. */
export type LongOrder = Omit<Order, 'prepared'> & { readonly now: number; readonly place: FilePlace };

/** What a long command agrees on with the door. */
export interface LongTurn {
  /** Resolves to the time when nobody else writes until the command is over. */
  untilAlone(): Promise<number>;
  /** Tells what was committed, a slice at a time. Resolves when the listeners have heard it. */
  publish(slice: Commit): Promise<void>;
}

/** Runs commands that take long, beside the main process's own thread (decision 13). */
export interface LongCommands {
  /** Rejects with what kept it from being committed; then nothing of it is. */
  run(order: LongOrder, turn: LongTurn): Promise<Result<unknown>>;
  /** Gives up what is under way; what was not committed yet is not. */
  close(): Promise<void>;
}

/** Events that listeners are told of at a time, so that thousands keep no one waiting. */
const SLICE_SIZE = 25;

/** Looks up what the command needs while others write, then runs and commits it while nobody else does, and tells of it. */
export async function runLongCommand(
  store: Store,
  { now, place: _place, ...order }: LongOrder,
  turn: LongTurn,
  parts: BatchParts,
): Promise<Result<unknown>> {
  const prepare = preparations[order.name] as
    | ((read: ReadStore, at: number, ids: Ids, input: unknown) => unknown)
    | undefined;
  const prepared = prepare?.(store.read, now, parts.ids, order.input);
  const { results, committed } = runBatch(store, [{ ...order, prepared }], await turn.untilAlone(), parts);
  for (let from = 0; from < committed.length; from += SLICE_SIZE) {
    await turn.publish(committed.slice(from, from + SLICE_SIZE));
  }
  const [result] = results;
  if (result === undefined) throw new Error('a command was not answered');
  return result;
}
