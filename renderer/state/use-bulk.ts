import { useState } from 'react';
import type { ListedApproval } from '../../shared/approval';
import type { Refusal } from '../../shared/errors';
import type { BulkVerdict } from '../strings-queue';
import { useDeskParts } from './desk-context';
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

/** Decides several requests, each on the revision that is handed over, and tells what became of each. */
export function useBulk() {
  const { desk } = useDeskParts();
  const [isInFlight, setInFlight] = useState(false);
  const [result, setResult] = useState<BulkResult>();

  const decideOne = async (approval: ListedApproval, verdict: BulkVerdict, notes: string): Promise<BulkOutcome> => {
    const { approvalId, revision } = approval;
    const given = { approvalId, revision, ...(notes !== '' && { notes }) };
    const action = verdict === 'extend' || verdict === 'retire' ? verdict : undefined;
    const answer =
      verdict === 'deny'
        ? await desk.request('approval.deny', given)
        : await desk.request('approval.approve', {
            ...given,
            ...approvalOn(approval, defaultTerms, action, Date.now()),
          });
    if (!answer.ok) return { approval, outcome: answer.refusal };
    const wanted = verdict === 'deny' ? 'denied' : 'approved';
    return { approval, outcome: answer.value.approval.status === wanted ? 'done' : 'otherwise' };
  };

  const decide = async (approvals: readonly ListedApproval[], verdict: BulkVerdict, notes: string): Promise<void> => {
    if (isInFlight) return;
    setInFlight(true);
    setResult(undefined);
    // All at once: the store commits those that arrive together in one go.
    const outcomes = await Promise.all(approvals.map((approval) => decideOne(approval, verdict, notes)));
    setInFlight(false);
    setResult({ verdict, outcomes });
  };

  return { decide, isInFlight, result };
}
