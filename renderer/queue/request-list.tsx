import { Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useCallback, useEffect, useMemo } from 'react';
import type { ListedApproval } from '../../shared/contract/approval';
import { useDesk, useDeskParts } from '../state/desk-context';
import { groupOfShown } from '../state/desk-store';
import { entriesOf, type QueueEntry } from '../state/entries';
import { isNarrowed, type ListFilter, searchOf } from '../state/list-filter';
import { recentOf, waitingOf } from '../state/queue';
import { usePages } from '../state/use-pages';
import { strings } from '../strings';
import { LoadRefusal } from '../ui/load-refusal';
import { ListToolbar } from './list-toolbar';
import classes from './request-list.module.css';
import { GroupRow, RequestRow } from './request-row';
import { queueStrings } from './strings-queue';
import { type ListItem, VirtualList } from './virtual-list';

/** How long typing has to rest before it is searched for, in milliseconds. */
const TYPING_MS = 200;

const noEntries: readonly QueueEntry[] = [];
const noApprovals: readonly ListedApproval[] = [];

/** The left side: the queue by deadline with what was decided last below it, or what a search finds. */
export function RequestList() {
  const filter = useDesk((state) => state.listFilter);
  const isLoaded = useDesk((state) => state.queue !== undefined);
  // Above everything the window says so, with the way to try again.
  const isRefused = useDesk((state) => state.loadRefusal !== undefined);
  const isSearch = filter.scope === 'past' || isNarrowed(filter);
  return (
    <div className={classes['side']}>
      <ListToolbar />
      {isSearch ? <FoundList filter={filter} /> : isLoaded ? <QueueList /> : isRefused ? null : <ListSkeleton />}
    </div>
  );
}

function useRowOf(): (approval: ListedApproval) => ListItem {
  const { actions } = useDeskParts();
  const selectedId = useDesk((state) => state.selectedId);
  return useCallback(
    (approval) => ({
      id: approval.approvalId,
      isSelected: approval.approvalId === selectedId,
      onClick: () => actions.choose(approval),
      tone: approval.status === 'pending' ? 'waiting' : 'settled',
      content: <RequestRow approval={approval} />,
    }),
    [actions, selectedId],
  );
}

function QueueList() {
  const { actions } = useDeskParts();
  const entries = useDesk((state) => (state.queue === undefined ? noEntries : entriesOf(state.queue)));
  const recent = useDesk((state) => (state.queue === undefined ? noApprovals : recentOf(state.queue)));
  const waitingCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  const hiddenCount = useDesk((state) =>
    state.queue === undefined ? 0 : Math.max(0, state.queue.waitingCount - waitingOf(state.queue).length),
  );
  const openGroup = useDesk((state) => state.openGroup ?? groupOfShown(state));
  const rowOf = useRowOf();
  const waiting = entries.map((entry): ListItem => {
    if (entry.kind === 'one') return rowOf(entry.approval);
    return {
      id: entry.key,
      isSelected: entry.key === openGroup,
      onClick: () => actions.openGroup(entry.key),
      tone: 'group',
      content: <GroupRow approvals={entry.approvals} />,
    };
  });
  const onNearEnd = useMemo(
    () => (hiddenCount > 0 ? { sectionId: 'waiting', call: () => void actions.loadMore() } : undefined),
    [actions, hiddenCount],
  );
  const sections = [
    { id: 'waiting', name: strings.list.waiting, isNamed: false, items: waiting },
    ...((hiddenCount === 0 || waiting.length === 0) && recent.length > 0
      ? [{ id: 'recent', name: strings.list.recent, isNamed: true, items: recent.map(rowOf) }]
      : []),
  ];
  if (waitingCount === 0 && recent.length === 0)
    return <p className={classes['note']}>{strings.list.nothingWaiting}</p>;
  return (
    <div className={classes['body']}>
      {waitingCount === 0 && <p className={classes['note']}>{strings.list.nothingWaiting}</p>}
      <VirtualList
        sections={sections}
        {...(onNearEnd !== undefined && { onNearEnd })}
        foot={hiddenCount > 0 && <p className={classes['note']}>{strings.list.more(hiddenCount)}</p>}
      />
    </div>
  );
}

function FoundList({ filter }: { readonly filter: ListFilter }) {
  const { actions } = useDeskParts();
  const [asked] = useDebouncedValue(filter, TYPING_MS);
  // Another kind of list is another question at once; only typing rests first.
  const question = asked.scope === filter.scope ? asked : filter;
  const { rows, hasMore, refusal, loadMore, reload } = usePages(
    'approvals.search',
    searchOf(question),
    ['approvals'],
    'approvals',
  );
  const rowOf = useRowOf();
  useEffect(() => actions.listFound(rows), [actions, rows]);
  useEffect(() => () => actions.listFound(undefined), [actions]);
  const onNearEnd = useMemo(() => (hasMore ? { sectionId: 'found', call: loadMore } : undefined), [hasMore, loadMore]);
  if (rows === undefined && refusal === undefined) return <ListSkeleton />;
  const nothing = isNarrowed(question) ? queueStrings.list.nothingFound : queueStrings.list.nothingPast;
  return (
    <div className={classes['body']}>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {rows?.length === 0 && (
        <p className={classes['note']} role="status">
          {nothing}
        </p>
      )}
      {rows !== undefined && rows.length > 0 && (
        <VirtualList
          sections={[{ id: 'found', name: queueStrings.list.found, isNamed: false, items: rows.map(rowOf) }]}
          {...(onNearEnd !== undefined && { onNearEnd })}
          foot={hasMore && <p className={classes['note']}>{strings.answer.loadingMore}</p>}
        />
      )}
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className={classes['skeleton']} aria-busy="true" aria-label={strings.connection.loading} role="status">
      {[1, 2, 3, 4].map((row) => (
        <div key={row} className={classes['ghost']}>
          <Skeleton height={12} width="45%" mb={8} mt={3} />
          <Skeleton height={14} width="85%" mb={3} />
        </div>
      ))}
    </div>
  );
}
