import { ActionIcon, Button, CloseButton, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { approvalStatuses, requestTypes } from '../../shared/contract/approval';
import { formatNumber } from '../format';
import { useDesk, useDeskParts } from '../state/desk-context';
import { everyWaiting, isNarrowed, type ListFilter } from '../state/list-filter';
import { strings } from '../strings';
import { SearchField } from '../ui/search-field';
import classes from './list-toolbar.module.css';
import { queueStrings } from './strings-queue';

const words = queueStrings.list;

/** Above the list: what waits or what is past, the search, and the filters when they are wanted. */
export function ListToolbar() {
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
                {waitingCount !== undefined && <span className={classes['count']}>{formatNumber(waitingCount)}</span>}
              </>
            ),
          },
          { value: 'past', label: words.past },
        ]}
      />
      <div className={classes['search']}>
        <SearchField
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
      </div>
      <div id={filtersId} hidden={!areFiltersShown} className={classes['filters']}>
        <NativeSelect
          size="xs"
          label={words.type}
          value={filter.requestType ?? ''}
          onChange={({ currentTarget: { value } }) =>
            change({ requestType: requestTypes.find((type) => type === value) })
          }
          data={[
            { value: '', label: words.anyType },
            ...requestTypes.map((value) => ({ value, label: strings.type[value] })),
          ]}
        />
        {filter.scope === 'past' && (
          <NativeSelect
            size="xs"
            label={words.status}
            value={filter.status ?? ''}
            onChange={({ currentTarget: { value } }) =>
              change({ status: approvalStatuses.find((status) => status === value) })
            }
            data={[
              { value: '', label: words.anyStatus },
              ...approvalStatuses
                .filter((status) => status !== 'pending')
                .map((value) => ({ value, label: strings.status[value] })),
            ]}
          />
        )}
        <TextInput
          size="xs"
          label={words.agent}
          placeholder={words.agentPlaceholder}
          value={filter.agentId}
          maxLength={200}
          onChange={(event) => change({ agentId: event.currentTarget.value })}
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
      </div>
    </div>
  );
}
