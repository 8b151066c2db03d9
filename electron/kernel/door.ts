import {
  type CommandName,
  type ContractName,
  contractEntry,
  type InputOf,
  type LongQueryName,
  type OutputOf,
  type QueryName,
} from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { type Refusal, type Result, refusal } from '../../shared/kernel/errors';
import { runsBeside } from './long-work';
import { createQueries, type LongQueryHandlers, type Walk } from './queries';
import type { Waits } from './waits';
import { createWriteQueue, type WriteQueueParts } from './write-queue';

/**
 * The one door, for every row of the contract and everyone who sends one. Never rejects. A command resolves after its commit
 * (design.md decision 3), a query that waits at the latest when its walk is left, and a long one refuses with AUDIT_CANCELLED then.
 */
export type Send = <N extends ContractName>(
  caller: Caller,
  name: N,
  input: InputOf<N>,
  walk?: Walk,
) => Promise<Result<OutputOf<N>>>;

/** A query answered at once, for what the app itself shows. Never throws. */
export type Query = <N extends QueryName>(caller: Caller, name: N, input: InputOf<N>) => Result<OutputOf<N>>;

/** What the door needs. */
export type DoorParts = WriteQueueParts & { readonly waits: Waits };

/** The door and its end. */
export type Door = {
  readonly send: Send;
  readonly query: Query;
  /** Answers every query that waits with what is so now. */
  readonly endWaits: () => void;
  /** For the start: who answers the long queries, which need more of the app than the store. */
  readonly answerLong: (handlers: LongQueryHandlers) => void;
  /** For the end: gives up the long queries that are under way, and those that come. */
  readonly endLong: () => void;
  /** For the end: gives up a long command that is under way, and commits at once what waits. */
  readonly flush: () => Promise<void>;
  /** Refuses every command with SHUTTING_DOWN from now on, and commits what waits. */
  readonly close: () => Promise<void>;
};

/** How long whoever is gone may take to come back, in milliseconds: between two waits, and while a hook withdraws its question itself. */
const LEAVING_MS = 3_000;

const toTheEnd: Walk = { signal: new AbortController().signal };

const onlyAsking =
  'A sub-agent may only ask for approval with this token. Leave x-tandem-agent-id out to act as its agent.';

/** The door to the store of this holder. */
export function createDoor(parts: DoorParts): Door {
  const { waits } = parts;
  const writes = createWriteQueue(parts);
  const queries = createQueries(parts);
  const leaving = new Set<NodeJS.Timeout>();

  function send(caller: Caller, name: ContractName, input: unknown, walk = toTheEnd): Promise<Result<unknown>> {
    const lack = lackOfAuthority(caller, name);
    if (lack !== undefined) return Promise.resolve({ ok: false, refusal: lack });
    const { kind, waitsWhile } = contractEntry(name);
    if (kind === 'command') return writes.add({ caller, name: name as CommandName, input });
    if (kind === 'longQuery') return queries.walk(caller, name as LongQueryName, input, walk);
    if (runsBeside(name)) return queries.beside(caller, name as QueryName, input);
    const look = () => queries.now(caller, name as QueryName, input);
    if (waitsWhile === undefined) return Promise.resolve(look());
    return lookUntil({ look, isWaitedOn: waitsWhile }, caller, input as Waiting, walk);
  }

  /** Whoever asked is gone: withdraws what they asked, unless somebody comes back for it in a moment, or another waits too. */
  function leave(caller: Caller, approvalId: string): void {
    const timer = setTimeout(() => {
      leaving.delete(timer);
      if (waits.isWaitedFor(approvalId)) return;
      const input = { approvalId, reason: 'Whoever asked this is gone.' };
      void send(caller, 'approval.cancel', input);
    }, LEAVING_MS);
    timer.unref();
    leaving.add(timer);
  }

  /** Looks, and where the answer is one to wait on and there is time to wait, once more when it may have changed. */
  async function lookUntil(
    { look, isWaitedOn }: { readonly look: () => Result<unknown>; readonly isWaitedOn: (answer: object) => boolean },
    caller: Caller,
    { approvalId, waitMs = 0, endsWithConnection }: Waiting,
    walk: Walk,
  ): Promise<Result<unknown>> {
    const first = look();
    if (!first.ok || waitMs === 0 || !isWaitedOn(first.value as object)) return first;
    const { signal } = walk;
    await waits.untilChanged(approvalId, waitMs, signal);
    if (signal.aborted && endsWithConnection === 'true') leave(caller, approvalId);
    return look();
  }

  return {
    send: send as Send,
    query: ((caller, name, input) => {
      const lack = lackOfAuthority(caller, name);
      return lack === undefined ? queries.now(caller, name, input) : { ok: false, refusal: lack };
    }) as Query,
    endWaits() {
      for (const timer of leaving) clearTimeout(timer);
      leaving.clear();
      waits.endAll();
    },
    answerLong: queries.answerLong,
    endLong: queries.endLong,
    flush: writes.flush,
    close: writes.close,
  };
}

/** The input of a query that waits. */
type Waiting = {
  readonly approvalId: string;
  readonly waitMs?: number;
  readonly endsWithConnection?: 'true' | 'false';
};

/** Why this caller may not use this row of the contract; undefined when it may. */
function lackOfAuthority(caller: Caller, name: ContractName): Refusal | undefined {
  const entry = contractEntry(name);
  if (!entry.who.includes(caller.role)) return refusal(entry.forbidden ?? 'FORBIDDEN');
  const isAllowed = caller.ownerId === undefined || entry.isForSubAgents === true;
  return isAllowed ? undefined : refusal('AGENT_IDENTITY_MISMATCH', { sentence: onlyAsking });
}
