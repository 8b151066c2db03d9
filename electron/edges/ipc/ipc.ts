import type { IpcMainInvokeEvent } from 'electron';
import { contract, contractEntry, isContractName } from '../../../shared/contract/contract';
import {
  type DeskInputOf,
  type DeskName,
  type DeskOutputOf,
  deskContract,
  isDeskName,
} from '../../../shared/contract/desk-contract';
import type { Caller } from '../../../shared/kernel/actor';
import { issuePath, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import type { Send } from '../../kernel/door';
import type { Ids, Logger } from '../../kernel/ports';
import type { Walk } from '../../kernel/queries';
import { internalRefusal } from '../../kernel/thrown';

/** Handles each row of the desk's own contract. */
export type DeskHandlers = {
  readonly [N in DeskName]: (input: DeskInputOf<N>) => DeskOutputOf<N> | Promise<DeskOutputOf<N>>;
};

/** What the entrance for the window needs. */
export type IpcParts = {
  readonly isOurs: (senderId: number, url: string | undefined) => boolean;
  readonly operator: Caller;
  readonly send: Send;
  /** How the window follows something long, and ends it. */
  readonly newWalk: () => Walk;
  readonly deskHandlers: DeskHandlers;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** The window's entrance: checks the sender, parses, sends through the door, and answers plain data. Never rejects. */
export function createIpcHandler(
  parts: IpcParts,
): (event: IpcMainInvokeEvent, name: unknown, input: unknown) => Promise<Result<unknown>> {
  let lastTurn = Promise.resolve();
  /** The next turn of the event loop that no other query has: a view that opens asks many things at once. */
  const ownTurn = () => {
    lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return lastTurn;
  };
  return async (event, name, input) => {
    if (event.senderFrame !== event.sender.mainFrame || !parts.isOurs(event.sender.id, event.senderFrame?.url)) {
      return refused('FORBIDDEN');
    }
    try {
      return await answer(name, input);
    } catch (error) {
      return internalRefusal(error, 'a request of the window failed', parts, { name });
    }
  };

  async function answer(name: unknown, input: unknown): Promise<Result<unknown>> {
    if (typeof name !== 'string') return refused('NOT_FOUND');
    const isOfContract = isContractName(name);
    if (!isOfContract && !isDeskName(name)) return refused('NOT_FOUND');
    const schema = isOfContract ? contract[name].input : deskContract[name].input;
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => ({ path: issuePath(path), message }));
      return refused('VALIDATION_FAILED', { issues });
    }
    if (!isOfContract) {
      const handler = parts.deskHandlers[name] as (given: unknown) => unknown;
      return succeeded(await handler(parsed.data));
    }
    if (contractEntry(name).kind === 'query') await ownTurn();
    return parts.send(parts.operator, name, parsed.data, parts.newWalk());
  }
}
