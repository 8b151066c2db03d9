import { Button } from '@mantine/core';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ListedAgent } from '../../shared/contract/agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { formatNumber, formatRelative, formatWholeInstant } from '../format';
import { SpendBar } from '../spend/spend-bar';
import { useDeskParts } from '../state/desk-context';
import { useAnswer } from '../state/use-answer';
import { useKept } from '../state/use-kept';
import { useNow } from '../state/use-now';
import { usePages } from '../state/use-pages';
import { strings } from '../strings';
import { AgentText } from '../ui/agent-text';
import type { Column } from '../ui/column';
import { EmptyState } from '../ui/empty-state';
import { ListView } from '../ui/list-view';
import { SearchField } from '../ui/search-field';
import { ViewPage } from '../ui/view-page';
import { AgentMarks, agentStateWords } from './agent-marks';
import { agentStrings } from './strings-agents';

const words = agentStrings.columns;
const topics = ['agents', 'automations', 'approvals', 'spend', 'limits'] as const;

/** Every agent that is known, the most recently seen first; found by a part of its id. The search stays while the operator is elsewhere. */
export function AgentList() {
  const [search, setSearch] = useKept('agents search', '');
  const { actions } = useDeskParts();
  const limits = useAnswer('limits.get', {}, ['limits']);
  const pages = usePages('agents.overview', search.trim() === '' ? {} : { search: search.trim() }, topics, 'agents');
  const now = useNow(30_000);
  const warningRatio = limits.value?.limits.spendWarningThresholdRatio ?? 1;
  const columns = useMemo(() => columnsOf(now, warningRatio), [now, warningRatio]);
  return (
    <ViewPage
      title={strings.app.views.agents}
      subtitle={agentStrings.subtitle}
      toolbar={
        (pages.rows?.length !== 0 || search !== '') && (
          <SearchField label={agentStrings.search} size="sm" w="22rem" maw="100%" value={search} onChange={setSearch} />
        )
      }
    >
      <ListView
        pages={pages}
        label={strings.app.views.agents}
        columns={columns}
        keyOf={({ agentId }) => agentId}
        nameOf={(agent) => `${visibleLine(agent.agentId, 80)}, ${agentStateWords(agent)}`}
        onOpen={({ agentId }) => actions.show('agents', agentId)}
        keptAs={`agents ${search.trim()}`}
        empty={
          search === '' ? (
            <EmptyState
              icon={IconUserPlus}
              title={agentStrings.empty.title}
              actions={<Button onClick={() => actions.show('settings')}>{agentStrings.empty.connect}</Button>}
            >
              {agentStrings.empty.words}
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconSearch}
              title={agentStrings.noMatches.title}
              actions={
                <Button variant="default" onClick={() => setSearch('')}>
                  {agentStrings.noMatches.clear}
                </Button>
              }
            >
              {agentStrings.noMatches.words}
            </EmptyState>
          )
        }
      />
    </ViewPage>
  );
}

function columnsOf(now: number, warningRatio: number): readonly Column<ListedAgent>[] {
  return [
    {
      header: words.agent,
      width: 'minmax(11rem, 2.6fr)',
      cell: ({ agentId }) => (
        <b>
          <AgentText text={agentId} />
        </b>
      ),
    },
    { header: words.state, width: 'minmax(9.8rem, 1.2fr)', cell: (agent) => <AgentMarks {...agent} /> },
    {
      header: words.week,
      width: 'minmax(11rem, 1.2fr)',
      cell: ({ weeklyCostNanos, weeklyTokens, weeklyCapNanos }) => (
        <SpendBar
          costNanos={weeklyCostNanos}
          totalTokens={weeklyTokens}
          capNanos={weeklyCapNanos}
          warningRatio={warningRatio}
        />
      ),
    },
    {
      header: words.created,
      width: '6.5rem',
      isNumber: true,
      cell: ({ createdLast24h }) => formatNumber(createdLast24h),
    },
    {
      header: words.automations,
      width: '8.5rem',
      isNumber: true,
      cell: ({ activeAutomations }) => formatNumber(activeAutomations),
    },
    {
      header: words.waiting,
      width: '5rem',
      isNumber: true,
      cell: ({ waitingCount }) => (waitingCount > 0 ? <b>{formatNumber(waitingCount)}</b> : '–'),
    },
    {
      header: words.seen,
      width: '7.5rem',
      cell: ({ lastSeenAtMs }) => (
        <time dateTime={new Date(lastSeenAtMs).toISOString()} title={formatWholeInstant(lastSeenAtMs)}>
          {formatRelative(Math.min(lastSeenAtMs, now), now)}
        </time>
      ),
    },
  ];
}
