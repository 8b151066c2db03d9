import type { Caller } from '../../shared/actor';
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

const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'approval_expiry' }, ancestorIds: [] };

/** What the scheduler needs. */
export type SchedulerParts = {
  readonly holder: StoreHolder;
  readonly execute: Execute;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * Expires approvals at their deadline: one timer, armed for the next one, and armed anew after each commit. While the store is
 * in trouble that may pass by itself, the timer tries it again instead.
 */
export function startScheduler(parts: SchedulerParts): { readonly wake: () => void; readonly close: () => void } {
  const { holder, execute, feed, clock, logger } = parts;
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
      const deadline = state.store.read.approvals.nextDeadline();
      return deadline === undefined ? LONGEST_SLEEP_MS : deadline - clock.now();
    } catch (error) {
      logger.error({ error }, 'the next deadline could not be read');
      return LONGEST_SLEEP_MS;
    }
  }

  async function tick(): Promise<void> {
    let shortestSleepMs = 0;
    if (hasPassingTrouble()) holder.open();
    else if (untilNextDeadline() <= 0) {
      const result = await execute(gatehouse, 'approvals.expireDue', {});
      // What could not be done now is tried again later, not in a loop.
      if (!result.ok) shortestSleepMs = RETRY_INTERVAL_MS;
    }
    arm(shortestSleepMs);
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
