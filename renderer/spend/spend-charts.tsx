import type { ChartPeriod, SpendChart } from '../../shared/contract/spend';
import { visibleLine } from '../../shared/kernel/visible-text';
import { AgentDaysChart } from '../agents/agent-days-chart';
import { AgentFigures } from '../agents/agent-figures';
import { useAnswer } from '../state/use-answer';
import { AgentLink } from '../ui/links';
import { Loaded } from '../ui/list-view';
import { Panel } from '../ui/panel';
import { DayChart, type DaySeries } from './day-chart';
import { paceWords, spendStrings } from './strings-spend';

const words = spendStrings.chart;

/** Of figures and a chart below them, in pixels. */
export const CHART_HEIGHT = 388;

const OTHERS_COLOUR = 8;
const PEOPLE_COLOUR = 9;
const isSome = (costs: readonly number[]) => costs.some((cost) => cost > 0);

/** The days of all agents: those that cost most by name, all others as one, and what people made. */
export function AllAgentsChart({ chart }: { readonly chart: SpendChart }) {
  const { dayStartsMs, series, others, byPeople } = chart;
  const named = series.map(
    ({ agentId, costsNanos }, index): DaySeries => ({
      key: `agent${index}`,
      name: visibleLine(agentId, 40),
      label: <AgentLink agentId={agentId} />,
      colour: index,
      costsNanos,
    }),
  );
  const rest = words.others(others.agentCount);
  const all: readonly DaySeries[] = [
    ...named,
    ...(others.agentCount === 0
      ? []
      : [{ key: 'others', name: rest, label: rest, colour: OTHERS_COLOUR, costsNanos: others.costsNanos }]),
    ...(isSome(byPeople)
      ? [{ key: 'people', name: words.people, label: words.people, colour: PEOPLE_COLOUR, costsNanos: byPeople }]
      : []),
  ];
  return (
    <Panel title={words.title}>
      {all.length === 0 ? (
        <p>{words.empty}</p>
      ) : (
        <DayChart label={words.title} dayStartsMs={dayStartsMs} series={all} caption={words.words} />
      )}
    </Panel>
  );
}

/** What one agent was charged, and its days with its cap and its pace. */
export function OneAgentSpend({ agentId, days }: { readonly agentId: string; readonly days: ChartPeriod }) {
  const answer = useAnswer('agent.details', { agentId }, ['spend', 'limits']);
  return (
    <Loaded answer={answer} height={CHART_HEIGHT}>
      {(agent) => (
        <>
          <AgentFigures agent={agent} />
          <AgentDaysChart
            agentId={agentId}
            days={days}
            weeklyCapNanos={agent.weeklyCapNanos}
            pace={paceWords(agent.pace)}
          />
        </>
      )}
    </Loaded>
  );
}
