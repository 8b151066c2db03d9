import { Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { AgentSpend, AutomationSpend, ChartPeriod, RunSpend } from '../../shared/contract/spend';
import { agentName } from '../../shared/contract/sub-agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { AgentMarks } from '../agents/agent-figures';
import { RunMark } from '../automations/automation-marks';
import { formatNumber, formatUsd } from '../format';
import { SUMS_INTERVAL_MS, useAnswer, usePages } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ListView, Loaded } from '../ui/list-view';
import { AgentLink, AgentText, AutomationLink } from '../ui/names';
import { TabView } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { type Column, nameColumn } from '../ui/table';
import { When } from '../ui/times';
import ui from '../ui/ui.module.css';
import { useIsWide } from '../ui/use-is-wide';
import { Amount, RunCost, SpendBar, UnknownCost } from './amounts';
import classes from './spend.module.css';
import { paceWords, spendStrings } from './strings-spend';

const words = spendStrings.tables;
const columnWords = words.columns;

const tabs = ['agent', 'automation', 'run'] as const;

/** The same spend by agent, and what cost most of the period by automation and by run. */
export function SpendTables({ days }: { readonly days: ChartPeriod }) {
  const [tab, setTab] = useState<(typeof tabs)[number]>('agent');
  return (
    <TabView label={words.label} tabs={tabs} tab={tab} onChange={setTab} renderName={(each) => words[each]}>
      {(shown) => (
        <Stack gap={10} pt={10}>
          {shown === 'agent' && <ByAgent />}
          {shown === 'automation' && <ByAutomation days={days} />}
          {shown === 'run' && <ByRun days={days} />}
        </Stack>
      )}
    </TabView>
  );
}

function ByAgent() {
  const { actions } = useDeskParts();
  const pages = usePages('spend.byAgent', {}, ['spend', 'agents', 'limits'], 'agents');
  const limits = useAnswer('limits.get', {}, ['limits']);
  const warningRatio = limits.value?.limits.spendWarningThresholdRatio ?? 1;
  const isWide = useIsWide();
  const columns = useMemo(() => agentColumns(warningRatio, isWide), [warningRatio, isWide]);
  // As high as its rows, up to where it scrolls; the header and the frame with them.
  const height = `calc(${Math.min(10, Math.max(1, pages.rows?.length ?? 4))} * 2.75rem + 2.2rem)`;
  return (
    <>
      <p className={ui['dim']}>
        {words.agentNote} {words.overshootNote}
      </p>
      <div className={classes['agents']} style={{ height }}>
        <ListView
          pages={pages}
          label={words.agent}
          columns={columns}
          keyOf={({ agentId }) => agentId}
          nameOf={({ agentId }) => visibleLine(agentName(agentId), 80)}
          onOpen={({ agentId }) => actions.show('agents', agentId)}
          empty={<p className={ui['dim']}>{words.none}</p>}
        />
      </div>
    </>
  );
}

const reservedColumn: Column<AgentSpend> = {
  header: columnWords.reserved,
  width: '4.5rem',
  isNumber: true,
  cell: ({ reservedNanos }) => (reservedNanos === 0 ? '–' : formatUsd(reservedNanos)),
};

function agentColumns(warningRatio: number, isWide: boolean): readonly Column<AgentSpend>[] {
  const amount = (key: 'daily' | 'monthly' | 'lifetime', header: string): Column<AgentSpend> => ({
    header,
    width: '5.3rem',
    isNumber: true,
    cell: ({ [key]: { costNanos, totalTokens } }) => <Amount costNanos={costNanos} totalTokens={totalTokens} />,
  });
  return [
    nameColumn(columnWords.agent, 'minmax(7rem, 1.4fr)', ({ agentId }) => agentName(agentId)),
    {
      header: columnWords.week,
      width: 'minmax(11rem, 1.4fr)',
      cell: ({ weekly, weeklyCapNanos }) => (
        <SpendBar
          costNanos={weekly.costNanos}
          totalTokens={weekly.totalTokens}
          capNanos={weeklyCapNanos}
          warningRatio={warningRatio}
        />
      ),
    },
    {
      header: columnWords.pace,
      width: 'minmax(8.6rem, 1.5fr)',
      // Two lines, as high as the bar beside it.
      cell: ({ pace, weekly: { costNanos, totalTokens } }) =>
        costNanos === 0 && totalTokens > 0 ? (
          <UnknownCost title={spendStrings.tokensOnly} />
        ) : (
          <div style={{ lineHeight: 1.25, whiteSpace: 'normal' }}>{paceWords(pace)}</div>
        ),
    },
    // The agent's own page has them all.
    ...(isWide ? [amount('daily', columnWords.today), amount('monthly', columnWords.month)] : []),
    amount('lifetime', columnWords.lifetime),
    ...(isWide ? [reservedColumn] : []),
    {
      header: columnWords.state,
      width: 'minmax(9rem, 1fr)',
      cell: ({ isPaused, isSpendPaused }) => (
        <AgentMarks isPaused={isPaused} isSpendPaused={isSpendPaused} isReviewRequired={false} />
      ),
    },
  ];
}

const automationColumns = [
  {
    header: columnWords.automation,
    cell: ({ automationId, name }: AutomationSpend) =>
      name === undefined ? (
        <AgentText text={automationId} />
      ) : (
        <AutomationLink automationId={automationId} name={name} />
      ),
  },
  {
    header: columnWords.creator,
    cell: ({ creatorAgentId }: AutomationSpend) =>
      creatorAgentId === undefined ? words.byPeople : <AgentLink agentId={creatorAgentId} />,
  },
  {
    header: columnWords.tokens,
    isNumber: true,
    cell: ({ totalTokens }: AutomationSpend) => (totalTokens === 0 ? '–' : formatNumber(totalTokens)),
  },
  {
    header: columnWords.cost,
    isNumber: true,
    cell: (row: AutomationSpend) => <Amount {...row} />,
  },
];

function ByAutomation({ days }: { readonly days: ChartPeriod }) {
  const answer = useAnswer('spend.byAutomation', { days }, ['spend', 'automations'], SUMS_INTERVAL_MS);
  return (
    <Loaded answer={answer} height={160}>
      {({ automations, count }) => (
        <>
          <p className={ui['dim']}>{count === 0 ? words.none : words.automationNote(automations.length, count)}</p>
          {count > 0 && (
            <SmallTable
              label={words.automation}
              columns={automationColumns}
              rows={automations}
              keyOf={({ automationId }) => automationId}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

const runColumns = [
  {
    header: columnWords.run,
    cell: ({ runId }: RunSpend) => (
      <code>
        <AgentText text={runId} />
      </code>
    ),
  },
  {
    header: columnWords.automation,
    cell: ({ automationId, automationName }: RunSpend) =>
      automationName === undefined ? (
        <AgentText text={automationId} />
      ) : (
        <AutomationLink automationId={automationId} name={automationName} />
      ),
  },
  { header: columnWords.outcome, cell: ({ status }: RunSpend) => <RunMark status={status} /> },
  {
    header: columnWords.queued,
    cell: ({ createdAtMs }: RunSpend) => <When atMs={createdAtMs} />,
  },
  {
    header: columnWords.tokens,
    isNumber: true,
    cell: ({ totalTokens }: RunSpend) => (totalTokens === 0 ? '–' : formatNumber(totalTokens)),
  },
  { header: columnWords.cost, isNumber: true, cell: (run: RunSpend) => <RunCost {...run} /> },
];

function ByRun({ days }: { readonly days: ChartPeriod }) {
  const answer = useAnswer('spend.byRun', { days }, ['spend', 'runs'], SUMS_INTERVAL_MS);
  return (
    <Loaded answer={answer} height={160}>
      {({ runs }) => (
        <>
          <p className={ui['dim']}>{runs.length === 0 ? words.none : words.runNote}</p>
          {runs.length > 0 && (
            <SmallTable label={words.run} columns={runColumns} rows={runs} keyOf={({ runId }) => runId} />
          )}
        </>
      )}
    </Loaded>
  );
}
