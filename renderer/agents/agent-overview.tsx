import { Stack } from '@mantine/core';
import type { AgentDetails } from '../../shared/contract/agent';
import { paceWords } from '../spend/strings-spend';
import { AgentAllowance } from './agent-allowance';
import { AgentDaysChart } from './agent-days-chart';
import { AgentFigures } from './agent-figures';
import { AgentLimits } from './agent-limits';
import { AgentLineage } from './agent-lineage';
import classes from './agent-overview.module.css';

const CHART_DAYS = 90;

/** What an agent spent, what it may still do, its own limits and its family. */
export function AgentOverview({ agent }: { readonly agent: AgentDetails }) {
  return (
    <Stack gap={18} pb={8}>
      <AgentFigures agent={agent} />
      <AgentDaysChart
        agentId={agent.agentId}
        days={CHART_DAYS}
        weeklyCapNanos={agent.weeklyCapNanos}
        pace={paceWords(agent.pace)}
      />
      <div className={classes['columns']}>
        <Stack gap={18}>
          <AgentAllowance agentId={agent.agentId} />
          <AgentLineage agent={agent} />
        </Stack>
        <AgentLimits agent={agent} />
      </div>
    </Stack>
  );
}
