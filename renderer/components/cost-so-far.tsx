import { formatUsd } from '../format';
import { useAnswer } from '../state/use-answer';
import { queueStrings } from '../strings-queue';
import classes from './cost-so-far.module.css';
import { AgentLink } from './links';

const words = queueStrings.cost;

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
            {value.weekNanos === undefined || value.lifetimeNanos === undefined ? (
              // Without an agent behind it there is nobody whose week it could be.
              (value.run === undefined || value.agentId !== undefined) && <span>{words.unknown}</span>
            ) : (
              <span>
                {formatUsd(value.weekNanos)} {words.week}
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
