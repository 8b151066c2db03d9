import { Button, TextInput } from '@mantine/core';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ListedAgent } from '../../shared/contract-agent-desk';
import { visibleLine } from '../../shared/visible-text';
import type { AnswerOf } from '../bridge';
import { formatNumber, formatRelative, formatWholeInstant } from '../format';
import { useDesk, useDeskParts } from '../state/desk-context';
import { useAnswer } from '../state/use-answer';
import { useNow } from '../state/use-now';
import { usePages } from '../state/use-pages';
import { strings } from '../strings';
import { agentStrings } from '../strings-agents';
import { AgentMarks, agentStateWords } from './agent-marks';
import { AgentText } from './agent-text';
import { type Column, DataTable } from './data-table';
import { EmptyState } from './empty-state';
import { LoadRefusal } from './load-refusal';
import { SpendBar } from './spend-bar';
import { ViewPage } from './view-page';

const rowsOf = (answer: AnswerOf<'agents.overview'>) => answer.agents;
const words = agentStrings.columns;
const topics = ['agents', 'automations', 'approvals', 'spend', 'limits'] as const;

type Props = { readonly search: string; readonly onSearch: (search: string) => void };

/** Every agent that is known, the most recently seen first; found by a part of its id. */
export function AgentList({ search, onSearch }: Props) {
  const { actions } = useDeskParts();
  const isReady = useDesk(({ connection }) => connection !== 'starting');
  const limits = useAnswer('limits.get', {}, ['limits']);
  const pages = usePages('agents.overview', search.trim() === '' ? {} : { search: search.trim() }, topics, rowsOf);
  const now = useNow(30_000);
  const warningRatio = limits.value?.limits.spendWarningThresholdRatio ?? 1;
  const columns = useMemo(() => columnsOf(now, warningRatio), [now, warningRatio]);
  const isEmpty = pages.rows?.length === 0 && isReady;
  return (
    <ViewPage
      title={strings.app.views.agents}
      subtitle={agentStrings.subtitle}
      toolbar={
        (!isEmpty || search !== '') && (
          <TextInput
            w="22rem"
            maw="100%"
            type="search"
            aria-label={agentStrings.search}
            placeholder={agentStrings.search}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            maxLength={200}
            onChange={(event) => onSearch(event.currentTarget.value)}
          />
        )
      }
    >
      <LoadRefusal refusal={pages.refusal} onTryAgain={pages.reload} />
      {isEmpty && search === '' && (
        <EmptyState
          icon={IconUserPlus}
          title={agentStrings.empty.title}
          actions={<Button onClick={() => actions.show('settings')}>{agentStrings.empty.connect}</Button>}
        >
          {agentStrings.empty.words}
        </EmptyState>
      )}
      {isEmpty && search !== '' && (
        <EmptyState
          icon={IconSearch}
          title={agentStrings.noMatches.title}
          actions={
            <Button variant="default" onClick={() => onSearch('')}>
              {agentStrings.noMatches.clear}
            </Button>
          }
        >
          {agentStrings.noMatches.words}
        </EmptyState>
      )}
      {!isEmpty && !(pages.rows === undefined && pages.refusal !== undefined) && (
        <DataTable
          label={strings.app.views.agents}
          columns={columns}
          rows={pages.rows}
          keyOf={({ agentId }) => agentId}
          nameOf={(agent) => `${visibleLine(agent.agentId, 80)}, ${agentStateWords(agent)}`}
          onOpen={({ agentId }) => actions.show('agents', agentId)}
          hasMore={pages.hasMore}
          onEnd={pages.loadMore}
          keptAs={`agents ${search.trim()}`}
        />
      )}
    </ViewPage>
  );
}

function columnsOf(now: number, warningRatio: number): readonly Column<ListedAgent>[] {
  return [
    {
      key: 'agent',
      header: words.agent,
      width: 'minmax(11rem, 2.6fr)',
      cell: ({ agentId }) => (
        <b>
          <AgentText text={agentId} />
        </b>
      ),
    },
    { key: 'state', header: words.state, width: 'minmax(9.8rem, 1.2fr)', cell: (agent) => <AgentMarks {...agent} /> },
    {
      key: 'week',
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
      key: 'created',
      header: words.created,
      width: '6.5rem',
      isNumber: true,
      cell: ({ createdLast24h }) => formatNumber(createdLast24h),
    },
    {
      key: 'automations',
      header: words.automations,
      width: '8.5rem',
      isNumber: true,
      cell: ({ activeAutomations }) => formatNumber(activeAutomations),
    },
    {
      key: 'waiting',
      header: words.waiting,
      width: '5rem',
      isNumber: true,
      cell: ({ waitingCount }) => (waitingCount > 0 ? <b>{formatNumber(waitingCount)}</b> : '–'),
    },
    {
      key: 'seen',
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
