import { approvalTitle } from '../../../shared/act/approval-title';
import { engineContextOf } from '../../../shared/act/engine-facts';
import type { ApprovalRecord, ListedApproval } from '../../../shared/contract/approval';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import { type Looking, shown } from './shown';

/** Summaries that are kept at most. */
const MOST_KEPT = 2_000;

type Summary = Pick<ListedApproval, 'title' | 'risk'> & { readonly context?: unknown };

/** What a list says of large requests, whose acts it does not read: each is made once, because what is asked never changes. */
export type Summaries = {
  of(looking: Looking, approvalId: string, find: () => ApprovalRecord | undefined): Summary;
};

/** Keeps none yet. */
export function createSummaries(): Summaries {
  // Of each open database.
  const keptOfStores = new WeakMap<ReadStore['unreadable'], Map<string, Summary>>();
  return {
    of(looking, approvalId, find) {
      const { unreadable } = looking.store;
      const kept = keptOfStores.get(unreadable) ?? new Map<string, Summary>();
      keptOfStores.set(unreadable, kept);
      const known = kept.get(approvalId);
      if (known !== undefined) return known;
      const approval = ifReadable(find);
      if (approval === undefined) return {};
      const { risk } = shown(looking, approval);
      const context = engineContextOf(approval.context);
      const summary = {
        title: approvalTitle(approval),
        ...(risk !== undefined && { risk }),
        ...(context !== undefined && { context }),
      };
      kept.set(approvalId, summary);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return summary;
    },
  };
}
