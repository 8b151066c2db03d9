import { IMPACT_DAYS, type LimitImpact, type Limits, type WeighedLimit } from '../../shared/contract/limits';
import { countOf, formatNumber } from '../format';

type Counted = Extract<LimitImpact, { state: 'counted' }>;

const period = `in the last ${IMPACT_DAYS} days`;

/** How many of how many: `none of 40 creations`, `at least 3 of the newest 5,000 creations`. */
function howMany({ count, of, isCut }: Counted, one: string, other: string): string {
  const some = count === 0 ? 'none' : `${isCut ? 'at least ' : ''}${formatNumber(count)}`;
  return `${some} of ${isCut ? 'the newest ' : ''}${countOf(of, one, other)}`;
}

function reviews({ count, of, isCut }: Counted, one: string, other: string): string {
  const some = count === 0 ? 'no review' : `${isCut ? 'at least ' : ''}${countOf(count, 'review', 'reviews')}`;
  return `Would have asked you for ${some} ${period}, over ${isCut ? 'the newest ' : ''}${countOf(of, one, other)}.`;
}

/** What Settings says about limits. */
export const limitStrings = {
  title: 'Limits',
  detail: `These hold for every agent that has no limit of its own. Under some of them stands what the value in the field would have done ${period}.`,
  groups: {
    creation: 'Creating automations',
    spend: 'Spend',
    health: 'Health and lifecycle',
    people: 'Approvals and people',
  },
  names: {
    creationEnabled: 'Creation allowed',
    perAgentDailyCreationLimit: 'Creations per agent and day',
    activeAgentAutomationCap: 'Active automations of all agents',
    lineageDepthLimit: 'Depth of lineage',
    perAgentCreationReviewThreshold: 'Creations until a review',
    runReviewThreshold: 'Runs until a review',
    weeklySpendCapNanos: 'Weekly cap per agent',
    spendWarningThresholdRatio: 'Warning at',
    planStopRatio: 'Sessions stop at this part of a plan',
    defaultExpiresAfterMs: 'Automations expire after',
    expirationWarningWindowMs: 'Expiry is announced',
    healthCheckIntervalMs: 'Health is checked every',
    healthWindowRunLimit: 'Runs that a health check looks at',
    healthFailureRateThreshold: 'Failing from',
    healthGuardrailStopThreshold: 'Guardrail stops until a finding',
    approvalTtlMs: 'Requests expire after',
    perAgentPauseEnabled: 'Agents can be paused',
    independentReviewRequired: 'Nobody decides their own request',
  } satisfies Record<keyof Limits, string>,
  meanings: {
    creationEnabled: 'Off: nobody creates automations, you included.',
    perAgentDailyCreationLimit:
      'An agent that created this many automations within 24 hours is refused; deleted ones count too.',
    activeAgentAutomationCap: 'While all agents together have this many automations, no agent creates another.',
    lineageDepthLimit:
      'How far an automation may be from the first agent: one made by an agent is at depth 1, one made by that agent’s child at 2.',
    perAgentCreationReviewThreshold:
      'After this many creations an agent waits until you have looked at them. 0 asks for none.',
    runReviewThreshold: 'After this many runs you are asked to review the automation. 0 asks for none.',
    weeklySpendCapNanos: 'An agent that spends this much in a week (from Monday, UTC) is stopped. Empty is no cap.',
    spendWarningThresholdRatio:
      'You are told once a week when an agent has used this part of its cap. 0% warns of nothing.',
    planStopRatio:
      'Once an engine has used this part of a window of its plan (5 hours, a week), its tool calls are denied until the window ends. 0% stops nothing.',
    defaultExpiresAfterMs: 'What an agent creates stops after this time, unless you extend it. 0 is never.',
    expirationWarningWindowMs: 'How long before the end you are asked to extend or retire an automation.',
    healthCheckIntervalMs: 'How often recent runs are looked at for failures, empty outputs and guardrail stops.',
    healthWindowRunLimit: 'Only the newest runs of an automation count, but never fewer than 5.',
    healthFailureRateThreshold: 'From this part of failed or blocked runs on, an automation is a finding.',
    healthGuardrailStopThreshold: 'This many runs that a guardrail stopped are a finding. 0 looks for none.',
    approvalTtlMs: 'A request that nobody answers is over after this time; the agent hears that this is no refusal.',
    perAgentPauseEnabled: 'Off: single agents cannot be paused.',
    independentReviewRequired:
      'On: a request that a human made is decided by another human. With one operator it is never decided.',
  } satisfies Record<keyof Limits, string>,
  unit: (name: string) => `${name}: unit of time`,
  units: { days: 'days', hours: 'hours', minutes: 'minutes', seconds: 'seconds' },
  dollars: '$',
  percent: '%',
  noCap: 'No cap',
  on: 'on',
  off: 'off',
  none: 'none',
  never: 'never',
  standard: (value: string) => `Default: ${value}`,
  back: 'Back to default',
  backOf: (name: string) => `${name}: back to default`,
  save: 'Save',
  saveOf: (name: string) => `Save ${name}`,
  undo: 'Undo',
  undoOf: (name: string) => `Undo the change of ${name}`,
  problems: {
    count: 'Give a whole number from 0 to 1,000,000.',
    ratio: 'Give a percentage from 0 to 100.',
    money: 'Give an amount in dollars, or leave the field empty for no cap.',
    span: 'Give a length of time of at most 3,650 days.',
    spanFrom: (least: string) => `Give a length of time from ${least} to 3,650 days.`,
  },
  noHistory: `Nothing happened ${period} to tell from.`,
  noCapAnywhere: 'No agent that spent has a weekly cap, so there is nothing to warn of.',
  counting: 'Counting',
} as const;

const impacts: Readonly<Record<WeighedLimit, (counted: Counted) => string>> = {
  perAgentDailyCreationLimit: (counted) => `Would have stopped ${howMany(counted, 'creation', 'creations')} ${period}.`,
  lineageDepthLimit: (counted) => `Would have stopped ${howMany(counted, 'creation', 'creations')} ${period}.`,
  perAgentCreationReviewThreshold: (counted) => reviews(counted, 'creation', 'creations'),
  runReviewThreshold: (counted) => reviews(counted, 'run', 'runs'),
  weeklySpendCapNanos: (counted) =>
    `Would have been reached in ${howMany(counted, 'agent week', 'agent weeks')} ${period}.`,
  spendWarningThresholdRatio: (counted) =>
    `Would have warned you in ${howMany(counted, 'agent week', 'agent weeks')} ${period}.`,
  approvalTtlMs: (counted) => `Would have been too short for ${howMany(counted, 'decision', 'decisions')} ${period}.`,
};

/** What a limit would have done, in a sentence. */
export function impactSentence(name: WeighedLimit, impact: LimitImpact): string {
  if (impact.state === 'noHistory') return limitStrings.noHistory;
  return impact.state === 'noCap' ? limitStrings.noCapAnywhere : impacts[name](impact);
}
