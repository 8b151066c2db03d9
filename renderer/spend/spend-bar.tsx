import { formatPercent, formatUsd } from '../format';
import { strings } from '../strings';
import ui from '../ui/ui.module.css';
import { Amount } from './cost';
import classes from './spend-bar.module.css';

type Props = {
  readonly costNanos: number;
  /** Where it is given, a cost of 0 is not shown as an amount: it says whether tokens were reported without a cost. */
  readonly totalTokens?: number;
  /** Absent or null where no cap holds; 0 counts as none. */
  readonly capNanos?: number | null | undefined;
  /** The part of the cap from which on the operator is warned. */
  readonly warningRatio: number;
};

/** A week's spend against its cap: the amounts in words, and a bar whose colour and word say how near it is. */
export function SpendBar({ costNanos, totalTokens, capNanos, warningRatio }: Props) {
  const amount =
    totalTokens === undefined ? formatUsd(costNanos) : <Amount costNanos={costNanos} totalTokens={totalTokens} />;
  if (capNanos === undefined || capNanos === null || capNanos === 0) {
    return (
      <span className={classes['words']}>
        {amount} <span className={ui['dim']}>{strings.spend.noCap}</span>
      </span>
    );
  }
  const ratio = costNanos / capNanos;
  const level = ratio >= 1 ? 'over' : ratio >= warningRatio ? 'near' : 'fine';
  return (
    <span className={classes['spend']} data-level={level}>
      <span className={classes['words']}>
        {amount}{' '}
        <span className={ui['dim']}>
          {totalTokens !== undefined && costNanos === 0
            ? strings.spend.cap(formatUsd(capNanos))
            : `${strings.spend.ofCap(formatUsd(capNanos))}, ${formatPercent(ratio)}`}
        </span>
      </span>
      <span className={classes['track']} aria-hidden>
        <span className={classes['filled']} style={{ width: `${Math.min(100, ratio * 100)}%` }} />
      </span>
    </span>
  );
}
