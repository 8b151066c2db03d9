import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ListedAgent } from '../../shared/contract/agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { formatNumber, formatRelative, formatWholeInstant } from '../format';
import { SpendBar } from '../spend/amounts';
import { useAnswer, usePages } from '../state/answers';
import { useDesk, useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { SearchField } from '../ui/fields';
import { ListView } from '../ui/list-view';
import { EmptyState, ViewPage } from '../ui/page';
import { type Column, nameColumn, numberColumn } from '../ui/table';
import { useNow } from '../ui/times';
import { AgentMarks, agentStateWords } from './agent-figures';
import { AgentPage } from './agent-page';
import { agentStrings } from './strings-agents';

/** Agents: all of them, or the one that is open. */
export function AgentsView() {
  const agentId = useDesk(({ place }) => place.subject);
  return agentId === undefined ? <AgentList /> : <AgentPage key={agentId} agentId={agentId} />;
}

const words = agentStrings.columns;
const topics = ['agents', 'automations', 'approvals', 'spend', 'limits'] as const;

/** Every agent that is known, the most recently seen first; found by a part of its id. The search stays while the operator is elsewhere. */
function AgentList() {
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

function columnsOf(now: number, warningRatio: number): readonly Column<ListedAgent>[] {
  return [
    nameColumn(words.agent, 'minmax(11rem, 2.6fr)', ({ agentId }) => agentId),
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
    numberColumn(words.created, '6.5rem', ({ createdLast24h }) => createdLast24h),
    numberColumn(words.automations, '8.5rem', ({ activeAutomations }) => activeAutomations),
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
