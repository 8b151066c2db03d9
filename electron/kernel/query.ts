import type { InputOf, OutputOf, QueryName } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { type Result, refused } from '../../shared/kernel/errors';
import { queryHandlers } from '../nouns/handlers';
import { lackOfAuthority } from './authority';
import type { QueryOutcome } from './handler';
import type { Clock, Ids, Logger } from './ports';
import type { StoreHolder } from './store-holder';
import { unreadableRefusal } from './unreadable-answers';

/** The one door for reads. Answers at once; never throws. */
export type Query = <N extends QueryName>(caller: Caller, name: N, input: InputOf<N>) => Result<OutputOf<N>>;

/** The door for reads of this store. */
export function createQuery(holder: StoreHolder, clock: Clock, ids: Ids, logger: Logger): Query {
  return (caller, name, input) => {
    const lack = lackOfAuthority(caller, name);
    if (lack !== undefined) return { ok: false, refusal: lack };
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      const handler = queryHandlers[name] as (context: object, given: unknown) => QueryOutcome<OutputOf<typeof name>>;
      return handler({ store: state.store.read, caller, now: clock.now() }, input);
    } catch (error) {
      if (holder.failed(error)) return refused('STORE_UNAVAILABLE');
      const unreadable = unreadableRefusal(error);
      if (unreadable !== undefined) return unreadable;
      const correlationId = ids.uuid();
      logger.error({ error, correlationId }, 'a query failed');
      return refused('INTERNAL', { correlationId });
    }
  };
}
