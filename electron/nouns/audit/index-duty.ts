import type { Caller } from '../../../shared/kernel/actor';
import type { Send } from '../../kernel/door';
import type { Duty } from '../../kernel/scheduler';
import type { ReadStore } from '../../kernel/store/database';
import { INDEXED_AT_ONCE } from '../../kernel/store/words';

/** How long indexes wait, in milliseconds, so that many commits make one piece of work; and how long where there is a backlog. */
const SETTLE_MS = 1_000;
const BACKLOG_MS = 20;

const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'audit_words' },
  ancestorIds: [],
};

/**
 * Keeps the indexes of the log, of the words and of sums up with what is committed, beside what is asked: no commit waits for them,
 * and each is committed with what else is sent in that tick.
 */
export function createIndexDuty({ send }: { readonly send: Send }): Duty {
  let behindSinceMs: number | undefined;
  let areWordsBehind = false;
  return {
    next(store, now) {
      areWordsBehind = store.approvalWords.isBehind();
      const behind = rowsBehind(store);
      if (behind === 0 && !areWordsBehind && !store.rowSums.isBehind()) return undefined;
      behindSinceMs ??= now;
      return behindSinceMs + (behind > INDEXED_AT_ONCE ? BACKLOG_MS : SETTLE_MS);
    },
    async meet() {
      const indexing = [send(gatehouse, 'audit.index', {})];
      // It tells the views of approvals, so only where there is something to tell.
      if (areWordsBehind) indexing.push(send(gatehouse, 'approvals.index', {}));
      const indexed = await Promise.all(indexing);
      behindSinceMs = undefined;
      return indexed.every(({ ok }) => ok);
    },
  };
}

/** Rows of the log that are not in one of its indexes yet. */
function rowsBehind({ audit, auditWords, auditSubjects }: ReadStore): number {
  return Math.max(0, audit.headSeq() - Math.min(auditWords.indexedSeq(), auditSubjects.indexedSeq()));
}
