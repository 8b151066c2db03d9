import type { WeekPace } from '../../shared/contract/spend';
import { countOf, formatNumber, formatUsd, formatWeekMoment } from '../format';

/** What the view of spend says. */
export const spendStrings = {
  subtitle: 'What runs cost, as their engines reported it. Days and weeks are those of UTC; weeks begin on Monday.',
  period: { label: 'Period', days: (days: number) => `${days} days` },
  who: { label: 'Whose spend', all: 'All agents', open: (agent: string) => `Runs and automations of ${agent}` },
  figures: {
    label: 'What was spent, each run once',
    today: 'Today',
    week: 'This week',
    nothing: 'nothing',
    lastWeek: (amount: string) => `last week: ${amount}`,
    period: (days: number) => `In ${days} days`,
    estimated: (amount: string) => `${amount} of it estimated`,
    unknown: 'Runs without a reported cost',
    unknownDetail: 'what they cost is unknown',
    noUnknown: 'every run has one',
    more: (count: number) => `${formatNumber(count)} or more`,
  },
  chart: {
    title: 'By day and agent',
    words:
      'Each run counts once: a session’s for its agent, any other for the agent that created its automation, or for the people who did.',
    others: (count: number) => countOf(count, 'other agent', 'other agents'),
    people: 'Made by people',
    own: 'Its own work',
    below: 'Agents below it',
    asTable: 'Show the days as a table',
    allDays: 'Show all days',
    day: 'Day (UTC)',
    total: 'Total',
    capShort: 'Weekly cap ÷ 7',
    capsShort: 'Weekly caps ÷ 7',
    cap: (daily: string, weekly: string) => ({
      drawn: `The dashed line is ${daily} a day: the weekly cap of ${weekly}, spread evenly.`,
      far: `Far below the cap: ${daily} a day would use up the ${weekly} of a week.`,
    }),
    caps: (daily: string, weekly: string) => ({
      drawn: `The dashed line is ${daily} a day: the weekly caps of these agents together, ${weekly}, spread evenly.`,
      far: `Far below their caps: ${daily} a day would use up the ${weekly} that these agents may spend in a week together.`,
    }),
    someCaps: 'A line for weekly caps is drawn where every agent here has one.',
    manyCaps: (count: number) =>
      `More than ${countOf(count, 'agent has', 'agents have')} no line of their caps together; choose one above to see its own.`,
    noCap: 'No weekly cap holds.',
    agentTitle: (days: number) => `The last ${days} days`,
    empty: 'Nothing was reported in this period.',
    legend: 'What the colours mean, and what each part came to',
  },
  plan: {
    label: 'What is used of plans',
    window: (agent: string, span: string) => `Plan of ${agent}, ${span}`,
    used: (percent: string) => `${percent} % used`,
    resets: 'Resets',
    stopped: (percent: string, span: string) =>
      `has used ${percent} % of its plan’s ${span}, as much as you allow: its tool calls are denied until the window ends, or you raise the limit of the agent. It ends`,
    nearEnd: (percent: string, span: string) => `has used ${percent} % of its plan’s ${span}; the window ends`,
  },
  tables: {
    label: 'Spend by',
    agent: 'By agent',
    automation: 'By automation',
    run: 'By run',
    columns: {
      agent: 'Agent',
      today: 'Today',
      week: 'This week',
      pace: 'At this pace',
      month: 'This month',
      lifetime: 'Ever',
      reserved: 'Reserved',
      state: 'State',
      automation: 'Automation',
      creator: 'Created by',
      tokens: 'Tokens',
      cost: 'Cost',
      run: 'Run',
      outcome: 'Outcome',
      queued: 'Queued',
    },
    byPeople: 'a person',
    overshootNote:
      'An agent that reserves before it spends passes its cap by the error of one step at most; one that does not, by all that it reports at once.',
    agentNote:
      'What each agent was charged: its own runs and those of the agents below it. Amounts of one family overlap.',
    automationNote: (shown: number, all: number) =>
      shown < all
        ? `The ${shown} most expensive of ${formatNumber(all)} automations that cost something in this period.`
        : 'Automations whose runs were reported in this period.',
    runNote: 'The most expensive runs that were queued in this period. A cost that nobody reported is unknown.',
    none: 'Nothing was reported in this period.',
  },
  estimate: 'est.',
  estimateDetail: 'Charged as it was estimated, because nobody reported',
  someEstimate: 'Partly charged as it was estimated, because nobody reported',
  nothing: 'nothing yet',
  nothingDetail: 'Nothing was charged in this time',
  tokensOnly: 'Tokens were reported, but no cost',
  pace: {
    nothing: 'Nothing charged this week',
    tooEarly: 'Too early to say',
    reached: 'The cap is reached',
  },
  export: {
    label: 'Export days as CSV',
    fileName: 'gatehouse-spend-days.csv',
    columns: ['day_utc', 'agent_id', 'charged_usd', 'own_usd', 'estimated_usd', 'total_tokens'],
    done: (rows: number) => `${countOf(rows, 'row', 'rows')} saved.`,
    cut: (rows: number) =>
      `Only the newest ${countOf(rows, 'row', 'rows')} were saved; the days before did not fit into one file.`,
    failed: 'The file was not saved.',
    title: 'Spend by day',
  },
  empty: {
    title: 'Nothing was spent yet',
    words: 'As soon as an engine reports what a run used, it is counted here, by day, agent, automation and run.',
    limits: 'Set a weekly cap',
  },
} as const;

/** Where an agent's week is heading, in a few words. */
export function paceWords(pace: WeekPace): string {
  switch (pace.kind) {
    case 'nothing':
      return spendStrings.pace.nothing;
    case 'tooEarly':
      return spendStrings.pace.tooEarly;
    case 'reached':
      return spendStrings.pace.reached;
    case 'uncapped':
      return `${formatUsd(pace.projectedNanos)} by Sunday`;
    case 'below':
      return `${formatUsd(pace.projectedNanos)} by Sunday, under the cap`;
    case 'reaches':
      return `Reaches the cap ${formatWeekMoment(pace.atMs)}`;
  }
}
