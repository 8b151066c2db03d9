import { Flex } from '@mantine/core';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import type { ListedAgent } from '../../shared/contract/agent';
import { agentName } from '../../shared/contract/sub-agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { formatNumber, formatRelative, formatWholeInstant } from '../format';
import { SpendBar } from '../spend/amounts';
import { useAnswer, usePages } from '../state/answers';
import { useDesk, useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { Choice, SearchField } from '../ui/fields';
import { ListView } from '../ui/list-view';
import { AgentName } from '../ui/names';
import { EmptyState, ViewPage } from '../ui/page';
import { type Column, numberColumn } from '../ui/table';
import { useNow } from '../ui/times';
import { useIsWide } from '../ui/use-is-wide';
import { AgentMarks, agentStateWords } from './agent-figures';
import { AgentPage } from './agent-page';
import { AgentPause } from './agent-pause';
import { agentStrings } from './strings-agents';

/** Agents: all of them, or the one that is open. */
export function AgentsView() {
  const agentId = useDesk(({ place }) => place.subject);
  return agentId === undefined ? <AgentList /> : <AgentPage key={agentId} agentId={agentId} />;
}

const words = agentStrings.columns;

const orderNames = ['name', 'spend', 'waiting'] as const;
type Order = (typeof orderNames)[number];

/** In which order agents are shown, other than by when they were last seen. */
const orders: Readonly<Record<Order, (one: ListedAgent, other: ListedAgent) => number>> = {
  name: (one, other) => one.agentId.localeCompare(other.agentId),
  spend: (one, other) => other.weeklyCostNanos - one.weeklyCostNanos,
  waiting: (one, other) => other.waitingCount - one.waitingCount,
};

const topics = ['agents', 'automations', 'approvals', 'spend', 'limits'] as const;

/** Every agent that is known, the most recently seen first; found by a part of its id. The search stays while the operator is elsewhere. */
function AgentList() {
  const [search, setSearch] = useKept('agents search', '');
  const { actions } = useDeskParts();
  const limits = useAnswer('limits.get', {}, ['limits']);
  const pages = usePages('agents.overview', search.trim() === '' ? {} : { search: search.trim() }, topics, 'agents');
  const [order, setOrder] = useKept<Order | undefined>('agents order', undefined);
  const { rows, hasMore, loadMore } = pages;
  // Only what is loaded can be put into an order.
  useEffect(() => {
    if (order !== undefined && hasMore) loadMore();
  }, [order, hasMore, loadMore, rows]);
  const ordered = useMemo(() => (order === undefined ? rows : rows?.toSorted(orders[order])), [rows, order]);
  const isWide = useIsWide();
  const now = useNow(30_000);
  const warningRatio = limits.value?.limits.spendWarningThresholdRatio ?? 1;
  const columns = useMemo(() => columnsOf(now, warningRatio, isWide), [now, warningRatio, isWide]);
  return (
    <ViewPage
      title={strings.app.views.agents}
      subtitle={agentStrings.subtitle}
      toolbar={
        (pages.rows?.length !== 0 || search !== '') && (
          <>
            <SearchField
              label={agentStrings.search}
              size="xs"
              w="22rem"
              maw="100%"
              value={search}
              onChange={setSearch}
            />
            <Choice
              size="xs"
              aria-label={agentStrings.order.label}
              value={order}
              values={orderNames}
              names={agentStrings.order}
              none={agentStrings.order.seen}
              onChange={setOrder}
            />
          </>
        )
      }
    >
      <ListView
        pages={{ ...pages, rows: ordered }}
        label={strings.app.views.agents}
        columns={columns}
        keyOf={({ agentId }) => agentId}
        nameOf={(agent) => `${visibleLine(agentName(agent.agentId), 80)}, ${agentStateWords(agent)}`}
        onOpen={({ agentId }) => actions.show('agents', agentId)}
        keptAs={`agents ${search.trim()}`}
        empty={
          search === '' ? (
            <EmptyState
              icon={IconUserPlus}
              title={agentStrings.empty.title}
              words={agentStrings.empty.words}
              next={{ label: agentStrings.empty.connect, act: () => actions.show('settings') }}
            />
          ) : (
            <EmptyState
              icon={IconSearch}
              title={agentStrings.noMatches.title}
              words={agentStrings.noMatches.words}
              next={{ label: agentStrings.noMatches.clear, act: () => setSearch(''), variant: 'default' }}
            />
          )
        }
      />
    </ViewPage>
  );
}

function columnsOf(now: number, warningRatio: number, isWide: boolean): readonly Column<ListedAgent>[] {
  return [
    {
      header: words.agent,
      width: 'minmax(7.6rem, 2.6fr)',
      cell: ({ agentId }) => (
        <b>
          <AgentName agentId={agentId} />
        </b>
      ),
    },
    { header: words.state, width: 'minmax(7.8rem, 1.2fr)', cell: (agent) => <AgentMarks {...agent} /> },
    {
      header: words.week,
      width: 'minmax(9.8rem, 1.2fr)',
      cell: ({ weeklyCostNanos, weeklyTokens, weeklyCapNanos }) => (
        <SpendBar
          costNanos={weeklyCostNanos}
          totalTokens={weeklyTokens}
          capNanos={weeklyCapNanos}
          warningRatio={warningRatio}
        />
      ),
    },
    ...(isWide
      ? [
          numberColumn<ListedAgent>(words.created, '6.5rem', ({ createdLast24h }) => createdLast24h, '–'),
          numberColumn<ListedAgent>(words.automations, '8.5rem', ({ activeAutomations }) => activeAutomations, '–'),
        ]
      : []),
    {
      header: words.waiting,
      width: '4.25rem',
      isNumber: true,
      cell: ({ waitingCount }) => (waitingCount > 0 ? <b>{formatNumber(waitingCount)}</b> : '–'),
    },
    {
      header: words.seen,
      width: 'minmax(7.2rem, 0.6fr)',
      cell: ({ lastSeenAtMs }) => (
        <time dateTime={new Date(lastSeenAtMs).toISOString()} title={formatWholeInstant(lastSeenAtMs)}>
          {formatRelative(Math.min(lastSeenAtMs, now), now)}
        </time>
      ),
    },
    {
      header: words.actions,
      width: '5rem',
      cell: ({ agentId, isPaused }) => (
        // Keeps clicks on the button from opening the row.
        <Flex component="span" onClick={(event) => event.stopPropagation()}>
          <AgentPause
            agentId={agentId}
            isPaused={isPaused}
            button={{
              size: 'compact-xs',
              'aria-label': `${agentStrings[isPaused ? 'resume' : 'pause'].label} ${visibleLine(agentName(agentId), 80)}`,
            }}
          />
        </Flex>
      ),
    },
  ];
}
