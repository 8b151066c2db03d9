import { actorName, type ListedApproval } from '../../shared/contract/approval';
import { type Queue, waitingOf } from './queue';

/** From this many on, similar requests are one entry of the list; two are decided as quickly one by one. */
export const SMALLEST_GROUP = 3;

/** What the list has a row for: a request, or several that are similar, the oldest deadline first. */
export type QueueEntry =
  | { readonly kind: 'one'; readonly approval: ListedApproval }
  | { readonly kind: 'group'; readonly key: string; readonly approvals: readonly ListedApproval[] };

/** Requests with the same key are similar: the same asker wants the same kind of thing of the same kind of target. */
export function groupKeyOf({ requestedBy, requestType, targetResource }: ListedApproval): string {
  return JSON.stringify([requestedBy.kind, actorName(requestedBy), requestType, targetResource.type]);
}

const entries = new WeakMap<Queue, readonly QueueEntry[]>();

/** The waiting requests as the list shows them; a group stands where its most urgent one would. The same array for the same queue. */
export function entriesOf(queue: Queue): readonly QueueEntry[] {
  const known = entries.get(queue);
  if (known !== undefined) return known;
  const made = entriesAmong(waitingOf(queue));
  entries.set(queue, made);
  return made;
}

function entriesAmong(waiting: readonly ListedApproval[]): readonly QueueEntry[] {
  const groups = new Map<string, ListedApproval[]>();
  for (const approval of waiting) {
    const key = groupKeyOf(approval);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [approval]);
    else group.push(approval);
  }
  const placed = new Set<string>();
  return waiting.flatMap((approval): QueueEntry[] => {
    const key = groupKeyOf(approval);
    const approvals = groups.get(key) ?? [];
    if (approvals.length < SMALLEST_GROUP) return [{ kind: 'one', approval }];
    if (placed.has(key)) return [];
    placed.add(key);
    return [{ kind: 'group', key, approvals }];
  });
}

const noApprovals: readonly ListedApproval[] = [];

/** The waiting requests of a group; none when too few are left to be one. */
export function groupOf(queue: Queue | undefined, key: string): readonly ListedApproval[] {
  if (queue === undefined) return noApprovals;
  const entry = entriesOf(queue).find((each) => each.kind === 'group' && each.key === key);
  return entry?.kind === 'group' ? entry.approvals : noApprovals;
}
