import type { RiskLevel } from '../../shared/judgement';
import { countOf, formatNumber } from '../format';
import type { RetirementAction, Until } from '../state/terms';
import type { Verdict } from '../strings';

/** What is done to several requests at once. */
export type BulkVerdict = Verdict | RetirementAction;

/** What the queue says beside the card itself. */
export const queueStrings = {
  list: {
    mode: 'Which requests',
    waiting: 'Waiting',
    past: 'Past',
    search: 'Search requests',
    searchPlaceholder: 'Who, what or why',
    filters: 'Filters',
    filtersOn: (count: number) => `Filters, ${formatNumber(count)} on`,
    type: 'Kind',
    anyType: 'Any kind',
    status: 'Outcome',
    anyStatus: 'Any outcome',
    agent: 'Agent id',
    agentPlaceholder: 'Exactly as it is',
    clear: 'Clear',
    found: 'Found requests',
    nothingFound: 'Nothing matches. Change or clear the search.',
    nothingPast: 'Nothing was decided yet.',
    groupCount: (count: number) => `${formatNumber(count)} similar`,
  },

  group: {
    title: '{count} similar requests',
    from: 'from',
    hint: 'Tick those that you want to decide together, or open one to see it whole.',
    label: 'Similar requests',
    act: 'The act',
    risk: 'Risk',
    levels: { low: 'only looks', normal: 'changes', high: 'high' } satisfies Record<RiskLevel, string>,
    spokenRisk: { low: 'only looks', normal: 'no known danger', high: 'high risk' } satisfies Record<RiskLevel, string>,
    project: 'Project',
    left: 'Time',
    approve: 'Approve',
    deny: 'Deny',
    extend: 'Extend',
    retire: 'Retire',
    button: (verdict: BulkVerdict, count: number, isAll: boolean) =>
      count === 0
        ? `${queueStrings.group[verdict]}…`
        : `${queueStrings.group[verdict]} ${isAll ? 'all ' : ''}${formatNumber(count)}…`,
    confirmTitle: (verdict: BulkVerdict, count: number) =>
      `${queueStrings.group[verdict]} ${countOf(count, 'request', 'requests')}?`,
    confirm: (verdict: BulkVerdict, count: number) => `${queueStrings.group[verdict]} ${formatNumber(count)}`,
    standing: 'Each stands until it was asked for; open one to choose another time.',
    extends: 'Each is extended by the usual time; open one to choose another.',
    most: (count: number) => `At most ${formatNumber(count)} at once: the first ones are taken.`,
    done: {
      approve: (count: number) => `${countOf(count, 'request', 'requests')} approved.`,
      deny: (count: number) => `${countOf(count, 'request', 'requests')} denied.`,
      extend: (count: number) => `${countOf(count, 'automation', 'automations')} extended.`,
      retire: (count: number) => `${countOf(count, 'automation', 'automations')} retired.`,
    } satisfies Record<BulkVerdict, (count: number) => string>,
    notDone: (count: number) => `${countOf(count, 'request', 'requests')} not decided:`,
    otherwise: 'It had been decided otherwise already.',
    more: (count: number) => `${formatNumber(count)} more wait with later deadlines; some may be like these.`,
    loadMore: 'Load more',
    over: 'None of these waits any more.',
    partOf: (count: number) => `One of ${formatNumber(count)} similar requests`,
    showAll: 'Decide several',
    noteLabel: 'Note to the agents (optional)',
  },

  cost: {
    term: 'Cost so far',
    unknown: 'unknown: no cost was reported',
    nothing: 'nothing yet',
    run: 'this run',
    week: 'this week',
    ever: 'in all',
    ofCap: (cap: string) => `of ${cap}`,
    by: 'by',
  },

  risk: {
    high: 'High risk:',
    normal: 'No known danger found in it. That is no promise: read it.',
    low: 'It only looks, as far as Gatehouse can tell.',
    note: 'Note:',
  },

  own: {
    automation: 'Automation',
    run: 'Run',
    detail: 'The run said',
    created: 'Created since your last look',
    threshold: 'You look after',
    runs: 'Runs since your last look',
    findings: 'Problems found',
    spent: 'Spent when stopped',
    ends: 'Its time ends',
    pausedRuns: 'Paused runs',
    grant: 'Grant taken away',
    grantedTo: 'It was granted to',
    servers: 'MCP servers taken away',
  },

  terms: {
    standsUntil: 'Stands until',
    extendUntil: 'Extend until',
    liftUntil: 'Lift the cap until',
    asAsked: (instant: string) => `as asked: ${instant}`,
    usual: 'the usual time, see Settings',
    until: {
      hour: 'in 1 hour',
      today: 'the end of today',
      week: 'the end of this spend week (Monday 00:00 UTC)',
      sevenDays: 'in 7 days',
      thirtyDays: 'in 30 days',
      ninetyDays: 'in 90 days',
      custom: 'another time…',
    } satisfies Partial<Record<Until, string>>,
    custom: 'Day and time',
    customProblem: 'Choose a time that lies ahead.',
    quotaMode: 'What to do about the cap',
    lift: 'Lift it for a time',
    runOnly: 'This run only',
    runOnlyDetail: 'Run {run} goes on above the cap once it is resumed. Everything else of the agent stays stopped.',
    runOnlyWas: 'For run {run} only; the cap holds for everything else.',
    raise: 'Raise it',
    cap: 'New weekly cap in USD',
    capDetail: "From now on the agent's own cap, every week.",
    capNow: (cap: string) => `now ${cap}`,
    capProblem: 'Type an amount above 0.',
    extend: 'Extend',
    retire: 'Retire',
    raisedButFailed: (cap: string) => `The weekly cap is ${cap} now, but the request was not settled.`,
    armedExtend: 'Press Enter to extend, Esc to go back',
  },

  pane: {
    label: 'The session of this request',
    session: 'Session',
    asked: 'You asked',
    said: (engine: string) => `${engine} said just before`,
    calls: 'What it did before',
    noCalls: 'Nothing yet.',
    cut: 'There is more of it in the transcript.',
    source: 'From the session’s transcript, a file that the agent could have written itself.',
    none: 'No session of an engine asks for this.',
    unknown: 'Nothing is known of the session that this comes from.',
    unreadable: 'What was said could not be read.',
    noTranscript: (engine: string) =>
      `What was said is not known: there is no transcript of ${engine} here that can be read.`,
  },

  first: {
    title: 'Welcome to Gatehouse',
    what: 'AI agents ask here before they act. A request shows up in this window, in the tray and as a notification; the agent waits until you approve or deny it.',
    steps: 'Connect the first agent',
    connectEngine: 'Claude Code, Codex, Gemini CLI or opencode',
    orAnother: 'Any other agent, in two steps:',
    makeToken: 'Make a token for it',
    makeTokenDetail: 'The token says which agent is asking. It is shown once.',
    makeTokenButton: 'Make a token',
    giveIt: 'Give it the token and this address',
    giveItDetail: 'Its first request shows up here.',
    noAddress: 'The address shows up here as soon as the API runs.',
    look: 'Or look around first:',
    examples: 'Show example requests',
  },

  examples: {
    banner: 'These are examples. No agent asked for them, nothing is stored, and what you decide here has no effect.',
    remove: 'Remove the examples',
  },
} as const;
