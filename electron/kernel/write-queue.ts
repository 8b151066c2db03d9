import { contractEntry } from '../../shared/contract/contract';
import { type Result, refused } from '../../shared/kernel/errors';
import { type Batch, type Order, runBatch } from './batch';
import type { Beside } from './beside';
import type { Feed } from './feed';
import { isLargeInput } from './large-input';
import { runsBeside } from './long-work';
import { oneAtATime } from './one-at-a-time';
import type { Clock, Ids, Logger } from './ports';
import type { StoreHolder } from './store-holder';
import { internalRefusal } from './thrown';

/** Commands that one transaction takes at most, so that the window has its turns during a storm of them; it ends after a large one. */
const MOST_IN_A_BATCH = 64;

type Waiting = Order & { readonly isLarge: boolean; readonly answer: (result: Result<unknown>) => void };

/** What the queue needs. */
export type WriteQueueParts = {
  readonly holder: StoreHolder;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly beside: Beside;
};

/** Commands on their way into the store; who sends them has been looked at. */
export type WriteQueue = {
  /** Resolves after the commit; never rejects. */
  readonly add: (order: Order) => Promise<Result<unknown>>;
  /** Gives up a long command that is under way, and commits at once what waits. */
  readonly flush: () => Promise<void>;
  /** Refuses everything with SHUTTING_DOWN from now on, and commits what waits. */
  readonly close: () => Promise<void>;
};

/** The queue before the store of this holder. */
export function createWriteQueue(parts: WriteQueueParts): WriteQueue {
  const { holder, feed, clock, beside } = parts;
  let waiting: Waiting[] = [];
  let isClosed = false;
  /** Whether a long command is alone with the database; the others wait until it is over. */
  let isHeld = false;
  // One at a time: two would wait for each other's turn with the database.
  const longTurns = oneAtATime();

  function enqueue(order: Order): Promise<Result<unknown>> {
    if (isClosed) return Promise.resolve(refused('SHUTTING_DOWN'));
    return new Promise((answer) => {
      // Group commit (design.md decision 4): what arrives in one tick shares one transaction and one flush to disk.
      if (waiting.length === 0) setImmediate(drainOne);
      waiting.push({ ...order, isLarge: isLargeInput(order.input), answer });
    });
  }

  async function runLong(order: Order): Promise<Result<unknown>> {
    if (isClosed) return refused('SHUTTING_DOWN');
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      const result = await beside.run(
        { ...order, now: clock.now(), place: state.store.place },
        {
          untilAlone() {
            isHeld = true;
            return Promise.resolve(clock.now());
          },
          publish(slice) {
            feed.publish(slice);
            return new Promise((resolve) => setImmediate(resolve));
          },
        },
      );
      holder.wroteWell();
      return result;
    } catch (error) {
      if (isClosed) return refused('SHUTTING_DOWN');
      return holder.failed(error) ? refused('STORE_UNAVAILABLE') : internalRefusal(error, 'a command failed', parts);
    } finally {
      isHeld = false;
      if (waiting.length > 0) setImmediate(drainOne);
    }
  }

  function drainOne(): void {
    if (isHeld) return;
    runNext();
    if (waiting.length > 0) setImmediate(drainOne);
  }

  function runNext(): void {
    const [orders, later] = nextOf(waiting);
    waiting = later;
    if (orders.length > 0) runTogether(orders, parts);
  }

  async function flush(): Promise<void> {
    await beside.close();
    await longTurns(() => Promise.resolve());
    while (waiting.length > 0) runNext();
  }

  return {
    add: (order) => (runsBeside(order.name) ? longTurns(() => runLong(order)) : enqueue(order)),
    flush,
    async close() {
      isClosed = true;
      await flush();
    },
  };
}

/**
 * The next to be run together, and those that come after them: the operator's before all others, so that no storm keeps a decision
 * waiting, else in the order they came. A rotation comes first of all: it names the row that it will be, and any other would be that row.
 */
function nextOf(waiting: readonly Waiting[]): readonly [next: readonly Waiting[], later: Waiting[]] {
  const rank = ({ name, caller }: Waiting) => (name === 'audit.noteRotation' ? 0 : caller.role === 'operator' ? 1 : 2);
  const ordered = waiting.toSorted((one, other) => rank(one) - rank(other));
  const firstLarge = ordered.findIndex(({ isLarge }) => isLarge);
  const count = firstLarge === -1 ? MOST_IN_A_BATCH : Math.min(MOST_IN_A_BATCH, firstLarge + 1);
  return [ordered.slice(0, count), ordered.slice(count)];
}

/** Runs these in one transaction, and answers each after its commit. */
function runTogether(orders: readonly Waiting[], parts: WriteQueueParts): void {
  const { holder, feed, clock, logger } = parts;
  const state = holder.state();
  if (!state.isOpen) {
    for (const { answer } of orders) answer(refused('STORE_UNAVAILABLE'));
    return;
  }
  let batch: Batch;
  try {
    batch = runBatch(state.store, orders, clock.now(), parts);
  } catch (error) {
    // Nothing of the batch was committed, so nobody is told otherwise.
    const isStore = holder.failed(error);
    if (!isStore) logger.error({ error }, 'a batch of commands failed');
    for (const { answer } of orders) {
      answer(isStore ? refused('STORE_UNAVAILABLE') : internalRefusal(error, 'a command failed', parts));
    }
    return;
  }
  holder.wroteWell();
  if (batch.committed.length > 0) feed.publish(batch.committed);
  const changed = orders.flatMap(({ name }, index) =>
    batch.results[index]?.ok ? (contractEntry(name).changes ?? []) : [],
  );
  if (changed.length > 0) feed.publishUnlogged([...new Set(changed)]);
  for (const [index, { answer }] of orders.entries()) answer(batch.results[index] as Result<unknown>);
}
