import type { ListedApproval } from '../../shared/contract/approval';
import { type Refusal, succeeded } from '../../shared/kernel/errors';
import type { Desk } from '../bridge';
import type { BulkVerdict } from '../queue/strings-queue';
import { type Sent, useSending } from '../ui/use-send';
import { approvalOn, defaultTerms } from './terms';

/** Requests that are decided in one go at most. */
export const MOST_AT_ONCE = 100;

/** What became of one of several: decided so, decided otherwise by someone before, or refused. */
export type BulkOutcome = {
  readonly approval: ListedApproval;
  readonly outcome: 'done' | 'otherwise' | Refusal;
};

/** What became of all of them; whole once each is answered. */
export type BulkResult = { readonly verdict: BulkVerdict; readonly outcomes: readonly BulkOutcome[] };

type BulkInput = {
  readonly approvals: readonly ListedApproval[];
  readonly verdict: BulkVerdict;
  readonly notes: string;
};

/** Decides several requests, each on the revision that is handed over, and tells what became of each. */
export function useBulk(): Sent<BulkInput, BulkResult> {
  return useSending(async (desk, { approvals, verdict, notes }) => {
    // All at once: the store commits those that arrive together in one go.
    const outcomes = approvals.map((approval) => decideOne(desk, approval, verdict, notes));
    return succeeded({ verdict, outcomes: await Promise.all(outcomes) });
  });
}

async function decideOne(
  desk: Desk,
  approval: ListedApproval,
  verdict: BulkVerdict,
  notes: string,
): Promise<BulkOutcome> {
  const { approvalId, revision } = approval;
  const given = { approvalId, revision, ...(notes !== '' && { notes }) };
  const action = verdict === 'extend' || verdict === 'retire' ? verdict : undefined;
  const terms = approvalOn(approval, defaultTerms, action, Date.now());
  const answer =
    verdict === 'deny'
      ? await desk.request('approval.deny', given)
      : await desk.request('approval.approve', { ...given, ...terms });
  if (!answer.ok) return { approval, outcome: answer.refusal };
  const wanted = verdict === 'deny' ? 'denied' : 'approved';
  return { approval, outcome: answer.value.approval.status === wanted ? 'done' : 'otherwise' };
}
