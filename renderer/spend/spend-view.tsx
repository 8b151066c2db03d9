import { Button, Group, SegmentedControl, Select, Stack, Title } from '@mantine/core';
import { IconReportMoney } from '@tabler/icons-react';
import { type ChartPeriod, chartPeriods, MOST_UNKNOWN_COUNTED, type SpendChart } from '../../shared/contract/spend';
import { agentName } from '../../shared/contract/sub-agent';
import { saturatingSum } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { visibleLine } from '../../shared/kernel/visible-text';
import { AgentDaysChart, AgentFigures } from '../agents/agent-figures';
import { formatNumber, formatUsd } from '../format';
import { SUMS_INTERVAL_MS, useAnswer } from '../state/answers';
import { useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { Loaded } from '../ui/list-view';
import { AgentLink } from '../ui/names';
import { EmptyState, Panel, ViewPage } from '../ui/page';
import { Figures } from './amounts';
import { capLine, DayChart, type DaySeries } from './day-chart';
import { PlanQuotas } from './plan-quotas';
import { ExportDays } from './spend-export';
import { SpendTables } from './spend-tables';
import { paceWords, spendStrings } from './strings-spend';

/** Spend: what each day cost and whose it was, where the week is heading, and what cost most. */
export function SpendView() {
  const { actions } = useDeskParts();
  const [days, setDays] = useKept<ChartPeriod>('spend period', 30);
  const [agentId, setAgentId] = useKept<string | undefined>('spend agent', undefined);
  const answer = useAnswer('spend.chart', { days }, ['spend', 'runs'], SUMS_INTERVAL_MS);
  const chart = answer.value;
  const anyone = useAnswer('spend.byAgent', { limit: 1 }, ['spend', 'agents']);
  const isEmpty = chart?.totalNanos === 0 && chart.unknownRuns === 0 && anyone.value?.agents.length === 0;
  if (isEmpty) {
    return (
      <ViewPage title={strings.app.views.spend}>
        <EmptyState
          icon={IconReportMoney}
          title={spendStrings.empty.title}
          words={spendStrings.empty.words}
          next={{ label: spendStrings.empty.limits, act: () => actions.show('settings', 'limits') }}
        />
      </ViewPage>
    );
  }
  return (
    <ViewPage
      title={strings.app.views.spend}
      subtitle={spendStrings.subtitle}
      actions={<ExportDays />}
      toolbar={
        <>
          <SegmentedControl
            size="xs"
            aria-label={spendStrings.period.label}
            value={String(days)}
            onChange={(chosen) => setDays(chartPeriods.find((each) => String(each) === chosen) ?? 30)}
            data={chartPeriods.map((each) => ({ value: String(each), label: spendStrings.period.days(each) }))}
          />
          <WhoseSpend chart={chart} agentId={agentId} onChange={setAgentId} />
        </>
      }
    >
      <Stack gap={16}>
        <Loaded answer={answer} height={CHART_HEIGHT}>
          {(value) =>
            agentId === undefined ? (
              <>
                <PeriodFigures chart={value} days={days} />
                <AllAgentsChart chart={value} />
              </>
            ) : (
              <>
                <OneAgentSpend agentId={agentId} days={days} />
                <Group justify="space-between" gap="8px 16px">
                  {/* Its runs and automations are there; what follows here is of everybody. */}
                  <Title order={2} size="lg">
                    {spendStrings.who.all}
                  </Title>
                  <Button onClick={() => actions.show('agents', agentId)}>
                    {spendStrings.who.open(visibleLine(agentName(agentId), 40))}
                  </Button>
                </Group>
              </>
            )
          }
        </Loaded>
        <PlanQuotas />
        <SpendTables days={days} />
      </Stack>
    </ViewPage>
  );
}

type WhoseProps = {
  readonly chart: SpendChart | undefined;
  readonly agentId: string | undefined;
  readonly onChange: (agentId: string | undefined) => void;
};

/** All agents together, or one of those that the chart names. */
function WhoseSpend({ chart, agentId, onChange }: WhoseProps) {
  const named = chart?.series.map((each) => each.agentId) ?? [];
  const ids = agentId === undefined || named.includes(agentId) ? named : [...named, agentId];
  // No id is empty, so the empty value can stand for all.
  const data = ['', ...ids].map((id) => ({
    value: id,
    label: id === '' ? spendStrings.who.all : visibleLine(agentName(id), 60),
  }));
  return (
    <Select
      size="xs"
      aria-label={spendStrings.who.label}
      data={data}
      value={agentId ?? ''}
      onChange={(chosen) => onChange(chosen === null || chosen === '' ? undefined : chosen)}
      allowDeselect={false}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

const words = spendStrings.figures;

function PeriodFigures({ chart, days }: { readonly chart: SpendChart; readonly days: ChartPeriod }) {
  const { todayNanos, thisWeekNanos, totalNanos, estimatedNanos, unknownRuns } = chart;
  const amount = (nanos: number) => (nanos === 0 ? spendStrings.nothing : formatUsd(nanos));
  return (
    <Figures
      label={words.label}
      figures={[
        { label: words.today, value: amount(todayNanos) },
        {
          label: words.week,
          value: amount(thisWeekNanos),
          detail: words.lastWeek(lastWeekNanos(chart) === 0 ? words.nothing : formatUsd(lastWeekNanos(chart))),
        },
        {
          label: words.period(days),
          value: amount(totalNanos),
          ...(estimatedNanos > 0 && { detail: words.estimated(formatUsd(estimatedNanos)) }),
        },
        {
          label: words.unknown,
          value: unknownRuns >= MOST_UNKNOWN_COUNTED ? words.more(unknownRuns) : formatNumber(unknownRuns),
          detail: unknownRuns > 0 ? words.unknownDetail : words.noUnknown,
        },
      ]}
    />
  );
}

const WEEK_MS = 7 * 24 * HOUR_MS;

/** What the week before this one cost, from its Monday to its Sunday, in UTC. */
function lastWeekNanos({ dayStartsMs, series, others, byPeople }: SpendChart): number {
  const todayMs = dayStartsMs.at(-1) ?? 0;
  const mondayMs = todayMs - ((new Date(todayMs).getUTCDay() + 6) % 7) * 24 * HOUR_MS;
  const all = [...series.map(({ costsNanos }) => costsNanos), others.costsNanos, byPeople];
  return dayStartsMs
    .flatMap((dayMs, index) =>
      dayMs >= mondayMs - WEEK_MS && dayMs < mondayMs ? all.map((costs) => costs[index] ?? 0) : [],
    )
    .reduce(saturatingSum, 0);
}

const chartWords = spendStrings.chart;

/** Of figures and a chart below them, in pixels. */
const CHART_HEIGHT = 388;

const OTHERS_COLOUR = 8;
const PEOPLE_COLOUR = 9;
const isSome = (costs: readonly number[]) => costs.some((cost) => cost > 0);

/** The days of all agents: those that cost most by name, all others as one, and what people made. */
function AllAgentsChart({ chart }: { readonly chart: SpendChart }) {
  const { dayStartsMs, series, others, byPeople, weeklyCap } = chart;
  const named = series.map(
    ({ agentId, costsNanos }, index): DaySeries => ({
      key: `agent${index}`,
      name: visibleLine(agentName(agentId), 40),
      label: <AgentLink agentId={agentId} />,
      colour: index,
      costsNanos,
    }),
  );
  const rest = chartWords.others(others.agentCount);
  const all: readonly DaySeries[] = [
    ...named,
    ...(others.agentCount === 0
      ? []
      : [{ key: 'others', name: rest, label: rest, colour: OTHERS_COLOUR, costsNanos: others.costsNanos }]),
    ...(isSome(byPeople)
      ? [
          {
            key: 'people',
            name: chartWords.people,
            label: chartWords.people,
            colour: PEOPLE_COLOUR,
            costsNanos: byPeople,
          },
        ]
      : []),
  ];
  // Of more agents than have a colour of their own, nobody adds up the caps.
  const areMany = weeklyCap.kind === 'some' && others.agentCount > 0;
  const { caption, ...line } = areMany
    ? { caption: chartWords.manyCaps(series.length) }
    : capLine(weeklyCap, all, series.length === 1);
  return (
    <Panel title={chartWords.title}>
      {all.length === 0 ? (
        <p>{chartWords.empty}</p>
      ) : (
        <DayChart
          {...{ label: chartWords.title, dayStartsMs, series: all, ...line }}
          caption={`${chartWords.words} ${caption}`}
        />
      )}
    </Panel>
  );
}

/** What one agent was charged, and its days with its cap and its pace. */
function OneAgentSpend({ agentId, days }: { readonly agentId: string; readonly days: ChartPeriod }) {
  const answer = useAnswer('agent.details', { agentId }, ['spend', 'limits']);
  return (
    <Loaded answer={answer} height={CHART_HEIGHT}>
      {(agent) => (
        <>
          <AgentFigures agent={agent} />
          <AgentDaysChart
            agentId={agentId}
            days={days}
            weeklyCapNanos={agent.weeklyCapNanos}
            pace={paceWords(agent.pace)}
          />
        </>
      )}
    </Loaded>
  );
}
