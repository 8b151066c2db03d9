import type { CommandName, InputOf, OutputOf, QueryName } from '../../shared/contract/contract';
import type { GovernanceEvent } from '../../shared/events';
import type { Caller } from '../../shared/kernel/actor';
import type { Refusal } from '../../shared/kernel/errors';
import type { Ids } from './ports';
import type { ReadStore, WriteStore } from './store/database';

/** What a command handler is given besides its input. */
export type CommandContext = {
  readonly store: WriteStore;
  readonly caller: Caller;
  readonly now: number;
  readonly ids: Ids;
  /** Notes what happened; it is written to the audit log with the change, or not at all. */
  readonly emit: (event: GovernanceEvent) => void;
  /** What was looked up before the transaction, for the few commands that have a preparation. */
  readonly prepared?: unknown;
};

/** What a query handler is given besides its input. */
export type QueryContext = { readonly store: ReadStore; readonly caller: Caller; readonly now: number };

/** A command's answer, or its refusal: then nothing that it wrote or emitted stays, but the denial that it tells of. */
export type CommandOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      readonly denial?: GovernanceEvent;
      /** What follows from the refusal, done once all else is undone: a request to the operator to lift what refused. */
      readonly aftermath?: (context: CommandContext) => void;
    };

/** A query's answer, or its refusal. */
export type QueryOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Handles each command of the contract that it has a key for. */
export type CommandHandlers<Names extends CommandName> = {
  readonly [N in Names]: (context: CommandContext, input: InputOf<N>) => CommandOutcome<OutputOf<N>>;
};

/** Handles each query of the contract that it has a key for. */
export type QueryHandlers<Names extends QueryName> = {
  readonly [N in Names]: (context: QueryContext, input: InputOf<N>) => QueryOutcome<OutputOf<N>>;
};

/** Handlers of some commands: a noun's. */
export type SomeCommands = Partial<CommandHandlers<CommandName>>;

/** Handlers of some queries: a noun's. */
export type SomeQueries = Partial<QueryHandlers<QueryName>>;
