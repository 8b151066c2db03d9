import { Group } from '@mantine/core';
import { runStrings } from '../automations/strings-runs';
import { formatUsd } from '../format';
import { useAnswer } from '../state/use-answer';
import { AgentLink } from '../ui/links';
import { queueStrings } from './strings-queue';

const words = queueStrings.cost;

/** What a week was charged: nothing and unknown are words, never $0. */
function weekWords(weekNanos: number | undefined): string {
  if (weekNanos === undefined) return runStrings.unknownCost;
  return weekNanos === 0 ? words.nothing : formatUsd(weekNanos);
}

/** What the run and the agent behind a request have cost so far, in a line; what nobody reported is called unknown. */
export function CostSoFar({ approvalId }: { readonly approvalId: string }) {
  const { value } = useAnswer('approvals.facts', { approvalId }, ['spend', 'runs', 'limits']);
  if (value === undefined) return <span aria-hidden>…</span>;
  const { run, agentId, weekNanos, weeklyCapNanos, lifetimeNanos } = value;
  return (
    <Group gap="0 10px">
      {run !== undefined && (
        <span>
          {words.run}: {run.costNanos === undefined ? words.unknown : formatUsd(run.costNanos)}
        </span>
      )}
      {lifetimeNanos === undefined ? (
        // Without an agent behind it there is nobody whose week it could be.
        (run === undefined || agentId !== undefined) && <span>{words.unknown}</span>
      ) : (
        <span>
          {weekWords(weekNanos)} {words.week}
          {weeklyCapNanos !== undefined && ` ${words.ofCap(formatUsd(weeklyCapNanos))}`}, {formatUsd(lifetimeNanos)}{' '}
          {words.ever}
        </span>
      )}
      {agentId !== undefined && (
        <span>
          {words.by} <AgentLink agentId={agentId} />
        </span>
      )}
    </Group>
  );
}
