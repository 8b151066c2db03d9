import { nanosOfUsd } from '../../shared/kernel/money';
import { formatUsd } from '../format';
import classes from './day-chart.module.css';
import { spendStrings } from './strings-spend';

/** What the chart library says about the day under the pointer. */
type Shown = {
  readonly active?: boolean;
  readonly label?: string | number;
  readonly payload?: readonly { readonly dataKey?: unknown; readonly value?: unknown }[];
};

/** A part of each day's bar. */
export type DayPart = {
  readonly key: string;
  /** Its name as a line of text, hidden characters shown. */
  readonly name: string;
  /** The place of its colour among the series of the theme. */
  readonly colour: number;
};

type Props = Shown & { readonly series: readonly DayPart[] };

/** The parts of one day under the pointer, those that are nothing left out. */
export function DayTooltip({ active = false, label, payload = [], series }: Props) {
  if (!active) return null;
  const parts = series.flatMap((part) => {
    const value = payload.find(({ dataKey }) => dataKey === part.key)?.value;
    return typeof value === 'number' && value > 0 ? [{ ...part, usd: value }] : [];
  });
  const total = parts.reduce((sum, { usd }) => sum + usd, 0);
  return (
    <div className={classes['tooltip']}>
      <div className={classes['day']}>
        <b>{label}</b>
        <b>{total === 0 ? spendStrings.nothing : formatUsd(nanosOfUsd(total))}</b>
      </div>
      {parts.map(({ key, name, colour, usd }) => (
        <div key={key} className={classes['day']}>
          <span className={classes['named']}>
            <span className={classes['colour']} style={{ background: `var(--gh-series-${colour})` }} />
            {name}
          </span>
          <span>{formatUsd(nanosOfUsd(usd))}</span>
        </div>
      ))}
    </div>
  );
}
