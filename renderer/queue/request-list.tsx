import { ActionIcon, Box, Button, CloseButton, Flex, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useCallback, useEffect, useId, useMemo, useState } from 'react';
import { placeOf } from '../../shared/act/approval-title';
import type { ListedApproval } from '../../shared/contract/approval';
import { approvalStatuses, requestTypes } from '../../shared/contract/request-kinds';
import { visibleLine } from '../../shared/kernel/visible-text';
import { formatNumber } from '../format';
import { usePages } from '../state/answers';
import { useDesk, useDeskParts } from '../state/desk-context';
import { groupOfShown } from '../state/desk-store';
import {
  everyWaiting,
  hiddenCountOf,
  isNarrowed,
  isRecentListed,
  type ListFilter,
  type QueueSection,
  recentOf,
  searchOf,
  sectionKeyOf,
  sectionsOf,
} from '../state/queue';
import { strings } from '../strings';
import { Choice, SearchField } from '../ui/fields';
import { LoadRefusal } from '../ui/notice';
import ui from '../ui/ui.module.css';
import classes from './queue.module.css';
import { WhereMark } from './request-marks';
import { GroupRow, RequestRow } from './request-rows';
import { queueStrings } from './strings-queue';
import { type ListItem, VirtualList } from './virtual-list';

/** How long typing has to rest before it is searched for, in milliseconds. */
const TYPING_MS = 200;

const noSections: readonly QueueSection[] = [];
const noApprovals: readonly ListedApproval[] = [];

/** The left side: the queue by deadline with what was decided last below it, or what a search finds. */
export function RequestList() {
  const filter = useDesk((state) => state.listFilter);
  const isLoaded = useDesk((state) => state.queue !== undefined);
  // Above everything the window says so, with the way to try again.
  const isRefused = useDesk((state) => state.loadRefusal !== undefined);
  const isSearch = filter.scope === 'past' || isNarrowed(filter);
  return (
    <>
      <ListToolbar />
      {isSearch ? <FoundList filter={filter} /> : isLoaded ? <QueueList /> : isRefused ? null : <ListSkeleton />}
    </>
  );
}

/** A row as it stands in the queue: one of a session's section does not name the session again. */
function useRowOf(isInQueue = false): (approval: ListedApproval) => ListItem {
  const { actions } = useDeskParts();
  const selectedId = useDesk((state) => state.selectedId);
  return useCallback(
    (approval) => ({
      id: approval.approvalId,
      isSelected: approval.approvalId === selectedId,
      onClick: () => actions.choose(approval),
      tone: approval.status === 'pending' ? 'waiting' : 'settled',
      content: <RequestRow approval={approval} isInSection={isInQueue && isOfSession(approval)} />,
    }),
    [actions, selectedId, isInQueue],
  );
}

const isOfSession = (approval: ListedApproval) => approval.status === 'pending' && sectionKeyOf(approval) !== 'all';

function QueueList() {
  const { actions } = useDeskParts();
  const waiting = useDesk((state) => (state.queue === undefined ? noSections : sectionsOf(state.queue)));
  const lastId = waiting.at(-1)?.key;
  const recent = useDesk((state) => (state.queue === undefined ? noApprovals : recentOf(state.queue)));
  const waitingCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  const hiddenCount = useDesk((state) => (state.queue === undefined ? 0 : hiddenCountOf(state.queue)));
  const areRecentListed = useDesk((state) => state.queue !== undefined && isRecentListed(state.queue));
  const openGroup = useDesk((state) => state.openGroup ?? groupOfShown(state));
  const rowOf = useRowOf(true);
  const rowsOf = ({ entries, isSession }: QueueSection): readonly ListItem[] =>
    entries.map((entry): ListItem => {
      if (entry.kind === 'one') return rowOf(entry.approval);
      return {
        id: entry.key,
        isSelected: entry.key === openGroup,
        onClick: () => actions.openGroup(entry.key),
        tone: 'group',
        content: <GroupRow approvals={entry.approvals} isInSection={isSession} />,
      };
    });
  const onNearEnd = useMemo(
    () =>
      hiddenCount > 0 && lastId !== undefined ? { sectionId: lastId, call: () => void actions.loadMore() } : undefined,
    [actions, hiddenCount, lastId],
  );
  const sections = [
    ...waiting.map((section) => ({
      id: section.key,
      name: sectionName(section),
      title: <WhereMark approval={section.first} />,
      isNamed: section.isSession,
      items: rowsOf(section),
    })),
    ...(areRecentListed && recent.length > 0
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

/** What waits, and in a session's section which project's. */
function sectionName({ first, isSession }: QueueSection): string {
  return isSession ? `${strings.list.waiting}: ${visibleLine(placeOf(first), 60)}` : strings.list.waiting;
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
  useEffect(() => actions.listFound(rows ?? noApprovals), [actions, rows]);
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
    <Box mih={0} style={{ overflow: 'hidden' }} aria-busy="true" aria-label={strings.connection.loading} role="status">
      {[1, 2, 3, 4].map((row) => (
        <Box key={row} p="9px 14px">
          <Skeleton height={12} width="45%" mb={8} mt={3} />
          <Skeleton height={14} width="85%" mb={3} />
        </Box>
      ))}
    </Box>
  );
}

const words = queueStrings.list;

/** Above the list: what waits or what is past, the search, and the filters when they are wanted. */
function ListToolbar() {
  const { actions } = useDeskParts();
  const filter = useDesk((state) => state.listFilter);
  const waitingCount = useDesk((state) => state.queue?.waitingCount);
  const [areFiltersShown, setFiltersShown] = useState(false);
  const filtersId = useId();
  const change = (changes: Partial<ListFilter>) => actions.filterList({ ...filter, ...changes });
  const on = [filter.agentId.trim() !== '', filter.requestType !== undefined, filter.status !== undefined];
  const onCount = on.filter(Boolean).length;
  return (
    <div className={classes['toolbar']}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={words.mode}
        value={filter.scope}
        onChange={(scope) => change({ scope: scope === 'past' ? 'past' : 'waiting', status: undefined })}
        data={[
          {
            value: 'waiting',
            label: (
              <>
                {words.waiting}{' '}
                <Box component="span" className={ui['number'] ?? ''} opacity={0.8}>
                  {waitingCount !== undefined && formatNumber(waitingCount)}
                </Box>
              </>
            ),
          },
          { value: 'past', label: words.past },
        ]}
      />
      <Flex gap={6}>
        <SearchField
          flex={1}
          type="text"
          label={words.search}
          placeholder={words.searchPlaceholder}
          value={filter.text}
          onChange={(text) => change({ text })}
          rightSection={
            filter.text !== '' && (
              <CloseButton size="xs" aria-label={words.clear} onClick={() => change({ text: '' })} />
            )
          }
        />
        <ActionIcon
          variant={onCount > 0 ? 'light' : 'default'}
          size={30}
          aria-label={onCount > 0 ? words.filtersOn(onCount) : words.filters}
          aria-expanded={areFiltersShown}
          aria-controls={filtersId}
          onClick={() => setFiltersShown(!areFiltersShown)}
        >
          <IconFilter size={15} aria-hidden />
        </ActionIcon>
      </Flex>
      <div id={filtersId} hidden={!areFiltersShown} className={`${ui['quiet']} ${classes['filters']}`}>
        <Filters filter={filter} onChange={change} />
      </div>
    </div>
  );
}

type FiltersProps = { readonly filter: ListFilter; readonly onChange: (changes: Partial<ListFilter>) => void };

const settledStatuses = ([...approvalStatuses, 'missed'] as const).filter((status) => status !== 'pending');

function Filters({ filter, onChange }: FiltersProps) {
  const { actions } = useDeskParts();
  return (
    <>
      <Choice
        size="xs"
        label={words.type}
        value={filter.requestType}
        values={requestTypes}
        names={strings.type}
        none={words.anyType}
        onChange={(requestType) => onChange({ requestType })}
      />
      {filter.scope === 'past' && (
        <Choice
          size="xs"
          label={words.status}
          value={filter.status}
          values={settledStatuses}
          names={strings.status}
          none={words.anyStatus}
          onChange={(status) => onChange({ status })}
        />
      )}
      <TextInput
        size="xs"
        label={words.agent}
        placeholder={words.agentPlaceholder}
        value={filter.agentId}
        maxLength={200}
        onChange={(event) => onChange({ agentId: event.currentTarget.value })}
      />
      {isNarrowed(filter) && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => actions.filterList({ ...everyWaiting, scope: filter.scope })}
        >
          {words.clear}
        </Button>
      )}
    </>
  );
}
