import type { OutputOf } from '../../../shared/contract/contract';
import type { Caller } from '../../../shared/kernel/actor';
import { type Result, refused } from '../../../shared/kernel/errors';
import { lackOfAuthority } from '../../kernel/authority';
import { internalRefusal } from '../../kernel/batch';
import type { StateExport } from '../../kernel/command-thread';
import type { Clock, Ids, Logger } from '../../kernel/ports';
import type { StoreHolder } from '../../kernel/store-holder';

/** The door for an export of the state. Answers as the query `state.export` does, but in its own time; never rejects. */
export type ExportState = (caller: Caller) => Promise<Result<OutputOf<'state.export'>>>;

/** What the door needs. */
export type ExportDoorParts = {
  readonly holder: StoreHolder;
  readonly stateExport: StateExport;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** The door for exports. One at a time, so that several do not hold as many copies of the state in memory. */
export function createExportDoor({ holder, stateExport, clock, ids, logger }: ExportDoorParts): ExportState {
  let turn: Promise<unknown> = Promise.resolve();
  return (caller) => {
    const lack = lackOfAuthority(caller, 'state.export');
    if (lack !== undefined) return Promise.resolve({ ok: false, refusal: lack });
    const answer = turn.then(exportNow);
    turn = answer;
    return answer;
  };

  async function exportNow(): Promise<Result<OutputOf<'state.export'>>> {
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      return await stateExport.run(clock.now(), state.store.place);
    } catch (error) {
      return holder.failed(error) ? refused('STORE_UNAVAILABLE') : internalRefusal(error, { ids, logger });
    }
  }
}
