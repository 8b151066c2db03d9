import type { ToolRuleDuration } from '../../shared/contract/rule-durations';
import type { RuleBundle } from '../../shared/contract/tool-rule';
import { countOf, formatNumber } from '../format';

/** What the desk says about standing rules. */
export const ruleStrings = {
  title: 'Standing rules',
  what: 'What you allowed from now on. A request that a rule covers is approved at once and does not wait for you; what is of high risk always waits.',
  byRule: 'Allowed by rule',
  allowed: 'Allowed by your standing rule',
  gone: 'A rule of this name is not on this desk.',
  showRules: 'Show the rules',

  /** What a pattern covers; `{what}` is the agent's or the operator's own text. */
  pattern: {
    exact: 'Exactly {what}',
    command_prefix: 'Commands that begin with {what}',
    path: 'Files below {what}',
    files: 'Files named {what}',
    host: 'Fetching from {what}',
    any: 'Any input',
  },
  bundle: {
    edits: 'Edits of files in this project',
    checks: 'Tests, builds and linters',
    looks: 'Commands and tools that only look',
  } satisfies Record<RuleBundle, string>,
  bundleDetail: {
    edits: 'With every tool that edits. Never keys, .env files, git hooks, CI, or settings of agents and editors.',
    checks: 'The known ones, such as npm test, tsc, pytest, cargo build; also several in one command.',
    looks: 'Such as git status, ls, rg and reading files; also several in one command.',
  } satisfies Record<RuleBundle, string>,
  never: 'Never:',
  anywhere: 'in every folder',
  detail: {
    exact: 'Nothing else, to the letter.',
    command_prefix: 'With plain words after them. Other commands beside it only where they just look.',
    files: 'Written as in .gitignore, from the project on; never hidden files.',
    host: 'Only this host, not those below it.',
    path: 'Never hidden files, and never by a path that leads elsewhere.',
    any: 'Never hidden files, and never by a path that leads elsewhere.',
  },
  inFolder: 'in',

  offer: {
    button: 'Allow from now on…',
    session: 'Allow for this session',
    habit: (count: number, what: string) => `Approved ${count} times this week: ${what}. Always?`,
    highRisk: 'No standing rule for this: acts of high risk are decided one by one.',
    place: 'No standing rule for this: it does not say in which folder of a project it works.',
    title: 'Allow from now on?',
    scope: '{who} and its sub-agents may use {tool} without asking you each time.',
    scopeIn: '{who} and its sub-agents may use {tool} without asking you each time, while they work in {folder}.',
    isAnywhere: 'In every folder, not only there',
    patterns: 'What it may do',
    duration: 'For how long',
    durations: {
      run: 'This session or run',
      hour: 'One hour',
      today: 'Today',
      until_revoked: 'Until I revoke it',
    } satisfies Record<ToolRuleDuration, string>,
    ends: (when: string) => `Ends ${when}.`,
    endsRun: (when: string) => `Ends with the session or run, ${when} at the latest.`,
    never: 'Ends when you revoke it.',
    highRiskStays: 'Acts of high risk are asked all the same.',
    preview: (count: number, isCut: boolean) =>
      count === 0
        ? 'Would have matched nothing else in the last seven days.'
        : `Would have matched ${isCut ? 'at least ' : ''}${countOf(count, 'request', 'requests')} in the last seven days${count === 1 ? ': this one.' : ':'}`,
    examples: 'Requests that it would have matched',
    more: (count: number) => `and ${formatNumber(count)} more`,
    confirm: 'Approve and allow',
  },

  list: {
    columns: { rule: 'Rule', agent: 'Agent', uses: 'Uses', last: 'Last use', until: 'Until', action: 'Action' },
    label: 'Standing rules',
    never: 'Never',
    untilRevoked: 'You revoke it',
    session: 'one session only',
    anyone: (engine: string | undefined) => (engine === undefined ? 'Anyone' : `Every ${engine}`),
    anyTool: 'any tool',
    revoked: 'Revoked',
    over: 'Ended',
    state: 'Which rules',
    live: 'In force',
    past: 'Ended',
    loadMore: 'Load more',
    none: {
      title: 'No standing rule',
      words: 'You make one with “Allow from now on…” beside Approve, on a request to use a tool.',
    },
    noneOver: { title: 'No rule has ended yet', words: 'Revoked rules and those whose time is over are kept here.' },
    parents: 'Rules of the agents above it hold for it too:',
  },

  revoke: {
    label: 'Revoke',
    labelOf: (tool: string) => `Revoke the rule for ${tool}`,
    title: 'Revoke this rule?',
    words: 'The next request like this waits for you again. What it allowed already stays allowed.',
    reason: 'Reason, for the audit log (optional)',
  },
} as const;
