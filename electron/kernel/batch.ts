import type { CommandName } from '../../shared/contract/contract';
import type { CommittedEvent, GovernanceEvent } from '../../shared/events';
import type { Caller } from '../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';
import { commandHandlers } from '../nouns/handlers';
import type { CommandContext, CommandOutcome } from './handler';
import type { Store, WriteStore } from './store/database';
import { troubleOf } from './store/trouble';
import { type BugParts, internalRefusal, unreadableRefusal } from './thrown';

/** A command as it was sent; `prepared` is what was looked up for it before its transaction. */
export type Order = {
  readonly caller: Caller;
  readonly name: CommandName;
  readonly input: unknown;
  readonly prepared?: unknown;
};

/** What one transaction made: an answer to each command in its order, and every event. */
export type Batch = { readonly results: readonly Result<unknown>[]; readonly committed: readonly CommittedEvent[] };

/** Gatehouse itself, acting on a timer. */
const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'approval_expiry' },
  ancestorIds: [],
};

/**
 * Runs commands in one transaction, each under its own savepoint, and commits. Throws what keeps the whole of it from being
 * committed; then nothing of it is.
 */
export function runBatch(transaction: Store, orders: readonly Order[], now: number, parts: BugParts): Batch {
  const results: Result<unknown>[] = [];
  const committed: CommittedEvent[] = [];
  transaction.transaction((store) => {
    // Deadlines first, so that every command meets a world in which what is over is over.
    runOne(store, { caller: gatehouse, name: 'approvals.expireDue', input: {} });
    for (const order of orders) results.push(runOne(store, order));
  });
  return { results, committed };

  /** Runs one command under its own savepoint; what it wrote stays only when it succeeds. */
  function runOne(store: WriteStore, { caller, name, input, prepared }: Order): Result<unknown> {
    let outcome = refused('INTERNAL') as CommandOutcome<unknown>;
    const before = committed.length;
    store.unreadable.begin();
    try {
      transaction.savepoint(() => {
        const events: GovernanceEvent[] = [];
        const handler = commandHandlers[name] as (context: object, given: unknown) => CommandOutcome<unknown>;
        outcome = handler({ ...contextOf(store, caller, events), prepared }, input);
        if (outcome.ok) record(store, events, caller);
        return outcome.ok;
      });
      if (outcome.ok) return succeeded(outcome.value);
      const { denial, aftermath } = outcome;
      transaction.savepoint(() => {
        const events: GovernanceEvent[] = denial === undefined ? [] : [denial];
        aftermath?.(contextOf(store, caller, events));
        record(store, events, caller);
        return true;
      });
      return { ok: false, refusal: outcome.refusal };
    } catch (error) {
      committed.length = before;
      // A broken store fails the whole batch; a bug fails its own command only.
      if (troubleOf(error) !== undefined) throw error;
      return unreadableRefusal(error) ?? internalRefusal(error, 'a command failed', parts);
    }
  }

  function contextOf(store: WriteStore, caller: Caller, events: GovernanceEvent[]): CommandContext {
    return { store, caller, now, ids: parts.ids, emit: (event) => events.push(event) };
  }

  function record(store: WriteStore, events: readonly GovernanceEvent[], caller: Caller): void {
    for (const event of events) {
      committed.push(store.audit.append(event, event.actor ?? caller.actor, now, caller.citedApprovalId));
    }
  }
}
