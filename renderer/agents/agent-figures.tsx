import type { AgentDetails } from '../../shared/contract/agent';
import type { SpendWindow } from '../../shared/contract/spend';
import { formatCompact, formatUsd } from '../format';
import { Amount } from '../spend/cost';
import { Figures } from '../spend/figures';
import { agentStrings } from './strings-agents';

const words = agentStrings.figures;

/** What one agent was charged in each window, its descendants' part with it, and what is reserved now. */
export function AgentFigures({ agent: { spend, reservedNanos } }: { readonly agent: AgentDetails }) {
  return (
    <Figures
      label={words.label}
      figures={[
        { label: words.today, ...figureOf(spend.daily) },
        { label: words.week, ...figureOf(spend.weekly) },
        { label: words.month, ...figureOf(spend.monthly) },
        { label: words.lifetime, ...figureOf(spend.lifetime) },
        { label: words.reserved, value: reservedNanos === 0 ? '–' : formatUsd(reservedNanos) },
      ]}
    />
  );
}

function figureOf({ costNanos, totalTokens }: SpendWindow) {
  return {
    value: <Amount costNanos={costNanos} totalTokens={totalTokens} />,
    ...(totalTokens > 0 && { detail: words.tokens(formatCompact(totalTokens)) }),
  };
}
