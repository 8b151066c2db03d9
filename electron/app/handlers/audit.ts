import { succeeded } from '../../../shared/errors';
import { EVENT_PREFIX } from '../../../shared/events';
import { without } from '../../../shared/without';
import type { CommandHandlers, QueryHandlers } from '../handler';

const DEFAULT_PAGE_SIZE = 100;

/** audit.checkpoint, the one command that leaves no row in the log, because it is about the log itself; and audit.noteKey. */
export const auditCommands: CommandHandlers<'audit.checkpoint' | 'audit.noteKey'> = {
  'audit.checkpoint'({ store }, checkpoint) {
    const isNew = checkpoint.seq > (store.checkpoints.last()?.seq ?? 0);
    const isOfThisLog = store.audit.mark(checkpoint.seq)?.hash === checkpoint.hash;
    if (isNew && isOfThisLog) store.checkpoints.insert(checkpoint);
    return succeeded({ count: isNew && isOfThisLog ? 1 : 0 });
  },

  'audit.noteKey'({ emit }, { publicKey, rowsBefore }) {
    emit({ name: 'signing_key.began', payload: { public_key: publicKey, rows_before: rowsBefore }, subjects: {} });
    return succeeded({});
  },
};

/** audit.list (spec/governance.md section 13). */
export const auditQueries: QueryHandlers<'audit.list'> = {
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
};
