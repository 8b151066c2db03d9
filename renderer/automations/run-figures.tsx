import type { RunSummary } from '../../shared/contract/run';
import { formatUsd } from '../format';
import { useNow } from '../state/use-now';
import ui from '../ui/ui.module.css';
import { runStrings, spanWords } from './strings-runs';

/** What a run has cost; “unknown” where nobody has reported it, for that is not nothing. */
export function Cost({ costNanos }: { readonly costNanos: number | null }) {
  if (costNanos !== null) return formatUsd(costNanos);
  return (
    <span className={ui['dim']} title={runStrings.unknownCostDetail}>
      {runStrings.unknownCost}
    </span>
  );
}

/** How long a run took, or takes so far. */
export function Took({ run }: { readonly run: Pick<RunSummary, 'startedAtMs' | 'finishedAtMs'> }) {
  const now = useNow(1000);
  const { startedAtMs, finishedAtMs } = run;
  if (startedAtMs === undefined) return <span className={ui['dim']}>{runStrings.notBegun}</span>;
  return spanWords((finishedAtMs ?? Math.max(now, startedAtMs)) - startedAtMs);
}
