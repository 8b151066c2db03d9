import type { Caller } from '../../shared/actor';
import type { Approval } from '../../shared/approval';
import type { Query } from '../app/query';
import type { StoreHolder } from '../app/store-holder';

/** What the desk reads of the store; a store that cannot be used has nothing waiting. */
export interface DeskReads {
  find(approvalId: string): Approval | undefined;
  /** The ones with the earliest deadlines, at most `limit`. */
  waiting(limit: number): readonly Approval[];
  waitingCount(): number;
  headSeq(): number;
}

/** The operator's view of this store. */
export function createDeskReads(holder: StoreHolder, query: Query, operator: Caller): DeskReads {
  const find = (approvalId: string) => {
    const found = query(operator, 'approvals.get', { approvalId });
    return found.ok ? found.value.approval : undefined;
  };
  /** Reads, or answers `otherwise` while the store is in trouble. */
  const read = <T>(otherwise: T, take: (store: ReturnType<typeof readerOf>) => T): T => {
    if (!holder.state().isOpen) return otherwise;
    try {
      return take(readerOf(holder));
    } catch (error) {
      if (!holder.failed(error)) throw error;
      return otherwise;
    }
  };
  return {
    find,
    waiting: (limit) =>
      read([], ({ approvals }) => approvals.waiting(limit)).flatMap(({ approvalId }) => find(approvalId) ?? []),
    waitingCount: () => read(0, ({ approvals }) => approvals.waitingCount()),
    headSeq: () => read(0, ({ audit }) => audit.headSeq()),
  };
}

function readerOf(holder: StoreHolder) {
  const state = holder.state();
  if (!state.isOpen) throw new Error('the store is not open');
  return state.store.read;
}
