import { formatUsd } from '../format';
import { useAnswer } from '../state/use-answer';
import { queueStrings } from '../strings-queue';
import { runStrings } from '../strings-runs';
import classes from './cost-so-far.module.css';
import { AgentLink } from './links';

const words = queueStrings.cost;

/** What a week was charged: nothing and unknown are words, never $0. */
function weekWords(weekNanos: number | undefined): string {
  if (weekNanos === undefined) return runStrings.unknownCost;
  return weekNanos === 0 ? words.nothing : formatUsd(weekNanos);
}

/** What the run and the agent behind a request have cost so far, as a row of facts; what nobody reported is called unknown. */
export function CostSoFar({ approvalId }: { readonly approvalId: string }) {
  const { value } = useAnswer('approvals.facts', { approvalId }, ['spend', 'runs', 'limits']);
  return (
    <>
      <dt>{words.term}</dt>
      <dd className={classes['cost']}>
        {value === undefined ? (
          <span aria-hidden>…</span>
        ) : (
          <>
            {value.run !== undefined && (
              <span>
                {words.run}: {value.run.costNanos === undefined ? words.unknown : formatUsd(value.run.costNanos)}
              </span>
            )}
            {value.lifetimeNanos === undefined ? (
              // Without an agent behind it there is nobody whose week it could be.
              (value.run === undefined || value.agentId !== undefined) && <span>{words.unknown}</span>
            ) : (
              <span>
                {weekWords(value.weekNanos)} {words.week}
                {value.weeklyCapNanos !== undefined && ` ${words.ofCap(formatUsd(value.weeklyCapNanos))}`},{' '}
                {formatUsd(value.lifetimeNanos)} {words.ever}
              </span>
            )}
            {value.agentId !== undefined && (
              <span>
                {words.by} <AgentLink agentId={value.agentId} />
              </span>
            )}
          </>
        )}
      </dd>
    </>
  );
}
