import { engineFactsOf, projectFolderOf } from '../../shared/act/engine-facts';
import { shapeOf } from '../../shared/act/shape';
import { actorName } from '../../shared/contract/actor-name';
import type { ApprovalOutcome, ListedApproval } from '../../shared/contract/approval';
import type { OutputOf } from '../../shared/contract/contract';
import type { DeskPush } from '../../shared/contract/desk-contract';
import { QUEUE_PAGE_SIZE, RECENT_PAGE_SIZE } from '../../shared/contract/queue-sizes';
import type { RequestType } from '../../shared/contract/request-kinds';
import { fieldsOf } from '../../shared/kernel/fields';
import type { OperatorStatus } from '../../shared/missed';
import type { GivenOf } from '../bridge';

/** The window's copy of the queue as of one seq: what a snapshot gave, kept up by patches. Never written by hand. */
export type Queue = {
  readonly seq: number;
  /** All that wait, also those that are not loaded. */
  readonly waitingCount: number;
  /** The deadline up to which all waiting ones are loaded; later ones are left out, so that the list has no holes. */
  readonly loadedUntilMs: number;
  /** Waiting ones that are listed at most: grows by a page each time that more are asked for. */
  readonly waitingLimit: number;
  readonly approvals: Readonly<Record<string, ListedApproval>>;
};

/** The queue that a snapshot describes; `kept` (the one that is shown) stays known though no list has it. */
export function queueFromSnapshot(snapshot: OutputOf<'queue.snapshot'>, kept: ListedApproval | undefined): Queue {
  const last = snapshot.waiting.at(-1);
  const isWhole = last === undefined || snapshot.waiting.length >= snapshot.waitingCount;
  const approvals = merged(kept === undefined ? {} : { [kept.approvalId]: kept }, [
    ...snapshot.recent,
    ...snapshot.waiting,
  ]);
  return {
    seq: snapshot.seq,
    waitingCount: snapshot.waitingCount,
    loadedUntilMs: isWhole ? Number.POSITIVE_INFINITY : last.expiresAtMs,
    waitingLimit: QUEUE_PAGE_SIZE,
    approvals,
  };
}

/** The queue with the next page of what waits. */
export function withNextPage(queue: Queue, page: readonly ListedApproval[]): Queue {
  const last = page.at(-1);
  const isWhole = last === undefined || page.length < QUEUE_PAGE_SIZE;
  return {
    ...queue,
    approvals: merged(queue.approvals, page),
    waitingLimit: queue.waitingLimit + QUEUE_PAGE_SIZE,
    loadedUntilMs: isWhole ? Number.POSITIVE_INFINITY : Math.max(queue.loadedUntilMs, last.expiresAtMs),
  };
}

function merged(known: Queue['approvals'], news: readonly ListedApproval[]): Queue['approvals'] {
  const approvals: Record<string, ListedApproval> = { ...known };
  for (const approval of news) {
    const before = approvals[approval.approvalId];
    if (before === undefined || isNews(approval, before)) approvals[approval.approvalId] = approval;
  }
  return approvals;
}

function withOutcomes(known: Queue['approvals'], outcomes: readonly ApprovalOutcome[]): Queue['approvals'] {
  const changed = outcomes.flatMap((outcome) => {
    const before = known[outcome.approvalId];
    return before === undefined ? [] : { ...before, ...outcome };
  });
  return merged(known, changed);
}

/** Whether a patch says what became of approvals that are not known here. */
export function isOfUnknown(queue: Queue, { outcomes }: Extract<DeskPush, { kind: 'approvals' }>): boolean {
  return outcomes.some(({ approvalId }) => queue.approvals[approvalId] === undefined);
}

/** Whether this says more than what is known: a newer revision, or the whole of one that is known in part. */
function isNews(approval: ListedApproval, known: ListedApproval): boolean {
  if (approval.revision !== known.revision) return approval.revision > known.revision;
  return approval.isPartial !== true || known.isPartial === true;
}

/** The queue after a patch that follows on it; an older revision of an approval never replaces a newer one. */
export function applyPatch(
  queue: Queue,
  patch: Extract<DeskPush, { kind: 'approvals' }>,
  keptId: string | undefined,
): Queue {
  const approvals = merged(withOutcomes(queue.approvals, patch.outcomes), patch.approvals);
  return trimmed({ ...queue, seq: patch.seq, waitingCount: patch.waitingCount, approvals }, keptId);
}

/** The queue that also knows this approval, unless it knows a newer revision. */
export function withApproval(queue: Queue, approval: ListedApproval): Queue {
  const known = queue.approvals[approval.approvalId];
  if (known !== undefined && !isNews(approval, known)) return queue;
  // The patch with the true count may come after the answer to a decision; until then the list and the count agree.
  const isSettledNow = known?.status === 'pending' && approval.status !== 'pending';
  const waitingCount = isSettledNow ? queue.waitingCount - 1 : queue.waitingCount;
  return { ...queue, waitingCount, approvals: { ...queue.approvals, [approval.approvalId]: approval } };
}

/** Drops what no list shows any more, so that a window that is open for weeks does not grow. */
function trimmed(queue: Queue, keptId: string | undefined): Queue {
  if (Object.keys(queue.approvals).length <= 2 * (queue.waitingLimit + RECENT_PAGE_SIZE)) return queue;
  const approvals: Record<string, ListedApproval> = {};
  const waiting = waitingOf(queue);
  for (const approval of [...waiting, ...recentOf(queue)]) approvals[approval.approvalId] = approval;
  const kept = keptId === undefined ? undefined : queue.approvals[keptId];
  if (kept !== undefined) approvals[kept.approvalId] = kept;
  const isWhole = waiting.length < queue.waitingLimit;
  const loadedUntilMs = isWhole ? queue.loadedUntilMs : (waiting.at(-1)?.expiresAtMs ?? queue.loadedUntilMs);
  return { ...queue, approvals, loadedUntilMs };
}

type Lists = { readonly waiting: readonly ListedApproval[]; readonly recent: readonly ListedApproval[] };

const lists = new WeakMap<Queue, Lists>();

/** When an approval stopped waiting. */
export function settledAtMs(approval: ListedApproval): number {
  return approval.reviewedAtMs ?? (approval.status === 'expired' ? approval.expiresAtMs : approval.updatedAtMs);
}

function listsOf(queue: Queue): Lists {
  const known = lists.get(queue);
  if (known !== undefined) return known;
  const all = Object.values(queue.approvals);
  const made: Lists = {
    waiting: all
      .filter((approval) => approval.status === 'pending' && approval.expiresAtMs <= queue.loadedUntilMs)
      .sort(byDeadline)
      .slice(0, queue.waitingLimit),
    recent: all
      .filter((approval) => approval.status !== 'pending' && !isTestOver(approval))
      .sort((one, other) => settledAtMs(other) - settledAtMs(one) || byId(one, other))
      .slice(0, RECENT_PAGE_SIZE),
  };
  lists.set(queue, made);
  return made;
}

/** A connection's test that was taken back has nothing to say among what was decided; a search finds it. */
function isTestOver({ status, context }: ListedApproval): boolean {
  return status === 'cancelled' && fieldsOf(context)['is_connection_test'] === true;
}

function byDeadline(one: ListedApproval, other: ListedApproval): number {
  return one.expiresAtMs - other.expiresAtMs || one.createdAtMs - other.createdAtMs || byId(one, other);
}

function byId(one: ListedApproval, other: ListedApproval): number {
  return one.approvalId < other.approvalId ? -1 : 1;
}

/** The loaded ones that wait, the oldest deadline first. The same array for the same queue. */
export function waitingOf(queue: Queue): readonly ListedApproval[] {
  return listsOf(queue).waiting;
}

/** The settled ones, the newest first. The same array for the same queue. */
export function recentOf(queue: Queue): readonly ListedApproval[] {
  return listsOf(queue).recent;
}

/** Waiting ones that are not loaded, of which the list only says how many they are. */
export function hiddenCountOf(queue: Queue): number {
  return Math.max(0, queue.waitingCount - waitingOf(queue).length);
}

/** Whether what was decided last is listed: only below the whole of what waits. */
export function isRecentListed(queue: Queue): boolean {
  return hiddenCountOf(queue) === 0 || waitingOf(queue).length === 0;
}

/** Whether more wait than are loaded while the loaded list gets short, or the count and the list do not agree. */
export function isQueueShort(queue: Queue): boolean {
  const loaded = waitingOf(queue).length;
  return loaded > queue.waitingCount || (loaded < queue.waitingCount && loaded < QUEUE_PAGE_SIZE / 2);
}

/** From this many on, similar requests are one entry of the list; two are decided as quickly one by one. */
const SMALLEST_GROUP = 3;

/** What the list has a row for: a request, or several that are similar, the oldest deadline first. */
export type QueueEntry =
  | { readonly kind: 'one'; readonly approval: ListedApproval }
  | { readonly kind: 'group'; readonly key: string; readonly approvals: readonly ListedApproval[] };

/** What waits in one session of an engine; `all` is what no engine's session asks for. */
export type QueueSection = {
  readonly key: string;
  /** The most urgent one, which says which session it is. */
  readonly first: ListedApproval;
  readonly isSession: boolean;
  readonly entries: readonly QueueEntry[];
};

/** The session and the project that a request belongs to; one key for all that no engine asks. */
export function sectionKeyOf({ context }: ListedApproval): string {
  const facts = engineFactsOf(context);
  return facts === undefined ? 'all' : JSON.stringify([facts.engine, facts.sessionId, projectFolderOf(context)]);
}

const keys = new WeakMap<ListedApproval, { readonly key: string | undefined }>();

/**
 * Requests with the same key are similar: of one session and asker, for one tool and one shape. Undefined for one that is like no
 * other, such as what is of high risk, and what is too large to be read in a table.
 */
export function groupKeyOf(approval: ListedApproval): string | undefined {
  const known = keys.get(approval);
  if (known !== undefined) return known.key;
  const key = madeKeyOf(approval);
  keys.set(approval, { key });
  return key;
}

function madeKeyOf(approval: ListedApproval): string | undefined {
  const { requestedBy, requestType, targetResource, action, risk, isPartial } = approval;
  if (isPartial === true || risk?.level === 'high') return undefined;
  const asker = [
    sectionKeyOf(approval),
    requestedBy.kind,
    requestedBy.actorId ?? actorName(requestedBy),
    requestType,
    targetResource.type,
  ];
  if (requestType !== 'tool_call') return JSON.stringify(asker);
  if (action === undefined) return undefined;
  const isTool = targetResource.type === 'tool';
  const shape = shapeOf({ toolName: isTool ? targetResource.id : targetResource.type, action });
  return shape === undefined ? undefined : JSON.stringify([...asker, shape]);
}

const sections = new WeakMap<Queue, readonly QueueSection[]>();

/**
 * The waiting requests as the list shows them: by session, the one with the most urgent first, and within it by deadline; a group stands
 * where its most urgent one would. The same array for the same queue.
 */
export function sectionsOf(queue: Queue): readonly QueueSection[] {
  const known = sections.get(queue);
  if (known !== undefined) return known;
  const made = [...groupedBy(waitingOf(queue), sectionKeyOf)].flatMap(([key, approvals]): QueueSection[] => {
    const [first] = approvals;
    return first === undefined
      ? []
      : [{ key: String(key), first, isSession: key !== 'all', entries: entriesAmong(approvals) }];
  });
  sections.set(queue, made);
  return made;
}

/** The rows of all sections, in the order in which they are shown. */
export function entriesOf(queue: Queue): readonly QueueEntry[] {
  return sectionsOf(queue).flatMap(({ entries }) => entries);
}

function groupedBy(
  approvals: readonly ListedApproval[],
  keyOf: (approval: ListedApproval) => string | undefined,
): ReadonlyMap<string | undefined, readonly ListedApproval[]> {
  const groups = new Map<string | undefined, ListedApproval[]>();
  for (const approval of approvals) {
    const key = keyOf(approval);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [approval]);
    else group.push(approval);
  }
  return groups;
}

function entriesAmong(waiting: readonly ListedApproval[]): readonly QueueEntry[] {
  const groups = groupedBy(waiting, groupKeyOf);
  const placed = new Set<string>();
  return waiting.flatMap((approval): QueueEntry[] => {
    const key = groupKeyOf(approval);
    const approvals = groups.get(key) ?? [];
    if (key === undefined || approvals.length < SMALLEST_GROUP) return [{ kind: 'one', approval }];
    if (placed.has(key)) return [];
    placed.add(key);
    return [{ kind: 'group', key, approvals }];
  });
}

/** The waiting one that comes after this one was there: of its session, else the most urgent of all. */
export function nextAfter(
  queue: Queue,
  shown: ListedApproval | undefined,
  isDecided: (approvalId: string) => boolean = () => false,
): ListedApproval | undefined {
  const others = waitingOf(queue).filter(
    ({ approvalId }) => approvalId !== shown?.approvalId && !isDecided(approvalId),
  );
  if (shown === undefined) return others[0];
  const ofSession = others.filter((approval) => sectionKeyOf(approval) === sectionKeyOf(shown));
  return ofSession.find(({ expiresAtMs }) => expiresAtMs >= shown.expiresAtMs) ?? ofSession[0] ?? others[0];
}

const noApprovals: readonly ListedApproval[] = [];

/** The waiting requests of a group; none when too few are left to be one. */
export function groupOf(queue: Queue | undefined, key: string): readonly ListedApproval[] {
  if (queue === undefined) return noApprovals;
  const entry = entriesOf(queue).find((each) => each.kind === 'group' && each.key === key);
  return entry?.kind === 'group' ? entry.approvals : noApprovals;
}

/** What the list on the left shows. */
export type ListFilter = {
  readonly scope: 'waiting' | 'past';
  readonly text: string;
  readonly agentId: string;
  readonly requestType?: RequestType | undefined;
  /** For past ones only. */
  readonly status?: OperatorStatus | undefined;
};

/** All that wait. */
export const everyWaiting: ListFilter = { scope: 'waiting', text: '', agentId: '' };

/** Whether anything but the scope narrows the list. */
export function isNarrowed({ text, agentId, requestType, status }: ListFilter): boolean {
  return text.trim() !== '' || agentId.trim() !== '' || requestType !== undefined || status !== undefined;
}

/** The filter as the search is asked. */
export function searchOf({ scope, text, agentId, requestType, status }: ListFilter): GivenOf<'approvals.search'> {
  return {
    scope,
    limit: 100,
    ...(text.trim() !== '' && { text: text.trim().slice(0, 200) }),
    ...(agentId.trim() !== '' && { agentId: agentId.trim().slice(0, 200) }),
    ...(requestType !== undefined && { requestType }),
    ...(scope === 'past' && status !== undefined && { status }),
  };
}
