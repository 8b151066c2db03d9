import { Text } from '@mantine/core';
import type { AnswerOf } from '../bridge';
import { formatUsd } from '../format';
import { DayChart } from '../spend/day-chart';
import { spendStrings } from '../spend/strings-spend';
import { useAnswer } from '../state/use-answer';
import { useNow } from '../state/use-now';
import { Loaded } from '../ui/list-view';
import { Panel } from '../ui/panel';

const words = spendStrings.chart;
const DAY_MS = 86_400_000;

/** A line that is more than this many times as high as the highest day would leave nothing of the days to be seen. */
const HIGHEST_LINE = 4;

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
  const title = words.agentTitle(days);
  const dayStartsMs = Array.from({ length: days }, (_, index) => sinceMs + index * DAY_MS);
  return (
    <Panel title={title} actions={answer.value !== undefined && <Text c="dimmed">{pace}</Text>}>
      <Loaded answer={answer} height={300}>
        {({ days: charged }) =>
          charged.length === 0 ? (
            <Text c="dimmed">{words.empty}</Text>
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
  const capPerDay = weeklyCapNanos === null ? undefined : weeklyCapNanos / 7;
  const isLineSeen = capPerDay !== undefined && capPerDay <= HIGHEST_LINE * Math.max(0, ...all);
  return (
    <DayChart
      label={label}
      dayStartsMs={dayStartsMs}
      series={[
        { key: 'own', name: words.own, label: words.own, colour: 0, costsNanos: own },
        ...(below.some((cost) => cost > 0)
          ? [{ key: 'below', name: words.below, label: words.below, colour: 1, costsNanos: below }]
          : []),
      ]}
      {...(isLineSeen && { line: { atNanos: capPerDay, words: words.capShort } })}
      caption={capWords(weeklyCapNanos, capPerDay, isLineSeen)}
    />
  );
}

function capWords(weeklyCapNanos: number | null, capPerDay: number | undefined, isLineSeen: boolean): string {
  if (weeklyCapNanos === null || capPerDay === undefined) return words.noCap;
  const [daily, weekly] = [formatUsd(capPerDay), formatUsd(weeklyCapNanos)];
  return isLineSeen ? words.cap(daily, weekly) : words.capFar(daily, weekly);
}
