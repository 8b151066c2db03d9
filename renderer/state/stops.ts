import type { ListedApproval } from '../../shared/contract/approval';
import { entriesOf, isRecentListed, type Queue, recentOf } from './queue';
import { keptSelection } from './selection';

/** What the list shows. */
type Listed = { readonly queue: Queue | undefined; readonly found: readonly ListedApproval[] | undefined };

/** What is shown beside the list. */
type Shown = Listed & { readonly selectedId: string | undefined; readonly openGroup: string | undefined };

/** And the key of the row that the keys stand on. */
type Standing = Shown & { readonly stop: string | undefined };

/** A row of the list as the keys move over it, each with a key of its own. */
export type Stop = { readonly key: string } & (
  | { readonly approval: ListedApproval; readonly group?: never }
  | { readonly group: string; readonly approval?: never }
);

/** What is settled stands elsewhere in the queue than what waits, so it has another key there. */
function stopOf(approval: ListedApproval): Stop {
  const { approvalId, status } = approval;
  return { key: status === 'pending' ? approvalId : `settled ${approvalId}`, approval };
}

/** What the list shows, from top to bottom: what a search found, else the queue. */
export function stopsOf({ queue, found }: Listed): readonly Stop[] {
  if (found !== undefined) return found.map((approval) => ({ key: approval.approvalId, approval }));
  if (queue === undefined) return [];
  const waiting = entriesOf(queue).flatMap((entry): Stop[] => {
    if (entry.kind === 'one') return [stopOf(entry.approval)];
    // Into the group and through it: all of them, then each by itself.
    return [{ key: entry.key, group: entry.key }, ...entry.approvals.map(stopOf)];
  });
  return isRecentListed(queue) ? [...waiting, ...recentOf(queue).map(stopOf)] : waiting;
}

/** The key that the shown request or group has in the list, whether it is in it or not. */
export function shownKey({ queue, found, openGroup, selectedId }: Shown): string | undefined {
  if (openGroup !== undefined) return openGroup;
  const approval = selectedId === undefined ? undefined : queue?.approvals[selectedId];
  return found !== undefined || approval === undefined ? selectedId : stopOf(approval).key;
}

/** Where the keys stand once the list has changed: on what is shown, or on the neighbour of what has left the list. */
export function keptStop(before: Standing, after: Standing): string | undefined {
  const isOtherList = (before.found === undefined) !== (after.found === undefined);
  if (isOtherList) return shownKey(after);
  // Beside what waits is what waits too, and not what was decided last.
  const beside = keptSelection(waitingKeysOf(before), waitingKeysOf(after), before.stop);
  return beside ?? keptSelection(keysOf(before), keysOf(after), before.stop) ?? shownKey(after);
}

const keysOf = (listed: Listed) => stopsOf(listed).map(({ key }) => key);
const waitingKeysOf = (listed: Listed) =>
  stopsOf(listed).flatMap(({ key, approval }) =>
    approval === undefined || approval.status === 'pending' ? [key] : [],
  );

/**
 * The row that a key leads to; only to those of a kind, where it is told of which. From what is shown that is the next one; where what is
 * shown has left the list, it is the one in its place.
 */
export function nextStop(
  state: Standing,
  step: 1 | -1,
  isMeant: (stop: Stop) => boolean = () => true,
): Stop | undefined {
  const stops = stopsOf(state);
  const place = stops.findIndex(({ key }) => key === state.stop);
  if (place === -1) return stops.find(isMeant);
  const hasLeft = shownKey(state) !== state.stop;
  const from = hasLeft ? place : place + step;
  const below = () => stops.slice(from).find(isMeant);
  const above = () => stops.slice(0, from + 1).findLast(isMeant);
  const ahead = step === 1 ? below() : above();
  return ahead ?? (hasLeft ? stops.findLast(isMeant) : undefined);
}
