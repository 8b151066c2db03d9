import { type OutputOf, QUEUE_PAGE_SIZE } from '../../shared/contract';
import { type DeskPush, PULSE_INTERVAL_MS } from '../../shared/desk-contract';
import type { Result } from '../../shared/errors';
import type { Commit } from '../app/feed';

/** What the feed of the window needs. */
export type WindowFeedParts = {
  readonly push: (push: DeskPush) => void;
  readonly approvals: (approvalIds: Iterable<string>) => Result<OutputOf<'queue.approvals'>>;
  readonly headSeq: () => number;
};

/** Tells the window of every commit as a patch, and that all is well in between. */
export function startWindowFeed(parts: WindowFeedParts): {
  readonly hear: (commit: Commit) => void;
  readonly close: () => void;
} {
  let changedIds = new Set<string>();
  let previousSeq = 0;
  let seq = 0;
  let haveTokensChanged = false;
  let isImported = false;
  let isSending = false;

  function send(): void {
    isSending = false;
    // So many are no patch: the window shows no more than a page, and asks for it.
    const areMany = changedIds.size > QUEUE_PAGE_SIZE;
    const changed = isImported || areMany ? undefined : parts.approvals(changedIds);
    isImported = false;
    const tokensChanged = haveTokensChanged;
    changedIds = new Set();
    haveTokensChanged = false;
    // Without an answer, and after an import, there is no patch; the window notices the gap by the next pulse and asks for all of it.
    if (changed?.ok === true) parts.push({ kind: 'approvals', previousSeq, seq, ...changed.value });
    if (areMany) parts.push({ kind: 'pulse', seq: parts.headSeq() });
    if (tokensChanged) parts.push({ kind: 'tokens' });
  }

  const pulse = setInterval(() => parts.push({ kind: 'pulse', seq: parts.headSeq() }), PULSE_INTERVAL_MS);
  pulse.unref();

  return {
    hear(commit) {
      const [first] = commit;
      const last = commit.at(-1);
      if (first === undefined || last === undefined) return;
      if (!isSending) {
        // What is committed within a few milliseconds is one patch, so that a storm of commits is a trickle of patches.
        isSending = true;
        previousSeq = first.seq - 1;
        setTimeout(send, 10);
      }
      seq = last.seq;
      for (const { name, subjects } of commit) {
        if (subjects.approvalId !== undefined) changedIds.add(subjects.approvalId);
        if (name.startsWith('agent.')) haveTokensChanged = true;
        if (name === 'imported') isImported = true;
      }
    },
    close: () => clearInterval(pulse),
  };
}
