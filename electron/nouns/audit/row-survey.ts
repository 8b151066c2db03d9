import type { UnreadableRow } from '../../../shared/kernel/unreadable';
import type { Logger } from '../../kernel/ports';
import { startSlices } from '../../kernel/slices';
import type { ReadStore } from '../../kernel/store/database';
import type { StoreHolder } from '../../kernel/store-holder';

/** Rows that one slice reads at most. */
const PAGE_SIZE = 100;

/**
 * Reads every row of every table in slices, the log's only where that is wanted, and answers those that cannot be read. Rejects
 * when the signal aborts.
 */
export async function listUnreadableRows(
  store: Pick<ReadStore, 'rowSurvey' | 'unreadable'>,
  { signal, isLogIncluded = false }: { readonly signal?: AbortSignal; readonly isLogIncluded?: boolean } = {},
): Promise<readonly UnreadableRow[]> {
  const slice = startSlices(signal);
  for (const _rows of store.rowSurvey.walk(PAGE_SIZE, { isLogIncluded })) await slice();
  return store.unreadable.all();
}

/** The survey of the store of this holder: once it is open, each time that it is opened. */
export type RowSurveyor = {
  /** Rows of the open store that could not be read so far. */
  readonly found: () => readonly UnreadableRow[];
  readonly close: () => void;
};

/** Looks for rows that cannot be read before anybody needs them, and tells of each that is met, then or later. */
export function startRowSurvey(holder: StoreHolder, logger: Logger, onChange: () => void): RowSurveyor {
  const end = new AbortController();
  let surveyed: ReadStore | undefined;
  let isTelling = false;
  const opened = () => {
    const state = holder.state();
    return state.isOpen ? state.store.read : undefined;
  };
  const tellSoon = () => {
    // Many may be met at once, in the middle of a transaction.
    if (isTelling) return;
    isTelling = true;
    setImmediate(() => {
      isTelling = false;
      if (!end.signal.aborted) onChange();
    });
  };

  async function survey(): Promise<void> {
    const read = opened();
    if (read === undefined || read === surveyed) return;
    surveyed = read;
    read.unreadable.onChange(tellSoon);
    try {
      const rows = await listUnreadableRows(read, { signal: end.signal });
      if (rows.length > 0) logger.warn({ rows: rows.slice(0, 20), count: rows.length }, 'rows cannot be read');
    } catch (error) {
      if (!end.signal.aborted && !holder.failed(error)) logger.error({ error }, 'the survey of rows failed');
    }
  }

  const unsubscribe = holder.onChange(() => void survey());
  void survey();
  return {
    found: () => opened()?.unreadable.all() ?? [],
    close() {
      end.abort();
      unsubscribe();
    },
  };
}
