import { type Result, refused } from '../../shared/kernel/errors';
import type { UnreadableRow } from '../../shared/kernel/unreadable';
import type { Ids, Logger } from './ports';
import type { ReadStore } from './store/database';
import { isMalformedDocument, UnreadableRowError } from './store/unreadable';

/** A refusal as the doors answer it. */
type Refused = Extract<Result<never>, { ok: false }>;

/** What the refusal of a bug needs. */
export type BugParts = { readonly ids: Ids; readonly logger: Logger };

/** The refusal of what failed by a bug: the only INTERNAL there is. The log tells more under its correlation id. */
export function internalRefusal(
  error: unknown,
  message: string,
  { ids, logger }: BugParts,
  more: object = {},
): Refused {
  const correlationId = ids.uuid();
  logger.error({ error, correlationId, ...more }, message);
  return refused('INTERNAL', { correlationId });
}

/** The refusal of what needs a row that cannot be read, naming the row; undefined for any other error. */
export function unreadableRefusal(error: unknown): Refused | undefined {
  if (error instanceof UnreadableRowError) {
    const { table, id } = error.row;
    return refused('ROW_UNREADABLE', { details: { table, id } });
  }
  return isMalformedDocument(error) ? refused('ROW_UNREADABLE') : undefined;
}

/** The field of a command's answer that names what could not be read since the command began; nothing where all could. */
export function whatWasUnreadable({ store }: { readonly store: Pick<ReadStore, 'unreadable'> }): {
  readonly unreadable?: UnreadableRow[];
} {
  const rows = store.unreadable.metSinceBegin();
  return rows.length === 0 ? {} : { unreadable: [...rows] };
}
