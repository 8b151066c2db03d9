import type { StateVerdict } from '../../shared/contract/checkpoint';
import type { CommandName, ContractName, InputOf, QueryName } from '../../shared/contract/contract';
import { type Result, succeeded } from '../../shared/kernel/errors';
import { checkState } from '../nouns/audit/state-check';
import { queryHandlers } from '../nouns/handlers';
import { surveyHealth } from '../nouns/lifecycle/health-survey';
import { readStateFile } from '../nouns/state-file/file';
import { type Order, runBatch } from './batch';
import type { LongOrder, LongTurn } from './beside';
import type { QueryOutcome } from './handler';
import type { Ids } from './ports';
import type { ReadStore, Store } from './store/database';
import type { FilePlace } from './store/file-place';
import { openReading } from './store/integrity';
import type { BugParts } from './thrown';

type Preparation<N extends CommandName> = (read: ReadStore, now: number, ids: Ids, input: InputOf<N>) => unknown;

/**
 * The commands that take long, and what is looked up for them before their transaction, so that it holds up the others no
 * longer than it must. Their handlers find it in `context.prepared`, and must decide on what is stored then.
 */
const preparations: { readonly [N in CommandName]?: Preparation<N> } = {
  'health.check': surveyHealth,
  'state.import': (_read, _now, _ids, { text }) => readStateFile(text),
  // Nothing to look up; but where all of a large database's records are missing, they are not made beside the window's turns.
  'records.bootstrap': () => undefined,
};

/** The queries that take long. Each is answered from one snapshot, so that all of it is of the same moment. */
const queries: readonly QueryName[] = ['state.export'];

/** Whether a row of the contract takes so long that it is done beside the main process's own thread (decision 13). */
export function runsBeside(name: ContractName): boolean {
  return Object.hasOwn(preparations, name) || queries.some((query) => query === name);
}

/** Events that listeners are told of at a time, so that thousands keep no one waiting. */
const SLICE_SIZE = 25;

/** What a thread works with: `open` opens a connection of its own. */
export type LongWorkParts = BugParts & { readonly home: string; readonly open: (place: FilePlace) => Store };

/** Does one such row; of the verification, what holds the state against the log. */
export async function workLong(order: LongOrder, turn: CommandTurn, parts: LongWorkParts): Promise<Result<unknown>> {
  const { name, caller, now, input, place } = order;
  // A database that is not as it should be could not even be opened with all its stores.
  if (name === 'audit.verify') return succeeded(verdictOn(parts.home));
  const store = parts.open(place);
  try {
    if (!queries.some((query) => query === name))
      return await commandAlone(store, order as LongOrder & Order, turn, parts);
    const handler = queryHandlers[name as QueryName] as (context: object, given: unknown) => QueryOutcome<unknown>;
    return store.snapshot((read) => handler({ store: read, caller, now }, input));
  } finally {
    store.close();
  }
}

type CommandTurn = Required<Pick<LongTurn, 'untilAlone' | 'publish'>>;

function verdictOn(home: string): StateVerdict {
  const reading = openReading(home);
  try {
    return checkState(reading);
  } finally {
    reading.close();
  }
}

/** Looks up what the command needs while others write, then runs and commits it while nobody else does, and tells of it. */
async function commandAlone(
  store: Store,
  { caller, name, input, now }: LongOrder & Order,
  turn: CommandTurn,
  parts: BugParts,
): Promise<Result<unknown>> {
  const prepare = preparations[name] as
    | ((read: ReadStore, at: number, ids: Ids, given: unknown) => unknown)
    | undefined;
  const prepared = prepare?.(store.read, now, parts.ids, input);
  const orders = [{ caller, name, input, prepared }];
  const { results, committed } = runBatch(store, orders, await turn.untilAlone(), parts);
  for (let from = 0; from < committed.length; from += SLICE_SIZE) {
    await turn.publish(committed.slice(from, from + SLICE_SIZE));
  }
  const [result] = results;
  if (result === undefined) throw new Error('a command was not answered');
  return result;
}
