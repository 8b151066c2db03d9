import type { AgentAutomation } from '../../shared/contract/agent';
import type { AutomationStatus } from '../../shared/contract/automation';
import { countOf, formatNumber } from '../format';

/** What the views of agents say. */
export const agentStrings = {
  subtitle: 'Everyone who has asked, created or spent something.',
  order: {
    label: 'Order',
    seen: 'Last seen first',
    name: 'By name',
    spend: 'Most spent this week first',
    waiting: 'Most waiting first',
  },
  search: 'Find an agent by its id',
  columns: {
    agent: 'Agent',
    state: 'State',
    week: 'This week',
    created: 'Created, 24 h',
    automations: 'Active automations',
    waiting: 'Waiting',
    seen: 'Last seen',
    actions: 'Actions',
  },
  waiting: (count: number) => `${formatNumber(count)} waiting`,
  state: { active: 'Active', paused: 'Paused by you', spendPaused: 'Cap reached', review: 'Review required' },
  empty: {
    title: 'No agent yet',
    words: 'An agent appears here as soon as it asks for something, creates an automation or spends money.',
    connect: 'Connect an agent',
  },
  noMatches: {
    title: 'No agent with that id',
    words: 'The search looks for the text anywhere in an agent’s id.',
    clear: 'Clear the search',
  },

  seen: 'Last seen',
  since: 'known since',
  neverSeen: 'Gatehouse has only heard of this agent from others. It has not done anything itself yet.',
  tabs: {
    label: 'What to see of this agent',
    overview: 'Overview',
    sessions: 'Sessions',
    automations: 'Automations',
    runs: 'Runs',
    requests: 'Requests',
    grants: 'Grants',
    rules: 'Standing rules',
    history: 'History',
  },

  sessions: { title: 'Latest sessions', all: 'All sessions' },

  pause: {
    label: 'Pause',
    title: 'Pause this agent?',
    words: 'It creates and starts nothing until you resume it.',
    runs: (count: number) =>
      count === 0
        ? 'None of its runs is under way.'
        : `${countOf(count, 'run', 'runs')} of its automations ${count === 1 ? 'is' : 'are'} under way: ${count === 1 ? 'it is' : 'they are'} stopped now.`,
    reason: 'Reason, for the audit log (optional)',
  },
  resume: {
    label: 'Resume',
    title: 'Resume this agent?',
    words: 'It may create and start again. Runs that were stopped stay paused until somebody resumes them.',
  },
  disconnect: {
    label: 'Disconnect',
    title: 'Disconnect this agent?',
    words: (count: number) =>
      `${countOf(count, 'token', 'tokens')} of this agent ${count === 1 ? 'is' : 'are'} revoked at once and for good. It can ask for nothing until you make it a new one in Settings.`,
    none: 'This agent has no token of its own, so there is nothing to revoke. An engine that speaks for it has a token in Settings.',
  },

  notice: {
    pausedAbove: 'You paused an agent above it, so it creates and starts nothing either:',
    spendPausedAbove: 'The spend of an agent above it stops it too:',
    paused: 'You paused this agent.',
    reason: 'Reason:',
    spendPaused: 'Its spend stops it.',
    reached: (cap: string, spent: string, over: string) =>
      `It reached its weekly cap of ${cap}, and ${spent} are spent by now: ${over} more than the cap.`,
    spendEnds: 'It goes on when you approve an override, when its cap is raised, or when the new week begins.',
    override: 'An approved override lifts its spend cap until',
    review: (count: number) =>
      `It has created ${countOf(count, 'automation', 'automations')} since your last review, and creates no more until you have looked.`,
    openReview: 'Open the review',
    openRequests: 'See its requests',
  },

  figures: {
    label: 'What it was charged',
    today: 'Today',
    week: 'This week',
    month: 'This month',
    lifetime: 'Ever',
    reserved: 'Reserved now',
    tokens: (count: string) => `${count} tokens`,
  },

  allowance: {
    title: 'May it create automations?',
    yes: 'Yes, now',
    no: 'Not now',
    decides: 'decides',
    columns: { rule: 'Rule', value: 'Now', limit: 'Limit', verdict: 'Verdict' },
    met: 'Met',
    notMet: 'Not met',
    noLimit: 'none',
    must: (value: string) => `must be ${value}`,
    values: { yes: 'yes', no: 'no', none: 'none' },
    rules: {
      creation_enabled: 'Creation is on, for everyone',
      agent_id: 'It has an id',
      agent_paused: 'Paused by you',
      spend_paused: 'Stopped by its spend',
      per_agent_creation_review_threshold: 'Created since your last review',
      capabilities: 'Capabilities without approval',
      lineage_depth_limit: 'Depth of lineage of what it creates',
      per_agent_daily_creation_limit: 'Created in the last 24 hours',
      active_agent_automation_cap: 'Active automations of all agents',
    } as Partial<Record<string, string>>,
  },

  limits: {
    title: 'Its own limits',
    follows: 'Follows the general limit',
    general: (value: string) => `General: ${value}`,
    weeklySpendCapNanos: 'Weekly spend cap, in US dollars',
    perAgentDailyCreationLimit: 'Automations created in 24 hours, at most',
    perAgentCreationReviewThreshold: 'Automations created until you review it',
    planStopRatio: 'Percent of its plan until its sessions stop',
    approvalTtlMs: 'Hours until a request expires',
    noCap: 'no cap',
    off: 'off',
    zero: {
      weeklySpendCapNanos: '0 means no cap.',
      perAgentDailyCreationLimit: '0 means none.',
      planStopRatio: '0 stops nothing.',
      perAgentCreationReviewThreshold: '0 turns the review off.',
    },
    clear: (label: string) => `Follow the general limit again: ${label}`,
    save: 'Save limits',
    discard: 'Discard',
    saved: 'Limits saved. They hold from now on.',
  },

  lineage: {
    title: 'Lineage',
    ancestors: 'Made by, the oldest first',
    noAncestors: 'No agent made it.',
    descendants: 'Agents below it',
    noDescendants: 'It has made no agent.',
    cut: 'There are more; see them in Lineage.',
    open: 'Show in Lineage',
    severalChains: (count: number) => `Made by: ${formatNumber(count)} lineages were stated, each the oldest first`,
    chain: 'Lineage, oldest first',
    statedBy: 'stated by',
    correction: {
      label: 'Correct lineage',
      title: 'Correct who is above this agent?',
      kept: (count: number) =>
        count === 0
          ? 'So far nobody is above it.'
          : 'Kept so far. A pause or a spend stop of anybody in them binds this agent, and the longest says how deep it is.',
      ancestors: 'Agents above it',
      ancestorsDetail: 'One to a line, the oldest first, its parent last. Empty: no agent made it.',
      effect:
        'This replaces all of them, from now on: what was charged stays charged, and automations that exist keep whom they are charged to. Agents below it keep what was stated for them. An engine that states another lineage later adds that one, and the history says so.',
    },
  },

  automations: {
    label: 'Automations of this agent',
    none: { title: 'No automations', words: 'It has created none, takes part in none, and was granted none.' },
    columns: { name: 'Automation', part: 'What it is to it', status: 'Status', expires: 'Expires', updated: 'Changed' },
    part: {
      created: 'Created it',
      descendant: 'An agent below created it',
      flow: 'Takes part in its flow',
      granted: 'May change it',
    } satisfies Record<AgentAutomation['part'], string>,
    status: { draft: 'Draft', active: 'Active', paused: 'Paused' } satisfies Record<AutomationStatus, string>,
    retired: 'Retired',
    review: 'Review required',
    never: 'never',
  },
  runs: {
    label: 'Runs of this agent’s automations',
    none: { title: 'No runs', words: 'None of its automations has run yet.' },
    columns: {
      automation: 'Automation',
      status: 'Outcome',
      queued: 'Queued',
      took: 'Took',
      tokens: 'Tokens',
      cost: 'Cost',
    },
  },
  requests: {
    label: 'Requests by or about this agent',
    none: { title: 'No requests', words: 'It has asked for nothing, and nothing was asked about it.' },
    columns: { request: 'Request', type: 'Kind', status: 'Status', asked: 'Asked' },
  },
  grants: {
    label: 'Grants that stand',
    none: { title: 'No grants', words: 'Nobody has let it change an automation that is not its own.' },
    columns: { automation: 'Automation', kind: 'May', given: 'Given by', when: 'When', reason: 'Reason' },
    modify: 'change it',
    cut: 'There are more grants than are shown here.',
  },
  history: {
    label: 'What the audit log has about this agent, the newest first',
    none: { title: 'No history', words: 'The audit log has nothing about this agent yet.' },
    columns: { what: 'What happened', who: 'Who', why: 'Why', when: 'When', seq: 'Row' },
    lineage: {
      changed: (agentId: string, path: string) =>
        `${path} was stated to be above ${agentId}. What ${agentId} makes under it is charged to them, and their pauses bind it.`,
      corrected: (agentId: string, path: string) =>
        path === ''
          ? `Corrected: nobody is above ${agentId}.`
          : `Corrected: above ${agentId} is ${path}, and nobody else.`,
      full: (agentId: string, path: string) =>
        `Not kept, and the request was refused: ${path} above ${agentId}. Sixteen lineages are kept for ${agentId} already; correct its lineage to make room.`,
    },
  },
} as const;
