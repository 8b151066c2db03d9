import type { Approval, ApprovalRecord } from '../../../shared/contract/approval';
import type { Risk } from '../../../shared/judgement';
import type { Caller } from '../../../shared/kernel/actor';
import { fieldOf } from '../../../shared/kernel/fields';
import { judge } from '../../judgement/here';
import { withGuidance } from './rules';

/** Who looks at an approval, and when. */
export type Looking = { readonly caller: Caller; readonly now: number };

/** How long the risk of a request is shown without judging it anew, in milliseconds: a list is asked for at each change of it. */
const SHOWN_MS = 10_000;
const MOST_KEPT = 1_000;

// Only what is shown: whatever decides judges anew.
const kept = new Map<string, { readonly atMs: number; readonly risk: Risk }>();

/** An approval as it is answered: with the guidance for its asker, and for the operator with its risk (spec/judgement.md section 7). */
export function shown<T extends ApprovalRecord & { readonly isPartial?: true }>(
  { caller, now }: Looking,
  approval: T,
): T & Pick<Approval, 'guidance' | 'risk'> {
  const guided = withGuidance(approval, now);
  // Of a large one the list does not have what would be judged.
  if (caller.actor.kind !== 'human' || approval.isPartial === true) return guided;
  const { level, reasons } = riskOf(approval, now);
  return { ...guided, risk: { level, reasons: [...reasons] } };
}

function riskOf(approval: ApprovalRecord, now: number): Risk {
  const { approvalId, actionHash, context, createdAtMs } = approval;
  const key = JSON.stringify([approvalId, createdAtMs, actionHash, fieldOf(context, 'cwd'), fieldOf(context, 'risk')]);
  const known = kept.get(key);
  if (known !== undefined && Math.abs(now - known.atMs) < SHOWN_MS) return known.risk;
  const { level, reasons } = judge.request(approval);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, { atMs: now, risk: { level, reasons } });
  return { level, reasons };
}
