import type { Caller } from '../../shared/kernel/actor';
import { type Deadline, deadlines } from '../nouns/lifecycle/deadlines';
import type { Send } from './door';
import type { Feed } from './feed';
import type { Clock, Logger } from './ports';
import type { ReadStore } from './store/database';
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

/** Something to be done again and again, each time when its instant has come. */
export interface Duty {
  /** When it is next to be done, in the past where that is over already; undefined when there is nothing to do. */
  next(store: ReadStore, now: number): number | undefined;
  /** Does it. Answers false when it could not be done now, so that it is tried again later. */
  meet(): Promise<boolean>;
}

/** What the scheduler needs. */
export type SchedulerParts = {
  readonly holder: StoreHolder;
  readonly send: Send;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What else has deadlines, besides the commands that Gatehouse sends itself. */
  readonly duties?: readonly Duty[];
};

/**
 * Sends the command of each deadline when it comes: one timer, armed for the next one of all kinds, and armed anew after each
 * commit. While the store is in trouble that may pass by itself, the timer tries it again instead.
 */
export function startScheduler(parts: SchedulerParts): { readonly wake: () => void; readonly close: () => void } {
  const { holder, feed } = parts;
  const duties = createDuties(parts);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function arm(shortestSleepMs = 0): void {
    clearTimeout(timer);
    if (isClosed) return;
    const sleepMs = hasPassingTrouble() ? RETRY_INTERVAL_MS : Math.min(duties.msUntilNext(), LONGEST_SLEEP_MS);
    timer = setTimeout(() => void tick(), Math.max(shortestSleepMs, sleepMs));
    timer.unref();
  }

  function hasPassingTrouble(): boolean {
    const trouble = holder.trouble();
    return trouble !== undefined && canPass(trouble);
  }

  async function tick(): Promise<void> {
    let shortestSleepMs = 0;
    holder.look();
    if (hasPassingTrouble()) holder.open();
    // What could not be done now is tried again later, not in a loop.
    else if (!(await duties.meetDue())) shortestSleepMs = RETRY_INTERVAL_MS;
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

/** All that has deadlines, and what of it is being done: that is not due once more meanwhile. */
function createDuties({ holder, send, clock, logger, duties: others = [] }: SchedulerParts) {
  const duties = [...deadlines.map(dutyOf), ...others];
  const underWay = new Set<Duty>();

  /** What is not being done, each with when it is next to be done; nothing while the store is closed. */
  function idle(now: number): readonly { readonly duty: Duty; readonly atMs: number }[] {
    const state = holder.state();
    if (!state.isOpen) return [];
    const { read } = state.store;
    const waiting = duties.filter((duty) => !underWay.has(duty));
    return waiting.map((duty) => ({ duty, atMs: nextOf(duty, read, now) }));
  }

  /** When a duty is next to be done; one whose deadline cannot be read keeps no other from being met. */
  function nextOf(duty: Duty, read: ReadStore, now: number): number {
    try {
      return duty.next(read, now) ?? Infinity;
    } catch (error) {
      logger.error({ error }, 'a deadline could not be read');
      return Infinity;
    }
  }

  function dueNow(): readonly Duty[] {
    const now = clock.now();
    return idle(now).flatMap(({ duty, atMs }) => (atMs <= now ? [duty] : []));
  }

  async function meet(duty: Duty): Promise<boolean> {
    underWay.add(duty);
    try {
      return await duty.meet();
    } finally {
      underWay.delete(duty);
    }
  }

  function dutyOf({ command, source, next }: Deadline): Duty {
    const duty: Duty = {
      next,
      /** Whether the deadline is met: its command did something, or there is nothing more to do. */
      async meet() {
        const result = await send(gatehouse(source), command, {});
        if (!result.ok) return false;
        const didSomething = 'count' in result.value && result.value.count > 0;
        underWay.delete(duty);
        return didSomething || !dueNow().includes(duty);
      },
    };
    return duty;
  }

  return {
    msUntilNext() {
      const now = clock.now();
      return Math.min(Infinity, ...idle(now).map(({ atMs }) => atMs - now));
    },
    /** Does what is due, sent together so that it shares one commit. Answers whether all of it could be done. */
    async meetDue() {
      const areDone = await Promise.all(dueNow().map(meet));
      return !areDone.includes(false);
    },
  };
}
