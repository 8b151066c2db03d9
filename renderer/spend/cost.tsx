import { runStrings } from '../automations/strings-runs';
import { formatUsd } from '../format';
import classes from './cost.module.css';
import { spendStrings } from './strings-spend';

/** What a run cost: an amount, marked where it was estimated; `unknown` where nobody has reported one, and never $0. */
export function RunCost({ costNanos, hasEstimate }: { readonly costNanos: number; readonly hasEstimate: boolean }) {
  if (costNanos === 0) {
    return (
      <span className={classes['none']} title={runStrings.unknownCostDetail}>
        {runStrings.unknownCost}
      </span>
    );
  }
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
  if (costNanos === 0) {
    const isUnknown = totalTokens > 0;
    return (
      <span
        className={classes['none']}
        title={isUnknown ? spendStrings.tokensOnly : spendStrings.nothingDetail}
        data-small={!isUnknown}
      >
        {isUnknown ? runStrings.unknownCost : spendStrings.nothing}
      </span>
    );
  }
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
