import type { InputOf, LongQueryName, OutputOf, QueryName } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';
import { queryHandlers } from '../nouns/handlers';
import type { LongOrder } from './beside';
import type { QueryOutcome } from './handler';
import { oneAtATime } from './one-at-a-time';
import type { ReadStore, Store } from './store/database';
import { internalRefusal, unreadableRefusal } from './thrown';
import type { WriteQueueParts } from './write-queue';

/** How whoever sends something that may take a while follows it, and leaves. The signal is looked at only by what takes a while. */
export type Walk = { readonly signal: AbortSignal; readonly onProgress?: (rows: number, ofRows: number) => void };

/** What the handler of a long query is given besides its input. It must end when the signal aborts. */
export type LongQueryContext = {
  readonly store: ReadStore;
  readonly walk: Walk;
  /** Has the part of it done that long-work.ts has, beside the main process's own thread. */
  readonly beside: () => Promise<unknown>;
};

/** Handles each long query of the contract that it has a key for. */
export type LongQueryHandlers<Names extends LongQueryName = LongQueryName> = {
  readonly [N in Names]: (context: LongQueryContext, input: InputOf<N>) => Promise<OutputOf<N>>;
};

/** Answers queries; who sends them has been looked at. Nothing of it throws or rejects. */
export type Queries = {
  readonly now: (caller: Caller, name: QueryName, input: unknown) => Result<unknown>;
  /** One that takes long and needs nothing but the store, beside the main process's own thread. */
  readonly beside: (caller: Caller, name: QueryName, input: unknown) => Promise<Result<unknown>>;
  /** A long query of the contract: refused with AUDIT_CANCELLED when its walk is left. */
  readonly walk: (caller: Caller, name: LongQueryName, input: unknown, walk: Walk) => Promise<Result<unknown>>;
  /** For the start: who answers the long queries. */
  readonly answerLong: (handlers: LongQueryHandlers) => void;
  /** For the end: gives up what is under way, and what comes. */
  readonly endLong: () => void;
};

/** What of the queue's parts the queries need too. */
type QueryParts = Omit<WriteQueueParts, 'feed'>;

/** The queries of the store of this holder. */
export function createQueries(parts: QueryParts): Queries {
  const { holder, clock, beside } = parts;
  const end = new AbortController();
  let longQueries: Partial<LongQueryHandlers> = {};
  // One at a time, so that several neither add up nor hold as many copies of the state in memory.
  const walks = oneAtATime();
  const exports = oneAtATime();

  function queryNow(caller: Caller, name: QueryName, input: unknown): Result<unknown> {
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      const handler = queryHandlers[name] as (context: object, given: unknown) => QueryOutcome<unknown>;
      return handler({ store: state.store.read, caller, now: clock.now() }, input);
    } catch (error) {
      return thrown(error, 'a query failed');
    }
  }

  async function queryBeside(caller: Caller, name: QueryName, input: unknown): Promise<Result<unknown>> {
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      return await beside.run(orderOf(caller, name, input, state.store), { signal: end.signal });
    } catch (error) {
      return thrown(error, 'a query failed');
    }
  }

  function orderOf(caller: Caller, name: LongOrder['name'], input: unknown, { place }: Store): LongOrder {
    return { caller, name, input, now: clock.now(), place };
  }

  async function walkNow(caller: Caller, name: LongQueryName, input: unknown, walk: Walk): Promise<Result<unknown>> {
    const signal = AbortSignal.any([walk.signal, end.signal]);
    if (signal.aborted) return refused('AUDIT_CANCELLED');
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      const handler = longQueries[name];
      if (handler === undefined) throw new Error(`nobody answers ${name}`);
      const context: LongQueryContext = {
        store: state.store.read,
        walk: { ...walk, signal },
        async beside() {
          const done = await beside.run(orderOf(caller, name, input, state.store), { signal });
          return done.ok ? done.value : Promise.reject(new Error(done.refusal.code));
        },
      };
      return succeeded(await handler(context, input as InputOf<typeof name>));
    } catch (error) {
      return signal.aborted ? refused('AUDIT_CANCELLED') : thrown(error, 'a long query failed');
    }
  }

  function thrown(error: unknown, message: string): Result<never> {
    if (holder.failed(error)) return refused('STORE_UNAVAILABLE');
    return unreadableRefusal(error) ?? internalRefusal(error, message, parts);
  }

  return {
    now: queryNow,
    beside: (...query) => exports(() => queryBeside(...query)),
    walk: (...query) => walks(() => walkNow(...query)),
    answerLong(handlers) {
      longQueries = handlers;
    },
    endLong: () => end.abort(),
  };
}
