import { Text } from '@mantine/core';
import { IconCircleCheck, IconCoinOff, IconPlayerPause, IconUserSearch } from '@tabler/icons-react';
import type { ComponentProps } from 'react';
import type { AgentDetails, AgentSummary } from '../../shared/contract/agent';
import type { SpendWindow } from '../../shared/contract/spend';
import type { AnswerOf } from '../bridge';
import { formatCompact, formatUsd } from '../format';
import { Amount, Figures } from '../spend/amounts';
import { capLine, DayChart, type DaySeries } from '../spend/day-chart';
import { spendStrings } from '../spend/strings-spend';
import { useAnswer } from '../state/answers';
import { Loaded } from '../ui/list-view';
import { Mark, Marks } from '../ui/mark';
import { Panel } from '../ui/page';
import { useNow } from '../ui/times';
import { agentStrings } from './strings-agents';

const words = agentStrings.state;

/** What of an agent decides how it stands. */
type AgentState = Pick<AgentSummary, 'isPaused' | 'isSpendPaused' | 'isReviewRequired'>;

type MarkProps = ComponentProps<typeof Mark>;

/** Everything that stops an agent; that nothing does, where nothing does. */
function standings({ isPaused, isSpendPaused, isReviewRequired }: AgentState): readonly MarkProps[] {
  const all: readonly (MarkProps | false)[] = [
    isPaused && { icon: IconPlayerPause, tone: 'no', words: words.paused },
    isSpendPaused && { icon: IconCoinOff, tone: 'no', words: words.spendPaused },
    isReviewRequired && { icon: IconUserSearch, tone: 'waiting', words: words.review },
  ];
  const given = all.filter((each) => each !== false);
  return given.length > 0 ? given : [{ icon: IconCircleCheck, tone: 'yes', words: words.active }];
}

/** Everything that stops an agent, as marks; one that says that nothing does. */
export function AgentMarks(state: AgentState) {
  return (
    <Marks>
      {standings(state).map((mark) => (
        <Mark key={mark.words} {...mark} />
      ))}
    </Marks>
  );
}

/** The same in words alone, for a name. */
export function agentStateWords(state: AgentState): string {
  return standings(state)
    .map((mark) => mark.words)
    .join(', ');
}

const figureWords = agentStrings.figures;

/** What one agent was charged in each window, its descendants' part with it, and what is reserved now. */
export function AgentFigures({ agent: { spend, reservedNanos } }: { readonly agent: AgentDetails }) {
  return (
    <Figures
      label={figureWords.label}
      figures={[
        { label: figureWords.today, ...figureOf(spend.daily) },
        { label: figureWords.week, ...figureOf(spend.weekly) },
        { label: figureWords.month, ...figureOf(spend.monthly) },
        { label: figureWords.lifetime, ...figureOf(spend.lifetime) },
        { label: figureWords.reserved, value: reservedNanos === 0 ? '–' : formatUsd(reservedNanos) },
      ]}
    />
  );
}

function figureOf({ costNanos, totalTokens }: SpendWindow) {
  return {
    value: <Amount costNanos={costNanos} totalTokens={totalTokens} />,
    ...(totalTokens > 0 && { detail: figureWords.tokens(formatCompact(totalTokens)) }),
  };
}

const chartWords = spendStrings.chart;
const DAY_MS = 86_400_000;

type Props = {
  readonly agentId: string;
  readonly days: number;
  /** The cap that holds for it; null for none. */
  readonly weeklyCapNanos: number | null;
  /** Where its week is heading, in words. */
  readonly pace: string;
};

/** What one agent was charged each UTC day, its own part and that of the agents below it, with its cap as a line. */
export function AgentDaysChart({ agentId, days, weeklyCapNanos, pace }: Props) {
  const todayMs = Math.floor(useNow(60_000) / DAY_MS) * DAY_MS;
  const sinceMs = todayMs - (days - 1) * DAY_MS;
  const answer = useAnswer('spend.days', { agentId, sinceMs }, ['spend']);
  const title = chartWords.agentTitle(days);
  const dayStartsMs = Array.from({ length: days }, (_, index) => sinceMs + index * DAY_MS);
  return (
    <Panel title={title} actions={answer.value !== undefined && <Text c="dimmed">{pace}</Text>}>
      <Loaded answer={answer} height={300}>
        {({ days: charged }) =>
          charged.length === 0 ? (
            <Text c="dimmed">{chartWords.empty}</Text>
          ) : (
            <Chart label={title} dayStartsMs={dayStartsMs} days={charged} weeklyCapNanos={weeklyCapNanos} />
          )
        }
      </Loaded>
    </Panel>
  );
}

type ChartProps = Pick<Props, 'weeklyCapNanos'> & {
  readonly label: string;
  readonly dayStartsMs: readonly number[];
  readonly days: AnswerOf<'spend.days'>['days'];
};

function Chart({ label, dayStartsMs, days, weeklyCapNanos }: ChartProps) {
  const byDay = new Map(days.map((day) => [day.dayStartMs, day]));
  const own = dayStartsMs.map((dayStartMs) => byDay.get(dayStartMs)?.ownCostNanos ?? 0);
  const all = dayStartsMs.map((dayStartMs) => byDay.get(dayStartMs)?.costNanos ?? 0);
  const below = all.map((cost, index) => Math.max(0, cost - (own[index] ?? 0)));
  const series: readonly DaySeries[] = [
    { key: 'own', name: chartWords.own, label: chartWords.own, colour: 0, costsNanos: own },
    ...(below.some((cost) => cost > 0)
      ? [{ key: 'below', name: chartWords.below, label: chartWords.below, colour: 1, costsNanos: below }]
      : []),
  ];
  const cap = weeklyCapNanos === null ? ({ kind: 'none' } as const) : ({ kind: 'all', nanos: weeklyCapNanos } as const);
  return <DayChart label={label} dayStartsMs={dayStartsMs} series={series} {...capLine(cap, series, true)} />;
}
