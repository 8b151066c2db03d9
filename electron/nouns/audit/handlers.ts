import { EVENT_PREFIX } from '../../../shared/events';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { without } from '../../../shared/kernel/fields';
import type { CommandHandlers, QueryHandlers } from '../../kernel/handler';

const DEFAULT_PAGE_SIZE = 100;

/** audit.checkpoint, the one command that leaves no row in the log, because it is about the log itself; and what becomes of the key. */
export const auditCommands: CommandHandlers<'audit.checkpoint' | 'audit.noteKey' | 'audit.noteRotation'> = {
  'audit.checkpoint'({ store }, checkpoint) {
    const isNew = checkpoint.seq > (store.checkpoints.last()?.seq ?? 0);
    const isOfThisLog = store.audit.mark(checkpoint.seq)?.hash === checkpoint.hash;
    if (isNew && isOfThisLog) store.checkpoints.insert(checkpoint);
    return succeeded({ count: isNew && isOfThisLog ? 1 : 0 });
  },

  'audit.noteKey'({ emit }, { publicKey, rowsBefore }) {
    emit({ name: 'signing_key.began', payload: { publicKey, rowsBefore } });
    return succeeded({});
  },

  'audit.noteRotation'({ store, emit }, rotation) {
    // Other rows can come between the word and its row: then it is said anew.
    if (rotation.fromSeq !== store.audit.headSeq() + 1) {
      const message = 'is not the row that comes next';
      return refused('VALIDATION_FAILED', { issues: [{ path: 'from_seq', message }] });
    }
    emit({ name: 'signing_key.rotated', payload: rotation });
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
