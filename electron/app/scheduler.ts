import type { Caller } from '../../shared/actor';
import type { Execute } from './execute';
import type { Feed } from './feed';
import type { Clock, Logger } from './ports';
import type { StoreHolder } from './store-holder';

/**
 * The longest that a timer sleeps, in milliseconds. Timers run on a clock that stands still in sleep and knows nothing of
 * changes of the wall clock, so the deadline is looked at again at least this often.
 */
const LONGEST_SLEEP_MS = 30_000;

const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'approval_expiry' }, ancestorIds: [] };

/** What the scheduler needs. */
export type SchedulerParts = {
  readonly holder: StoreHolder;
  readonly execute: Execute;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Expires approvals at their deadline: one timer, armed for the next one, and armed anew after each commit. */
export function startScheduler(parts: SchedulerParts): { readonly wake: () => void; readonly close: () => void } {
  const { holder, execute, feed, clock, logger } = parts;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function arm(): void {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => void tick(), Math.min(Math.max(0, untilNextDeadline()), LONGEST_SLEEP_MS));
    timer.unref();
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
    if (untilNextDeadline() <= 0) {
      const result = await execute(gatehouse, 'approvals.expireDue', {});
      if (!result.ok && !isClosed) {
        // The store is in trouble: try again later instead of in a loop.
        clearTimeout(timer);
        timer = setTimeout(arm, LONGEST_SLEEP_MS);
        timer.unref();
        return;
      }
    }
    arm();
  }

  const unsubscribe = feed.subscribe(arm);
  const unsubscribeHolder = holder.onChange(arm);
  arm();
  return {
    /** Looks at the clock at once: after sleep. */
    wake: arm,
    close() {
      isClosed = true;
      unsubscribe();
      unsubscribeHolder();
      clearTimeout(timer);
    },
  };
}
