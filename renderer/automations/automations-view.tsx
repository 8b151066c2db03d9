import { SegmentedControl, Text } from '@mantine/core';
import { IconClockPlay } from '@tabler/icons-react';
import { useDeferredValue, useEffect } from 'react';
import type { AutomationOverview } from '../../shared/contract/automation';
import { usePages } from '../state/answers';
import { useDesk, useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { SearchField } from '../ui/fields';
import { ListView } from '../ui/list-view';
import { ActorShort } from '../ui/names';
import { EmptyState, ViewPage } from '../ui/page';
import type { Column } from '../ui/table';
import { Day, Distance } from '../ui/times';
import ui from '../ui/ui.module.css';
import { AutomationActions } from './automation-actions';
import { AutomationDetail } from './automation-detail';
import { AutomationMarks, AutomationName, HealthMarks, RunMark } from './automation-marks';
import { automationStrings } from './strings-automations';

/** Automations: all of them, or the one that is open. */
export function AutomationsView() {
  const automationId = useDesk((state) => state.place.subject);
  if (automationId === undefined) return <AutomationList />;
  return (
    <AutomationActions key={automationId}>
      <AutomationDetail automationId={automationId} />
    </AutomationActions>
  );
}

const shows = ['all', 'active', 'paused', 'draft', 'in_review'] as const;
type Show = (typeof shows)[number];

/** Rows that fill a window; with fewer the next page is loaded at once. */
const FEWEST_SHOWN = 30;

const { columns: headers } = automationStrings;

const columns: readonly Column<AutomationOverview>[] = [
  {
    header: headers.name,
    width: 'minmax(8.3rem, 2.2fr)',
    cell: ({ name, automationId }) => <AutomationName name={name} automationId={automationId} />,
  },
  {
    header: headers.status,
    width: 'minmax(8.1rem, 1.1fr)',
    cell: (row) => <AutomationMarks {...row} />,
  },
  {
    header: headers.owner,
    width: 'minmax(5.9rem, 1.3fr)',
    cell: ({ creator }) => <ActorShort actor={creator} />,
  },
  {
    header: headers.expires,
    width: 'minmax(6rem, 0.6fr)',
    cell: ({ expiresAtMs, retiredAtMs }) =>
      retiredAtMs !== undefined ? (
        '–'
      ) : expiresAtMs === undefined ? (
        <span className={ui['dim']}>{automationStrings.neverExpires}</span>
      ) : (
        <Day atMs={expiresAtMs} />
      ),
  },
  {
    header: headers.health,
    width: 'minmax(6.2rem, 0.6fr)',
    cell: (row) => <HealthMarks findingCounts={row.findingCounts} />,
  },
  {
    header: headers.lastRun,
    width: 'minmax(7.2rem, 0.6fr)',
    cell: ({ lastRun }) =>
      lastRun === undefined ? (
        <span className={ui['dim']}>{automationStrings.neverRan}</span>
      ) : (
        <span className={ui['two']}>
          <RunMark status={lastRun.status} />
          <Distance atMs={lastRun.atMs} />
        </span>
      ),
  },
];

const keyOf = ({ automationId }: AutomationOverview) => automationId;
const nameOf = ({ name }: AutomationOverview) => name;

/** Every automation, to search and filter. */
function AutomationList() {
  const { actions } = useDeskParts();
  const [text, setText] = useKept('automations search', '');
  const [show, setShow] = useKept<Show>('automations show', 'all');
  const searched = useDeferredValue(text.trim());
  const pages = usePages(
    'automations.search',
    { ...(searched !== '' && { text: searched }), ...(show !== 'all' && { show }) },
    ['automations', 'runs', 'limits'],
    'automations',
  );
  const { rows, hasMore, loadMore } = pages;
  // Where few match, a page may be short and still have a next one.
  useEffect(() => {
    if (hasMore && rows !== undefined && rows.length < FEWEST_SHOWN) loadMore();
  }, [rows, hasMore, loadMore]);
  const isFiltered = searched !== '' || show !== 'all';
  return (
    <ViewPage
      title={strings.app.views.automations}
      subtitle={automationStrings.subtitle}
      toolbar={
        <>
          <SearchField
            label={automationStrings.search}
            w="20rem"
            maw="100%"
            maxLength={500}
            value={text}
            onChange={setText}
          />
          <SegmentedControl
            size="xs"
            aria-label={automationStrings.show}
            value={show}
            onChange={setShow}
            data={shows.map((value) => ({ value, label: automationStrings.shows[value] }))}
          />
        </>
      }
    >
      <ListView
        pages={pages}
        label={automationStrings.label}
        columns={columns}
        keyOf={keyOf}
        nameOf={nameOf}
        onOpen={({ automationId }) => actions.show('automations', automationId)}
        rowRem={3.25}
        keptAs={`automations ${show} ${searched}`}
        empty={
          isFiltered ? (
            <Text c="dimmed" role="status">
              {strings.answer.noMatches}
            </Text>
          ) : (
            <EmptyState
              icon={IconClockPlay}
              title={automationStrings.empty.title}
              words={automationStrings.empty.words}
              next={{ label: automationStrings.empty.connect, act: () => actions.show('settings') }}
            />
          )
        }
      />
    </ViewPage>
  );
}
