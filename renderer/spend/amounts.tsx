import { Box, Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import { runStrings } from '../automations/strings-automations';
import { formatPercent, formatUsd } from '../format';
import { strings } from '../strings';
import ui from '../ui/ui.module.css';
import classes from './spend.module.css';
import { spendStrings } from './strings-spend';

/** Of which nobody has reported a cost: that is not nothing. */
export function UnknownCost(props: { readonly title?: string; readonly words?: string }) {
  const { title = runStrings.unknownCostDetail, words = runStrings.unknownCost } = props;
  return (
    <Box component="span" c="dimmed" fw={400} title={title}>
      {words}
    </Box>
  );
}

/** What a run cost: an amount, marked where it was estimated; `unknown` where nobody has reported one, and never $0. */
export function RunCost({ costNanos, hasEstimate }: { readonly costNanos: number; readonly hasEstimate: boolean }) {
  if (costNanos === 0) return <UnknownCost />;
  return (
    <span>
      {formatUsd(costNanos)}
      {hasEstimate && <EstimateMark words={spendStrings.someEstimate} />}
    </span>
  );
}

type AmountProps = { readonly costNanos: number; readonly totalTokens: number; readonly estimatedNanos?: number };

/** What was charged in a time: an amount; `unknown` where tokens were reported and no cost; words where there was nothing. */
export function Amount({ costNanos, totalTokens, estimatedNanos = 0 }: AmountProps) {
  if (costNanos === 0 && totalTokens > 0) return <UnknownCost title={spendStrings.tokensOnly} />;
  if (costNanos === 0) return <UnknownCost title={spendStrings.nothingDetail} words={spendStrings.nothing} />;
  const words = estimatedNanos === costNanos ? spendStrings.estimateDetail : spendStrings.someEstimate;
  return (
    <span>
      {formatUsd(costNanos)}
      {estimatedNanos > 0 && <EstimateMark words={words} />}
    </span>
  );
}

function EstimateMark({ words }: { readonly words: string }) {
  return (
    <abbr className={classes['estimate']} title={words}>
      {spendStrings.estimate}
    </abbr>
  );
}

/** One figure: what it is of, how much, and what more is to be said of it. */
type Figure = {
  readonly label: string;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
};

/** A row of figures that wraps where it does not fit. */
export function Figures({ label, figures }: { readonly label: string; readonly figures: readonly Figure[] }) {
  return (
    <dl className={`${ui['framed']} ${classes['figures']}`} aria-label={label}>
      {figures.map(({ label: name, value, detail }) => (
        <div key={name} className={classes['figure']}>
          <dt>{name}</dt>
          <dd className={classes['value']}>{value}</dd>
          {detail !== undefined && <dd className={ui['small']}>{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}

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
      <span className={ui['number']}>
        {amount} <span className={ui['dim']}>· {strings.spend.noCap}</span>
      </span>
    );
  }
  const ratio = costNanos / capNanos;
  const colour = ratio >= 1 ? 'var(--gh-no)' : ratio >= warningRatio ? 'var(--gh-brass-line)' : 'var(--gh-yes)';
  return (
    <Box component="span" display="grid" style={{ gap: 2 }}>
      <Box component="span" className={`${ui['number']} ${ui['cut']}`} c={ratio >= 1 ? colour : 'inherit'}>
        {amount}{' '}
        <span className={ui['dim']}>
          {strings.spend.ofCap(formatUsd(capNanos))}
          {costNanos > 0 && `, ${formatPercent(ratio)}`}
        </span>
      </Box>
      <Progress value={Math.min(100, ratio * 100)} color={colour} size={4} radius={2} bg="var(--gh-line)" aria-hidden />
    </Box>
  );
}
