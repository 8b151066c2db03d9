import { auditSentence } from '../../../shared/act/audit-sentence';
import { EVENT_PREFIX, readInAWord } from '../../../shared/events';
import { invalid, succeeded } from '../../../shared/kernel/errors';
import { defined, without } from '../../../shared/kernel/fields';
import { cursorsOf, invalidCursor } from '../../kernel/cursor';
import type { SomeCommands, SomeQueries } from '../../kernel/handler';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import type { AuditRow } from './store-chain';

/** audit.checkpoint and audit.index, which leave no row in the log, because they are about the log itself; and what becomes of the key. */
export const auditCommands = {
  'audit.checkpoint'({ store }, checkpoint) {
    const isNew = checkpoint.seq > (store.checkpoints.last()?.seq ?? 0);
    const isOfThisLog = store.audit.mark(checkpoint.seq)?.hash === checkpoint.hash;
    if (isNew && isOfThisLog) store.checkpoints.insert(checkpoint);
    return succeeded({ count: isNew && isOfThisLog ? 1 : 0 });
  },

  'audit.index': ({ store }) =>
    succeeded({ count: Math.max(store.auditSubjects.index(), store.auditWords.index(), store.rowSums.settle()) }),

  'audit.noteKey'({ emit }, { publicKey, rowsBefore }) {
    emit({ name: 'signing_key.began', payload: { publicKey, rowsBefore } });
    return succeeded({});
  },

  'audit.noteRotation'({ store, emit }, rotation) {
    // Other rows can come between the word and its row: then it is said anew.
    if (rotation.fromSeq !== store.audit.headSeq() + 1) {
      return invalid('from_seq', 'is not the row that comes next');
    }
    emit({ name: 'signing_key.rotated', payload: rotation });
    return succeeded({});
  },
} satisfies SomeCommands;

const cursors = cursorsOf({ seq: 'number' });

/** What the audit log is asked (spec/governance.md section 13). */
export const auditQueries = {
  'audit.list'({ store }, { afterSeq = 0, limit = 100, eventType, actorId, automationId }) {
    const { rows, lookedUntilSeq } = store.audit.find({
      afterSeq,
      limit,
      ...(eventType !== undefined && {
        eventType: eventType.startsWith(EVENT_PREFIX) ? eventType : EVENT_PREFIX + eventType,
      }),
      ...defined({ actorId, automationId }),
    });
    return succeeded({ events: rows.map((row) => without(row, 'prevHash', 'hash')), nextSeq: lookedUntilSeq });
  },

  'audit.search'({ store }, { event, text, untilMs, limit = 50, cursor }) {
    const before = cursors.placeOf(cursor);
    if (before === 'invalid') return invalidCursor();
    const headSeq = store.audit.headSeq();
    const newestSeq = untilMs === undefined ? headSeq : store.auditSearch.seqAt(untilMs);
    const { rows, nextSeq } = store.auditSearch.find({
      beforeSeq: before?.seq ?? newestSeq + 1,
      limit,
      ...(event !== undefined && { eventType: EVENT_PREFIX + event }),
      ...defined({ text }),
    });
    return succeeded({
      events: rows.map((row) => without(told(store, row), 'prevHash', 'hash')),
      headSeq,
      indexedSeq: store.auditWords.indexedSeq(),
      ...cursors.nextOf(nextSeq === undefined ? undefined : { seq: nextSeq }),
    });
  },

  'audit.row'({ store }, { seq }) {
    const row = store.auditSearch.row(seq);
    return succeeded({ row: row === undefined ? null : told(store, row) });
  },
} satisfies SomeQueries;

/** A row with the sentence that says in words what happened. */
function told(store: ReadStore, row: AuditRow): AuditRow & { readonly sentence: string } {
  const { automationId, approvalId } = readInAWord(row.payload);
  const approval = approvalId === undefined ? undefined : ifReadable(() => store.approvals.find(approvalId));
  const automationName = automationId === undefined ? undefined : store.automations.nameOf(automationId);
  return { ...row, sentence: auditSentence(row, { approval, automationName }) };
}
