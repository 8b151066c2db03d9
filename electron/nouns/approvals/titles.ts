import { approvalTitle } from '../../../shared/act/approval-title';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import { ifReadable } from '../../kernel/store/unreadable';

/** Titles that are kept at most. */
const MOST_KEPT = 2_000;

/** Titles of large requests, whose acts are not read for a list: each is made once, because what is asked never changes. */
export type Titles = { of(approvalId: string, find: () => ApprovalRecord | undefined): string };

/** Keeps none yet. */
export function createTitles(): Titles {
  const kept = new Map<string, string>();
  return {
    of(approvalId, find) {
      const known = kept.get(approvalId);
      if (known !== undefined) return known;
      const approval = ifReadable(find);
      const title = approval === undefined ? '' : approvalTitle(approval);
      kept.set(approvalId, title);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return title;
    },
  };
}
