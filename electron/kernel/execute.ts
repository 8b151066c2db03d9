import type { CommandName, InputOf, OutputOf } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { type Result, refused } from '../../shared/kernel/errors';
import { lackOfAuthority } from './authority';
import { type Batch, internalRefusal, type Order, runBatch } from './batch';
import type { Feed } from './feed';
import { isLargeInput } from './large-input';
import type { LongCommands, LongTurn } from './long-command';
import type { Clock, Ids, Logger } from './ports';
import { preparations } from './preparations';
import type { StoreHolder } from './store-holder';

/** The one door for writes (design.md decision 3). Resolves after the commit; never rejects. */
export type Execute = <N extends CommandName>(
  caller: Caller,
  name: N,
  input: InputOf<N>,
) => Promise<Result<OutputOf<N>>>;

/** Commands that one transaction takes at most, so that the window has its turns during a storm of them; it ends after a large one. */
const MOST_IN_A_BATCH = 64;

type Waiting = Order & { readonly isLarge: boolean; readonly answer: (result: Result<never>) => void };

/** What the door needs. */
export type ExecuteParts = {
  readonly holder: StoreHolder;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly longCommands: LongCommands;
};

/** The door and its end. */
export type Door = {
  readonly execute: Execute;
  /** For the end: gives up a long command that is under way, and commits at once what waits. */
  readonly flush: () => Promise<void>;
  /** Refuses everything with SHUTTING_DOWN from now on, and commits what waits. */
  readonly close: () => Promise<void>;
};

/** The one door for writes to the store of this holder. */
export function createExecute(parts: ExecuteParts): Door {
  const { holder, feed, clock, ids, logger, longCommands } = parts;
  let waiting: Waiting[] = [];
  let isClosed = false;
  /** Whether a long command is alone with the database; the others wait until it is over. */
  let isHeld = false;
  let lastLong: Promise<unknown> = Promise.resolve();

  const execute: Execute = (caller, name, input) => {
    const lack = lackOfAuthority(caller, name);
    if (lack !== undefined) return Promise.resolve({ ok: false, refusal: lack });
    if (preparations[name] === undefined) return enqueue(caller, name, input);
    // One at a time: two would wait for each other's turn with the database.
    const result = lastLong.then(() => runLong<never>({ caller, name, input }));
    lastLong = result;
    return result;
  };

  function enqueue<T>(caller: Caller, name: CommandName, input: unknown): Promise<Result<T>> {
    if (isClosed) return Promise.resolve(refused('SHUTTING_DOWN'));
    return new Promise((answer) => {
      // Group commit (design.md decision 4): what arrives in one tick shares one transaction and one flush to disk.
      if (waiting.length === 0) setImmediate(drainOne);
      waiting.push({ caller, name, input, isLarge: isLargeInput(input), answer });
    });
  }

  async function runLong<T>(order: Order): Promise<Result<T>> {
    if (isClosed) return refused('SHUTTING_DOWN');
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    const turn: LongTurn = {
      untilAlone() {
        isHeld = true;
        return Promise.resolve(clock.now());
      },
      publish(slice) {
        feed.publish(slice);
        return new Promise((resolve) => setImmediate(resolve));
      },
    };
    try {
      const result = await longCommands.run({ ...order, now: clock.now(), place: state.store.place }, turn);
      holder.wroteWell();
      return result as Result<T>;
    } catch (error) {
      if (isClosed) return refused('SHUTTING_DOWN');
      return holder.failed(error) ? refused('STORE_UNAVAILABLE') : internalRefusal(error, parts);
    } finally {
      isHeld = false;
      if (waiting.length > 0) setImmediate(drainOne);
    }
  }

  /**
   * The operator's before all others, so that no storm keeps a decision waiting; else in the order they came. A rotation comes
   * first of all: it names the row that it will be, and any other would be that row.
   */
  function nextOrders(): readonly Waiting[] {
    const rank = ({ name, caller }: Waiting) =>
      name === 'audit.noteRotation' ? 0 : caller.role === 'operator' ? 1 : 2;
    const ordered = waiting.toSorted((one, other) => rank(one) - rank(other));
    const firstLarge = ordered.findIndex(({ isLarge }) => isLarge);
    const count = firstLarge === -1 ? MOST_IN_A_BATCH : Math.min(MOST_IN_A_BATCH, firstLarge + 1);
    waiting = ordered.slice(count);
    return ordered.slice(0, count);
  }

  function drainOne(): void {
    if (isHeld) return;
    runNext(nextOrders());
    if (waiting.length > 0) setImmediate(drainOne);
  }

  function runNext(orders: readonly Waiting[]): void {
    if (orders.length === 0) return;
    const state = holder.state();
    if (!state.isOpen) {
      for (const { answer } of orders) answer(refused('STORE_UNAVAILABLE'));
      return;
    }
    let batch: Batch;
    try {
      batch = runBatch(state.store, orders, clock.now(), { ids, logger });
    } catch (error) {
      // Nothing of the batch was committed, so nobody is told otherwise.
      const isStore = holder.failed(error);
      if (!isStore) logger.error({ error }, 'a batch of commands failed');
      for (const { answer } of orders) answer(isStore ? refused('STORE_UNAVAILABLE') : internalRefusal(error, parts));
      return;
    }
    holder.wroteWell();
    if (batch.committed.length > 0) feed.publish(batch.committed);
    for (const [index, { answer }] of orders.entries()) answer(batch.results[index] as Result<never>);
  }

  async function flush(): Promise<void> {
    await longCommands.close();
    await lastLong;
    while (waiting.length > 0) runNext(nextOrders());
  }

  return {
    execute,
    flush,
    async close() {
      isClosed = true;
      await flush();
    },
  };
}
