import { approvalOutcomeSchema } from '../../../shared/contract/approval';
import type { OutputOf } from '../../../shared/contract/contract';
import type { DeskPush } from '../../../shared/contract/desk-contract';
import { PULSE_INTERVAL_MS } from '../../../shared/contract/pulse';
import { type CommittedEvent, events } from '../../../shared/events';
import type { Result } from '../../../shared/kernel/errors';
import type { Topic } from '../../../shared/topics';
import { every } from '../../kernel/every';

/** Approvals that are sent together at most: to make thousands into a message takes the main process tens of milliseconds. */
export const MOST_IN_A_PATCH = 50;

/** Patches are at least as far apart, so that a storm of commits is a trickle of patches; in milliseconds. */
const PATCH_DELAY_MS = 10;

/** The same after a storm that was no patch, so that the window does not ask for everything again and again. */
const STORM_DELAY_MS = 250;

/** What the feed of the window needs. */
export type WindowFeedParts = {
  readonly push: (push: DeskPush) => void;
  readonly approvals: (approvalIds: Iterable<string>) => Result<OutputOf<'queue.approvals'>>;
  readonly headSeq: () => number;
};

/** Tells the window of every commit as a patch, and that all is well in between. */
export function startWindowFeed(parts: WindowFeedParts): {
  readonly hear: (commit: readonly Pick<CommittedEvent, 'seq' | 'name' | 'subjects'>[]) => void;
  /** Views that changed by what no commit tells of. */
  readonly hearUnlogged: (topics: readonly Topic[]) => void;
  readonly close: () => void;
} {
  let changedIds = new Set<string>();
  /** Those of them that the window cannot know yet. */
  let newIds = new Set<string>();
  let previousSeq = 0;
  let seq = 0;
  let changedTopics = new Set<Topic>();
  let isImported = false;
  /** Whether anything was committed that the window has not been sent yet. */
  let isCommitted = false;
  let isSending = false;
  let delayMs = PATCH_DELAY_MS;
  let lastSentAt = Number.NEGATIVE_INFINITY;

  function send(): void {
    isSending = false;
    lastSentAt = performance.now();
    // So many are no patch: the window asks for the page that it shows.
    const areMany = changedIds.size > MOST_IN_A_PATCH;
    const wasCommitted = isCommitted;
    const changed = !isCommitted || isImported || areMany ? undefined : parts.approvals(changedIds);
    isImported = false;
    isCommitted = false;
    delayMs = areMany ? STORM_DELAY_MS : PATCH_DELAY_MS;
    const changedNow = [...changedTopics];
    const newNow = newIds;
    changedIds = new Set();
    newIds = new Set();
    changedTopics = new Set();
    // One message for a commit, and of a decision no more than what became of the request.
    if (changed?.ok === true) return parts.push(patchOf({ previousSeq, seq }, changed.value, newNow, changedNow));
    // Without an answer, and after an import, there is no patch; the window notices the gap by the pulse and asks for all of it.
    if (wasCommitted) parts.push({ kind: 'pulse', seq: parts.headSeq() });
    parts.push({ kind: 'changed', topics: changedNow });
  }

  /** The first after a quiet time goes out at once. */
  function sendSoon(): void {
    if (isSending) return;
    isSending = true;
    setTimeout(send, Math.max(0, lastSentAt + delayMs - performance.now()));
  }

  const endPulse = every(PULSE_INTERVAL_MS, () => parts.push({ kind: 'pulse', seq: parts.headSeq() }));

  return {
    hear(commit) {
      const [first] = commit;
      const last = commit.at(-1);
      if (first === undefined || last === undefined) return;
      if (!isCommitted) previousSeq = first.seq - 1;
      isCommitted = true;
      sendSoon();
      seq = last.seq;
      for (const { name, subjects } of commit) {
        if (subjects.approvalId !== undefined) {
          changedIds.add(subjects.approvalId);
          if (name === 'approval.requested' || name === 'approval.imported') newIds.add(subjects.approvalId);
        }
        for (const topic of events[name].topics) changedTopics.add(topic);
        if (name === 'imported') isImported = true;
      }
    },
    hearUnlogged(topics) {
      for (const topic of topics) changedTopics.add(topic);
      sendSoon();
    },
    close: endPulse,
  };
}

/** What changed of approvals: those that the window cannot know yet come whole, of the others what became of them. */
function patchOf(
  place: { readonly previousSeq: number; readonly seq: number },
  { waitingCount, approvals }: OutputOf<'queue.approvals'>,
  unknown: ReadonlySet<string>,
  changed: readonly Topic[],
): DeskPush {
  return {
    ...{ kind: 'approvals', ...place, waitingCount },
    approvals: approvals.filter(({ approvalId }) => unknown.has(approvalId)),
    outcomes: approvals.flatMap((approval) =>
      unknown.has(approval.approvalId) ? [] : approvalOutcomeSchema.parse(approval),
    ),
    topics: [...changed],
  };
}
