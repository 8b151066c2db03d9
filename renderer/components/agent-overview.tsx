import type { AgentDetails } from '../../shared/contract-agent-desk';
import type { SpendWindow } from '../../shared/spend';
import { formatCompact, formatUsd } from '../format';
import { agentStrings } from '../strings-agents';
import { paceWords } from '../strings-spend';
import { AgentAllowance } from './agent-allowance';
import { AgentDaysChart } from './agent-days-chart';
import { AgentLimits } from './agent-limits';
import { AgentLineage } from './agent-lineage';
import classes from './agent-overview.module.css';
import { Amount } from './cost';
import { Figures } from './figures';

const words = agentStrings.figures;
const CHART_DAYS = 90;

/** What an agent spent, what it may still do, its own limits and its family. */
export function AgentOverview({ agent }: { readonly agent: AgentDetails }) {
  const { spend, reservedNanos } = agent;
  return (
    <div className={classes['overview']}>
      <Figures
        label={words.label}
        figures={[
          { key: 'today', label: words.today, ...figureOf(spend.daily) },
          { key: 'week', label: words.week, ...figureOf(spend.weekly) },
          { key: 'month', label: words.month, ...figureOf(spend.monthly) },
          { key: 'lifetime', label: words.lifetime, ...figureOf(spend.lifetime) },
          {
            key: 'reserved',
            label: words.reserved,
            value: reservedNanos === 0 ? '–' : formatUsd(reservedNanos),
          },
        ]}
      />
      <AgentDaysChart
        agentId={agent.agentId}
        days={CHART_DAYS}
        weeklyCapNanos={agent.weeklyCapNanos}
        pace={paceWords(agent.pace)}
      />
      <div className={classes['columns']}>
        <div className={classes['column']}>
          <AgentAllowance agentId={agent.agentId} />
          <AgentLineage agent={agent} />
        </div>
        <AgentLimits agent={agent} />
      </div>
    </div>
  );
}

function figureOf({ costNanos, totalTokens }: SpendWindow) {
  return {
    value: <Amount costNanos={costNanos} totalTokens={totalTokens} />,
    ...(totalTokens > 0 && { detail: words.tokens(formatCompact(totalTokens)) }),
  };
}
