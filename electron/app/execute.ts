import type { Caller } from '../../shared/actor';
import type { CommandName, InputOf, OutputOf } from '../../shared/contract';
import { type Result, refused, succeeded } from '../../shared/errors';
import type { CommittedEvent, GovernanceEvent } from '../../shared/events';
import type { Store, WriteStore } from '../store/database';
import { lackOfAuthority } from './authority';
import type { Feed } from './feed';
import type { CommandContext, CommandOutcome } from './handler';
import { commandHandlers } from './handlers/index';
import type { Clock, Ids, Logger } from './ports';
import { preparations } from './preparations';
import type { StoreHolder } from './store-holder';

/** The one door for writes (design.md decision 3). Resolves after the commit; never rejects. */
export type Execute = <N extends CommandName>(
  caller: Caller,
  name: N,
  input: InputOf<N>,
) => Promise<Result<OutputOf<N>>>;

/** Gatehouse itself, acting on a timer. */
const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'approval_expiry' },
  ancestorIds: [],
};

type Waiting = {
  readonly caller: Caller;
  readonly name: CommandName;
  readonly input: unknown;
  readonly prepared?: unknown;
  readonly answer: (result: Result<never>) => void;
};

/** What the door needs. */
export type ExecuteParts = {
  readonly holder: StoreHolder;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** The door and its end. */
export type Door = {
  readonly execute: Execute;
  /** Commits at once what waits. */
  readonly flush: () => void;
  /** Commits what waits; then everything is refused with SHUTTING_DOWN. */
  readonly close: () => void;
};

/** The door for writes to this store. */
export function createExecute(parts: ExecuteParts): Door {
  const { holder, feed, clock, ids, logger } = parts;
  let waiting: Waiting[] = [];
  let isClosed = false;

  const execute: Execute = (caller, name, input) => {
    const lack = lackOfAuthority(caller, name);
    if (lack !== undefined) return Promise.resolve({ ok: false, refusal: lack });
    const prepare = preparations[name];
    return prepare === undefined ? enqueue(caller, name, input) : prepareAndEnqueue(prepare, caller, name, input);
  };

  function enqueue<T>(caller: Caller, name: CommandName, input: unknown, prepared?: unknown): Promise<Result<T>> {
    if (isClosed) return Promise.resolve(refused('SHUTTING_DOWN'));
    return new Promise((answer) => {
      // Group commit (design.md decision 4): what arrives in one tick shares one transaction and one flush to disk.
      if (waiting.length === 0) setImmediate(drain);
      waiting.push({ caller, name, input, prepared, answer });
    });
  }

  async function prepareAndEnqueue<T>(
    prepare: NonNullable<(typeof preparations)[CommandName]>,
    caller: Caller,
    name: CommandName,
    input: unknown,
  ): Promise<Result<T>> {
    const state = holder.state();
    if (isClosed) return refused('SHUTTING_DOWN');
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      return await enqueue(caller, name, input, await prepare(state.store.read, clock.now(), ids));
    } catch (error) {
      return holder.failed(error) ? refused('STORE_UNAVAILABLE') : internal(error);
    }
  }

  function drain(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const state = holder.state();
    if (!state.isOpen) {
      for (const { answer } of batch) answer(refused('STORE_UNAVAILABLE'));
      return;
    }
    const results: Result<unknown>[] = [];
    let committed: CommittedEvent[] = [];
    try {
      const now = clock.now();
      state.store.transaction((store) => {
        committed = [];
        results.length = 0;
        // Deadlines first, so that every command meets a world in which what is over is over.
        runOne(state.store, store, gatehouse, 'approvals.expireDue', {}, now, committed);
        for (const { caller, name, input, prepared } of batch) {
          results.push(runOne(state.store, store, caller, name, input, now, committed, prepared));
        }
      });
    } catch (error) {
      // Nothing of the batch was committed, so nobody is told otherwise.
      const isStore = holder.failed(error);
      if (!isStore) logger.error({ error }, 'a batch of commands failed');
      for (const { answer } of batch) answer(isStore ? refused('STORE_UNAVAILABLE') : internal(error));
      return;
    }
    holder.wroteWell();
    if (committed.length > 0) feed.publish(committed);
    for (const [index, { answer }] of batch.entries()) answer(results[index] as Result<never>);
  }

  /** Runs one command under its own savepoint; what it wrote stays only when it succeeds. */
  function runOne(
    transaction: Store,
    store: WriteStore,
    caller: Caller,
    name: CommandName,
    input: unknown,
    now: number,
    committed: CommittedEvent[],
    prepared?: unknown,
  ): Result<unknown> {
    let outcome = refused('INTERNAL') as CommandOutcome<unknown>;
    const before = committed.length;
    try {
      transaction.savepoint(() => {
        const events: GovernanceEvent[] = [];
        const handler = commandHandlers[name] as (context: object, given: unknown) => CommandOutcome<unknown>;
        outcome = handler({ ...contextOf(store, caller, now, events), prepared }, input);
        if (outcome.ok) committed.push(...record(store, events, caller, now));
        return outcome.ok;
      });
      if (outcome.ok) return succeeded(outcome.value);
      const { denial, aftermath } = outcome;
      transaction.savepoint(() => {
        const events: GovernanceEvent[] = denial === undefined ? [] : [denial];
        aftermath?.(contextOf(store, caller, now, events));
        committed.push(...record(store, events, caller, now));
        return true;
      });
      return { ok: false, refusal: outcome.refusal };
    } catch (error) {
      committed.length = before;
      // A broken store fails the whole batch; a bug fails its own command only.
      if (holder.failed(error)) throw error;
      return internal(error);
    }
  }

  function contextOf(store: WriteStore, caller: Caller, now: number, events: GovernanceEvent[]): CommandContext {
    return { store, caller, now, ids, emit: (event) => events.push(event) };
  }

  function record(store: WriteStore, events: readonly GovernanceEvent[], caller: Caller, now: number) {
    return events.map((event) => store.audit.append(event, event.actor ?? caller.actor, now));
  }

  function internal(error: unknown): Result<never> {
    const correlationId = ids.uuid();
    logger.error({ error, correlationId }, 'a command failed');
    return refused('INTERNAL', { correlationId });
  }

  return {
    execute,
    flush: drain,
    close() {
      drain();
      isClosed = true;
    },
  };
}
