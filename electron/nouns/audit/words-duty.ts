import type { Caller } from '../../../shared/kernel/actor';
import type { Send } from '../../kernel/door';
import type { Duty } from '../../kernel/scheduler';
import { INDEXED_AT_ONCE } from './store-words';

/** How long words wait, in milliseconds, so that many commits make one piece of work; and how long where there is a backlog. */
const SETTLE_MS = 1_000;
const BACKLOG_MS = 50;

const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'audit_words' },
  ancestorIds: [],
};

/** Keeps the index of the log's words up with the log, beside what is asked: no commit waits for it. */
export function createWordsDuty({ send }: { readonly send: Send }): Duty {
  let behindSinceMs: number | undefined;
  return {
    next({ audit, auditWords }, now) {
      const behind = audit.headSeq() - auditWords.indexedSeq();
      if (behind <= 0) return undefined;
      behindSinceMs ??= now;
      return behindSinceMs + (behind > INDEXED_AT_ONCE ? BACKLOG_MS : SETTLE_MS);
    },
    async meet() {
      const indexed = await send(gatehouse, 'audit.index', {});
      behindSinceMs = undefined;
      return indexed.ok;
    },
  };
}
