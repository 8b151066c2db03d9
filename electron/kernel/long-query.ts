import type { InputOf, LongQueryName, OutputOf } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';
import { lackOfAuthority } from './authority';
import type { Ids, Logger } from './ports';
import type { ReadStore } from './store/database';
import type { StoreHolder } from './store-holder';
import { unreadableRefusal } from './unreadable-answers';

/** How whoever asks for something long follows it, and ends it. */
export type Walk = { readonly signal: AbortSignal; readonly onProgress?: (rows: number, ofRows: number) => void };

/** The door for reads that take long. Never rejects; refuses with AUDIT_CANCELLED once the signal aborts. */
export type LongQuery = <N extends LongQueryName>(
  caller: Caller,
  name: N,
  input: InputOf<N>,
  walk: Walk,
) => Promise<Result<OutputOf<N>>>;

/** What the handler of a long query is given besides its input. It must work in slices, and end when the signal aborts. */
export type LongQueryContext = { readonly store: ReadStore; readonly walk: Walk };

/** Handles each long query of the contract that it has a key for. */
export type LongQueryHandlers<Names extends LongQueryName = LongQueryName> = {
  readonly [N in Names]: (context: LongQueryContext, input: InputOf<N>) => Promise<OutputOf<N>>;
};

/** What the door needs. */
export type LongQueryParts = {
  readonly holder: StoreHolder;
  readonly handlers: LongQueryHandlers;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** The door, and its end, which ends what is under way. One at a time, so that the slices of several never add up. */
export function createLongQuery(parts: LongQueryParts): { readonly longQuery: LongQuery; readonly close: () => void } {
  const { holder, handlers, ids, logger } = parts;
  const end = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();

  const longQuery: LongQuery = (caller, name, input, walk) => {
    const lack = lackOfAuthority(caller, name);
    if (lack !== undefined) return Promise.resolve({ ok: false, refusal: lack });
    const signal = AbortSignal.any([walk.signal, end.signal]);
    const answer = turn.then(() => carryOut(name, input, { ...walk, signal }));
    turn = answer;
    return answer;
  };

  async function carryOut<N extends LongQueryName>(
    name: N,
    input: InputOf<N>,
    walk: Walk,
  ): Promise<Result<OutputOf<N>>> {
    if (walk.signal.aborted) return refused('AUDIT_CANCELLED');
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      return succeeded(await handlers[name]({ store: state.store.read, walk }, input));
    } catch (error) {
      if (walk.signal.aborted) return refused('AUDIT_CANCELLED');
      if (holder.failed(error)) return refused('STORE_UNAVAILABLE');
      const unreadable = unreadableRefusal(error);
      if (unreadable !== undefined) return unreadable;
      const correlationId = ids.uuid();
      logger.error({ error, correlationId }, 'a long query failed');
      return refused('INTERNAL', { correlationId });
    }
  }

  return { longQuery, close: () => end.abort() };
}
