import { succeeded } from '../../../shared/errors';
import { EVENT_PREFIX } from '../../../shared/events';
import { without } from '../../../shared/without';
import type { QueryHandlers } from '../handler';

const DEFAULT_PAGE_SIZE = 100;

/** audit.list and audit.verify (spec/governance.md section 13). */
export const auditQueries: QueryHandlers<'audit.list' | 'audit.verify'> = {
  'audit.list'({ store }, { afterSeq = 0, limit = DEFAULT_PAGE_SIZE, eventType, actorId, automationId }) {
    const { rows, lookedUntilSeq } = store.audit.find({
      afterSeq,
      limit,
      ...(eventType !== undefined && {
        eventType: eventType.startsWith(EVENT_PREFIX) ? eventType : EVENT_PREFIX + eventType,
      }),
      ...(actorId !== undefined && { actorId }),
      ...(automationId !== undefined && { automationId }),
    });
    return succeeded({ events: rows.map((row) => without(row, 'prevHash', 'hash')), nextSeq: lookedUntilSeq });
  },

  'audit.verify': ({ store }) => succeeded({ ...store.audit.verify() }),
};
