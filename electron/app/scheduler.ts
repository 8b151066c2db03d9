import type { Caller } from '../../shared/actor';
import { type Deadline, deadlines } from './deadlines';
import type { Execute } from './execute';
import type { Feed } from './feed';
import type { Clock, Logger } from './ports';
import { canPass, type StoreHolder } from './store-holder';

/**
 * The longest that a timer sleeps, in milliseconds. Timers run on a clock that stands still in sleep and knows nothing of
 * changes of the wall clock, so the deadline is looked at again at least this often.
 */
const LONGEST_SLEEP_MS = 30_000;

/** How often a store in trouble that may pass by itself is tried again, in milliseconds. */
const RETRY_INTERVAL_MS = 5_000;

/** Gatehouse itself, by the name of what acts. */
const gatehouse = (source: string): Caller => ({
  role: 'gatehouse',
  actor: { kind: 'system', source },
  ancestorIds: [],
});

/** What the scheduler needs. */
export type SchedulerParts = {
  readonly holder: StoreHolder;
  readonly execute: Execute;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * Sends the command of each deadline when it comes: one timer, armed for the next one of all kinds, and armed anew after each
 * commit. While the store is in trouble that may pass by itself, the timer tries it again instead.
 */
export function startScheduler(parts: SchedulerParts): { readonly wake: () => void; readonly close: () => void } {
  const { holder, execute, feed, clock, logger } = parts;
  /** Those whose command is on its way. */
  const underWay = new Set<Deadline>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function arm(shortestSleepMs = 0): void {
    clearTimeout(timer);
    if (isClosed) return;
    const sleepMs = hasPassingTrouble() ? RETRY_INTERVAL_MS : Math.min(untilNextDeadline(), LONGEST_SLEEP_MS);
    timer = setTimeout(() => void tick(), Math.max(shortestSleepMs, sleepMs));
    timer.unref();
  }

  function hasPassingTrouble(): boolean {
    const trouble = holder.trouble();
    return trouble !== undefined && canPass(trouble);
  }

  function untilNextDeadline(): number {
    const state = holder.state();
    if (!state.isOpen) return LONGEST_SLEEP_MS;
    try {
      const now = clock.now();
      const { read } = state.store;
      return Math.min(LONGEST_SLEEP_MS, ...idle().map(({ next }) => (next(read, now) ?? Infinity) - now));
    } catch (error) {
      logger.error({ error }, 'the next deadline could not be read');
      return LONGEST_SLEEP_MS;
    }
  }

  async function tick(): Promise<void> {
    let shortestSleepMs = 0;
    if (hasPassingTrouble()) holder.open();
    else {
      // Sent together, so that what is due together shares one commit.
      const areDone = await Promise.all(dueNow().map(meet));
      // What could not be done now is tried again later, not in a loop.
      if (areDone.includes(false)) shortestSleepMs = RETRY_INTERVAL_MS;
    }
    arm(shortestSleepMs);
  }

  function idle(): readonly Deadline[] {
    return deadlines.filter((deadline) => !underWay.has(deadline));
  }

  function dueNow(): readonly Deadline[] {
    const state = holder.state();
    if (!state.isOpen) return [];
    const now = clock.now();
    const { read } = state.store;
    try {
      return idle().filter(({ next }) => (next(read, now) ?? Infinity) <= now);
    } catch (error) {
      logger.error({ error }, 'the deadlines could not be read');
      return [];
    }
  }

  /** Whether the deadline is met: its command did something, or there is nothing more to do. */
  async function meet(deadline: Deadline): Promise<boolean> {
    underWay.add(deadline);
    const result = await execute(gatehouse(deadline.source), deadline.command, {});
    underWay.delete(deadline);
    if (!result.ok) return false;
    const didSomething = 'count' in result.value && result.value.count > 0;
    return didSomething || !dueNow().includes(deadline);
  }

  const unsubscribe = feed.subscribe(() => arm());
  const unsubscribeHolder = holder.onChange(() => arm());
  arm();
  return {
    /** Looks at the clock at once: after sleep. */
    wake: () => arm(),
    close() {
      isClosed = true;
      unsubscribe();
      unsubscribeHolder();
      clearTimeout(timer);
    },
  };
}
