import type { Approval, ApprovalRecord } from '../../../shared/contract/approval';
import type { Judgement, Risk } from '../../../shared/judgement';
import type { Caller } from '../../../shared/kernel/actor';
import { fieldOf } from '../../../shared/kernel/fields';
import type { ReadStore } from '../../kernel/store/database';
import { judgeOf, wordOnTool } from '../trust/facts';
import { withGuidance } from './rules';

/** Who looks at an approval, and when. */
export type Looking = { readonly store: ReadStore; readonly caller: Caller; readonly now: number };

/** How long the risk of a request is shown without judging it anew, in milliseconds: a list is asked for at each change of it. */
const SHOWN_MS = 10_000;
const MOST_KEPT = 4_000;

type Kept = Map<string, { readonly atMs: number; readonly risk: Risk }>;

// Only what is shown: whatever decides judges anew. Of each open database, by what its readers and its writer share.
const keptOfStores = new WeakMap<ReadStore['unreadable'], Kept>();

/** An approval as it is answered: with the guidance for its asker, and for the operator with its risk (spec/judgement.md section 7). */
export function shown<T extends ApprovalRecord & { readonly isPartial?: true }>(
  { store, caller, now }: Looking,
  approval: T,
): T & Pick<Approval, 'guidance' | 'risk'> {
  const guided = withGuidance(approval, now);
  // Of a large one the list does not have what would be judged.
  if (caller.actor.kind !== 'human' || approval.isPartial === true) return guided;
  const { level, reasons, notes } = riskOf(store, approval, now);
  const said = notes === undefined ? {} : { notes: [...notes] };
  return { ...guided, risk: { level, reasons: [...reasons], ...said } };
}

function riskOf(store: ReadStore, approval: ApprovalRecord, now: number): Risk {
  const known = keptOf(store).get(keyOf(store, approval));
  if (known !== undefined && Math.abs(now - known.atMs) < SHOWN_MS) return known.risk;
  return keepRisk({ store, now }, approval, judgeOf(store).request(approval));
}

/** Has what a request was judged to be when it came shown wherever the operator is told of it, so that it is judged once. */
export function keepRisk(
  { store, now }: Pick<Looking, 'store' | 'now'>,
  approval: ApprovalRecord,
  { level, reasons, notes }: Judgement,
): Risk {
  const risk = { level, reasons, ...(notes !== undefined && { notes }) };
  const kept = keptOf(store);
  const key = keyOf(store, approval);
  // The oldest goes: what a Map has is in the order in which it came.
  kept.delete(key);
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, { atMs: now, risk });
  return risk;
}

function keptOf({ unreadable }: ReadStore): Kept {
  const kept = keptOfStores.get(unreadable) ?? new Map();
  keptOfStores.set(unreadable, kept);
  return kept;
}

function keyOf(store: ReadStore, approval: ApprovalRecord): string {
  const { approvalId, actionHash, context, createdAtMs } = approval;
  const said = [fieldOf(context, 'cwd'), fieldOf(context, 'risk'), wordOnTool(store, approval)];
  return JSON.stringify([approvalId, createdAtMs, actionHash, ...said]);
}
