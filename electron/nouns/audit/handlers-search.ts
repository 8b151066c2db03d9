import { EVENT_PREFIX } from '../../../shared/events';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { without } from '../../../shared/kernel/fields';
import type { QueryHandlers } from '../../kernel/handler';

const DEFAULT_PAGE_SIZE = 50;

/** audit.search and audit.row. */
export const auditSearchQueries: QueryHandlers<'audit.search' | 'audit.row'> = {
  'audit.search'({ store }, { event, id, text, untilMs, limit = DEFAULT_PAGE_SIZE, cursor }) {
    if (cursor !== undefined && !/^\d{1,16}$/.test(cursor)) {
      return refused('VALIDATION_FAILED', {
        issues: [{ path: 'cursor', message: 'not a next_cursor that this list answered' }],
      });
    }
    const headSeq = store.audit.headSeq();
    const newestSeq = untilMs === undefined ? headSeq : store.auditSearch.seqAt(untilMs);
    const { rows, lookedBackToSeq, hasMore } = store.auditSearch.find({
      beforeSeq: cursor === undefined ? newestSeq + 1 : Number(cursor),
      limit,
      ...(event !== undefined && { eventType: EVENT_PREFIX + event }),
      ...(id !== undefined && { id }),
      ...(text !== undefined && { text }),
    });
    return succeeded({
      events: rows.map((row) => without(row, 'prevHash', 'hash')),
      headSeq,
      lookedBackToSeq: Math.min(lookedBackToSeq, headSeq),
      ...(hasMore && { nextCursor: String(lookedBackToSeq) }),
    });
  },

  'audit.row': ({ store }, { seq }) => succeeded({ row: store.auditSearch.row(seq) ?? null }),
};
