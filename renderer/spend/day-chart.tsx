import { BarChart } from '@mantine/charts';
import { Flex, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { SpendChart } from '../../shared/contract/spend';
import { nanosOfUsd, saturatingSum, usdOfNanos } from '../../shared/kernel/money';
import { formatAxisUsd, formatUsd, formatUtcDay } from '../format';
import { TextButton } from '../ui/names';
import { SmallTable } from '../ui/small-table';
import ui from '../ui/ui.module.css';
import classes from './spend.module.css';
import { spendStrings } from './strings-spend';

/** A part of each day's bar, with what it came to. */
export type DaySeries = DayPart & {
  /** Its name in the legend, where it may lead somewhere. */
  readonly label: ReactNode;
  /** In nano-dollars, one for each day. */
  readonly costsNanos: readonly number[];
};

type Props = {
  readonly label: string;
  readonly dayStartsMs: readonly number[];
  readonly series: readonly DaySeries[];
  /** A line across the days, in nano-dollars. */
  readonly line?: { readonly atNanos: number; readonly words: string };
  /** What is to be said about the bars. */
  readonly caption?: ReactNode;
};

const words = spendStrings.chart;
const lineLook = { color: 'var(--gh-no)', strokeDasharray: '6 4', ifOverflow: 'extendDomain' } as const;
const sumOf = (costs: readonly number[]) => costs.reduce(saturatingSum, 0);

/** A line that is more than this many times as high as the highest day would leave nothing of the days to be seen. */
const HIGHEST_LINE = 4;

/** The weekly cap of these agents together as a line across their days, where it can be seen there; and what is to be said of it. */
export function capLine(cap: SpendChart['weeklyCap'], series: readonly DaySeries[], isOfOne = false) {
  if (cap.kind === 'none') return { caption: words.noCap };
  // Whoever has no cap may pass any line.
  if (cap.kind === 'some') return { caption: words.someCaps };
  const atNanos = cap.nanos / 7;
  const days = (series[0]?.costsNanos ?? []).map((_, day) =>
    sumOf(series.map(({ costsNanos }) => costsNanos[day] ?? 0)),
  );
  const say = (isOfOne ? words.cap : words.caps)(formatUsd(atNanos), formatUsd(cap.nanos));
  if (atNanos > HIGHEST_LINE * Math.max(0, ...days)) return { caption: say.far };
  return { caption: say.drawn, line: { atNanos, words: isOfOne ? words.capShort : words.capsShort } };
}

/** Days between two of the axis: a week, or more where there are many days. */
const stepOf = (days: number) => (days <= 45 ? 7 : 14);

/**
 * What was spent each UTC day as stacked bars, with a legend that says what each part came to, in all or on the day that was clicked,
 * and the same as a table.
 */
export function DayChart({ label, dayStartsMs, series, line, caption }: Props) {
  const [chosenMs, setChosenMs] = useState<number>();
  const chosen = chosenMs === undefined ? -1 : dayStartsMs.indexOf(chosenMs);
  const data = dayStartsMs.map((dayStartMs, index) => ({
    day: formatUtcDay(dayStartMs),
    ...Object.fromEntries(series.map(({ key, costsNanos }) => [key, usdOfNanos(costsNanos[index] ?? 0)])),
  }));
  return (
    <figure className={classes['dayChart']} aria-label={label}>
      <div className={classes['chart']} aria-hidden>
        <BarChart
          h={230}
          data={data}
          dataKey="day"
          type="stacked"
          accessibilityLayer={false}
          series={series.map(({ key, name, colour }) => ({ name: key, label: name, color: colourOf(colour) }))}
          gridAxis="x"
          tickLine="none"
          maxBarWidth={26}
          barProps={{ isAnimationActive: false, stroke: 'var(--gh-raised)', strokeWidth: 1 }}
          barChartProps={{
            // Room for the upper half of the highest amount.
            margin: { top: 10 },
            onClick: ({ activeTooltipIndex }) => setChosenMs(dayStartsMs[Number(activeTooltipIndex)]),
          }}
          xAxisProps={{ ticks: axisDays(data), interval: 'preserveEnd' }}
          yAxisProps={{ width: 'auto', tickFormatter: formatAxisUsd }}
          tooltipProps={{ content: <DayTooltip series={series} />, isAnimationActive: false }}
          referenceLines={line === undefined ? [] : [{ ...lineLook, y: usdOfNanos(line.atNanos) }]}
        />
      </div>
      <ul className={classes['legend']} aria-label={words.legend}>
        {chosen >= 0 && (
          <li className={classes['chosen']}>
            <b>{formatUtcDay(dayStartsMs[chosen] ?? 0)}</b>
            <TextButton onClick={() => setChosenMs(undefined)}>{words.allDays}</TextButton>
          </li>
        )}
        {series.map(({ key, label: name, colour, costsNanos }) => (
          <li key={key}>
            <span className={classes['colour']} style={{ background: colourOf(colour) }} />
            <span className={ui['cut']}>{name}</span>
            <span className={ui['number']}>
              {formatUsd(chosen < 0 ? sumOf(costsNanos) : (costsNanos[chosen] ?? 0))}
            </span>
          </li>
        ))}
        {line !== undefined && (
          <li>
            <span className={classes['line']} />
            <span className={ui['cut']}>{line.words}</span>
            <span className={ui['number']}>{formatUsd(line.atNanos)}</span>
          </li>
        )}
      </ul>
      <figcaption className={ui['dim']}>{caption}</figcaption>
      <DaysTable label={label} dayStartsMs={dayStartsMs} series={series} />
    </figure>
  );
}

/** The days that the axis names: the last one, and every one that is whole weeks before it. */
function axisDays(data: readonly { readonly day: string }[]): string[] {
  return data.flatMap(({ day }, index) => ((data.length - 1 - index) % stepOf(data.length) === 0 ? [day] : []));
}

function DaysTable({ label, dayStartsMs, series }: Pick<Props, 'label' | 'dayStartsMs' | 'series'>) {
  const rows = dayStartsMs
    .map((dayStartMs, index) => {
      const costs = series.map(({ costsNanos }) => costsNanos[index] ?? 0);
      return { dayStartMs, costs, total: sumOf(costs) };
    })
    .toReversed();
  const amount = (nanos: number) => (nanos === 0 ? '–' : formatUsd(nanos));
  return (
    <details className={classes['table']}>
      <summary>{words.asTable}</summary>
      <SmallTable
        label={label}
        rows={rows}
        keyOf={({ dayStartMs }) => String(dayStartMs)}
        columns={[
          { header: words.day, cell: ({ dayStartMs }) => formatUtcDay(dayStartMs) },
          { header: words.total, isNumber: true, cell: ({ total }) => amount(total) },
          ...series.map(({ name }, index) => ({
            header: name,
            isNumber: true,
            cell: ({ costs }: (typeof rows)[number]) => amount(costs[index] ?? 0),
          })),
        ]}
      />
    </details>
  );
}

function colourOf(place: number): string {
  return `var(--gh-series-${place})`;
}

/** What the chart library says about the day under the pointer. */
type Shown = {
  readonly active?: boolean;
  readonly label?: string | number;
  readonly payload?: readonly { readonly dataKey?: unknown; readonly value?: unknown }[];
};

/** A part of each day's bar. */
type DayPart = {
  readonly key: string;
  /** Its name as a line of text, hidden characters shown. */
  readonly name: string;
  /** The place of its colour among the series of the theme. */
  readonly colour: number;
};

type DayTooltipProps = Shown & { readonly series: readonly DayPart[] };

/** The parts of one day under the pointer, those that are nothing left out. */
function DayTooltip({ active = false, label, payload = [], series }: DayTooltipProps) {
  if (!active) return null;
  const parts = series.flatMap((part) => {
    const value = payload.find(({ dataKey }) => dataKey === part.key)?.value;
    return typeof value === 'number' && value > 0 ? [{ ...part, usd: value }] : [];
  });
  const total = parts.reduce((sum, { usd }) => sum + usd, 0);
  return (
    <Stack
      gap={3}
      maw="20rem"
      p="8px 10px"
      bd="1px solid var(--gh-line)"
      bdrs="sm"
      bg="var(--gh-page)"
      fz="sm"
      style={{ boxShadow: '0 3px 12px rgb(0 0 0 / 18%)' }}
      className={ui['number'] ?? ''}
    >
      <Group gap={20} wrap="nowrap" justify="space-between">
        <b>{label}</b>
        <b>{total === 0 ? spendStrings.nothing : formatUsd(nanosOfUsd(total))}</b>
      </Group>
      {parts.map(({ key, name, colour, usd }) => (
        <Group key={key} gap={20} wrap="nowrap" justify="space-between">
          <Flex component="span" gap={6} align="center" miw={0} className={ui['path'] ?? ''}>
            <span className={classes['colour']} style={{ background: colourOf(colour) }} />
            {name}
          </Flex>
          <span>{formatUsd(nanosOfUsd(usd))}</span>
        </Group>
      ))}
    </Stack>
  );
}
