import type { EngineStatus } from '../../shared/contract/connection';
import {
  type AskMode,
  type Engine,
  engineNames,
  type IfUnavailable,
  type Strength,
} from '../../shared/contract/engine';
import { IMPACT_DAYS, type LimitImpact, type Limits, type WeighedLimit } from '../../shared/contract/limits';
import type { NotificationKind } from '../../shared/contract/notifications';
import type { TokenKind } from '../../shared/contract/token';
import { countOf, formatHour, formatNumber } from '../format';

/** The sections of a state file, as the operator knows them (spec/governance.md section 15); one that is not here keeps its own name. */
const importSections: Readonly<Record<string, string>> = {
  records: 'governance record',
  approvals: 'approval',
  deleted_automations: 'deleted automation',
  paused_agents: 'paused agent',
  spend_paused_agents: 'agent stopped by its spend cap',
  agent_spend: 'spend of agent',
  agent_creation_reviews: 'creation review of agent',
  'gatehouse.agents': 'agent',
  'gatehouse.automations': 'automation',
  'gatehouse.runs': 'runs of automation',
  'gatehouse.automation_days': 'spend of automation',
};

/** What Settings says. */
export const settingsStrings = {
  title: 'Settings',
  failed: (sentence: string) => `Not changed. ${sentence}`,

  appearance: {
    title: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
  },

  notifications: {
    title: 'Notifications',
    on: 'Notify me of new requests and of what stops agents',
    detail: 'With Approve and Deny buttons where the system has them. The queue and the tray show requests either way.',
    impossible:
      'This system shows no notifications at the moment: no notification service answers. The queue and the tray still show every request.',
    noTray: 'This desktop has no tray: closing the window minimises Gatehouse instead of hiding it.',
    kindsTitle: 'Notify me of',
    kinds: {
      request: 'New requests',
      spend_warning: 'Spend warnings',
      hard_stop: 'Agents stopped at their cap',
      review: 'Creation and health reviews',
      expiry: 'Automations that expire soon',
      agent_stopped: 'Agents that you paused',
      api_trouble: 'Trouble with the API or the database',
    } satisfies Record<NotificationKind, string>,
    muteTitle: 'Mute',
    notMuted: 'Not muted.',
    mutedUntil: (when: string) => `Muted until ${when}. Agents stopped at their cap are shown all the same.`,
    mute: { hour: 'For one hour', tomorrow: `Until tomorrow, ${formatHour(8)}`, off: 'Unmute' },
    quiet: {
      title: 'Quiet hours',
      on: 'Keep quiet at these hours',
      detail: 'Only agents stopped at their cap are shown; one summary of the rest comes afterwards.',
      from: 'From',
      to: 'To',
      days: 'Days on which they begin',
      overMidnight: 'on the next day',
      noDay: 'No day is chosen, so it is never quiet.',
    },
    amount: 'How much',
    perMinute: 'Notifications a minute, at most',
    perMinuteDetail: 'What is more goes into one summary.',
    perMinuteInvalid: 'Give a whole number from 1 to 60.',
    count: 'Show how many wait in the tray icon',
    countDetail: 'Off: the icon shows only that something waits.',
  },

  api: {
    title: 'API',
    address: 'Address',
    starting: 'Starting',
    portTaken: (port: number) =>
      `Port ${port} is used by another program. Choose another port, or end that program and try again.`,
    failed: (port: number) => `The API could not start on port ${port}.`,
    port: 'Port',
    portDetail: 'Between 1024 and 65535. Agents that are connected need the new address.',
    portInvalid: 'Give a whole number between 1024 and 65535.',
    changed: (url: string) => `Agents now reach Gatehouse at ${url}`,
    elsewhere: (url: string) =>
      `Saved. Gatehouse still listens at ${url}, because it was started with a port of its own (GATEHOUSE_PORT).`,
  },

  connect: {
    title: 'Connect',
    agentTitle: 'Connect an agent',
    agentDetail: 'The token speaks for this one agent. It can ask, and do what the rules allow; it can never decide.',
    engineTitle: 'Connect an engine',
    engineDetail:
      'For a program that runs several agents and relays for them. It can ask for any agent; it can never decide.',
    name: 'Name',
    nameDetail: 'How you will recognise it in the list below',
    agentNamePlaceholder: 'Scout on my laptop',
    engineNamePlaceholder: 'Workflow engine',
    agentId: 'Agent id',
    agentIdDetail: 'Shown on every request',
    agentIdPlaceholder: 'scout',
    parent: 'Parent agent (optional)',
    parentDetail: 'The agent it works for: is charged what it spends, and stops it when paused',
    parentPlaceholder: 'planner',
    nameNeeded: 'Give it a name.',
    agentIdNeeded: 'Give the agent an id.',
    tooLong: 'At most 200 characters.',
    make: 'Make a token',
  },

  secret: {
    title: 'Your new token, shown once',
    detail: 'Copy it now: Gatehouse keeps only a fingerprint of it and cannot show it again.',
    copy: 'Copy the token',
    example: 'Try it in a terminal',
    copyExample: 'Copy the example',
    done: 'I have copied it',
    forName: 'Token for',
  },

  decideOverApi: {
    title: 'Decide over the API',
    label: 'Let programs with an operator token decide',
    off: 'Off: only you decide, in this window, the tray or a notification.',
    on: 'On: a program with an operator token decides as you do. Turning it off revokes every operator token at once.',
    launcher:
      'The program that started Gatehouse gave it an operator token for this run: who holds that one decides as you do, whatever is set here. It ends when Gatehouse quits.',
    offButLauncher: 'Off, but see below.',
    warning:
      'Whoever holds this token decides as you do. An agent that can read it, from a file, the environment or a shell history, can approve itself. Give it only to a program that you trust as much as yourself.',
    turnOnTitle: 'Let programs decide?',
    turnOn: 'Turn on and make the token',
    tokenName: 'Decide over the API',
    turnedOff: 'Off. Every operator token was revoked.',
  },

  tokens: {
    title: 'Tokens',
    none: 'No tokens yet. Connect an agent above.',
    name: 'Name',
    kind: 'Kind',
    agent: 'Agent',
    created: 'Created',
    lastUsed: 'Last used',
    never: 'Never',
    actions: 'Actions',
    revoke: 'Revoke',
    revokeNamed: (name: string) => `Revoke ${name}`,
    revoked: 'Revoked',
    revokeTitle: 'Revoke this token?',
    revokeEffect: 'Whoever uses it is refused from now on. This cannot be undone.',
    yes: 'Revoke for good',
    showRevoked: (count: number) => `Show revoked (${count})`,
    hideRevoked: 'Hide revoked',
  },

  auditLog: {
    changeKey: 'Change the key',
    changeKeyDetail:
      'Where somebody may have seen the key, change it. The old key signs that the new one takes its place, so verification goes on through both.',
    keyChanged: 'Changed, and noted in the audit log. Rows are signed from now on by',
    title: 'Audit log',
    keys: {
      opening: 'Looking for the key that signs the audit log.',
      keychain:
        'The audit log is signed with a key that the keychain of this system keeps: other programs cannot sign a forged log.',
      file: 'This system has no keychain, so the key that signs the audit log is a file in the data folder: every program that runs as you can read it, and could sign a forged log.',
      unavailable:
        'The audit log is not being signed: its key cannot be read. Unlock the keychain of this system and start Gatehouse again.',
    },
    fileTrouble: (detail: string) =>
      `The signed checkpoints cannot be written to their file at the moment (${detail}). Nothing is lost: Gatehouse tries again by itself.`,
  },

  about: {
    title: 'About',
    version: 'Version',
    dataFolder: 'Data folder',
    open: 'Open',
    log: 'Log',
    electron: 'Electron',
    chromium: 'Chromium',
    node: 'Node',
    system: 'System',
    unknown: 'Not known',
    reportTitle: 'Report a problem',
    report:
      'Say what you did, what you expected and what happened, and add the versions above and the last lines of the log. Read the lines first: they may name your agents and files. Gatehouse sends nothing by itself.',
    copy: 'Copy the versions',
  },

  contents: 'Parts of Settings',

  startup: {
    title: 'Start',
    label: 'Start at login',
    detail: 'Without a window: Gatehouse waits in the tray. Agents that ask before it runs are not heard.',
  },

  data: {
    title: 'Import, export, backup',
    exportTitle: 'Export the state',
    exportDetail:
      'Limits, agents, automations, approvals and spend as one JSON file, which this or another Gatehouse imports. The audit log is not in it: export that under Audit.',
    exportButton: 'Export…',
    exported: 'Exported to',
    importTitle: 'Import a state',
    importDetail: 'All of the file is imported, or nothing of it.',
    importButton: 'Import…',
    conflictTitle: (count: number, name: string) =>
      `${countOf(count, 'thing', 'things')} in ${name} ${count === 1 ? 'is' : 'are'} here already. Nothing was imported yet.`,
    skip: 'Keep what is here',
    replace: 'Replace with the file',
    cancel: 'Import nothing',
    conflicts: 'What is here already',
    section: (section: string) => importSections[section] ?? section,
    problemsTitle: (count: number, name: string) =>
      `${name} was not imported: ${countOf(count, 'problem', 'problems')}. Nothing was changed.`,
    problems: 'Where, and what',
    imported: (name: string) => `${name} was imported.`,
    importedCounts: 'Imported',
    skipped: (count: number) => `${countOf(count, 'thing was', 'things were')} kept as they were here.`,
    replaced: (count: number) => `${countOf(count, 'thing was', 'things were')} replaced.`,
    unknown: (count: number) => `${countOf(count, 'field is', 'fields are')} unknown to Gatehouse and kept aside:`,
    more: (count: number) => `and ${formatNumber(count)} more`,
    nothingNew: 'Nothing in it was new.',
    notRead: (message: string) => `The file could not be read: ${message}`,
    notWritten: (message: string) => `The file was not written: ${message}`,
    backupTitle: 'Back up everything',
    backupDetail: 'A copy of the whole database, the audit log included, as it is at this moment.',
    restore:
      'To restore: quit Gatehouse, put the copy in the place of gatehouse.db in the data folder, and delete gatehouse.db-wal and gatehouse.db-shm beside it. Verify under Audit then says that rows after the backup are missing, because the signed checkpoints know of them.',
    backupButton: 'Back up…',
    backedUp: 'Backed up to',
  },
} as const;

/** What each kind of token is called. */
export const tokenKindNames: Readonly<Record<TokenKind, string>> = {
  operator: 'Operator',
  engine: 'Engine',
  agent: 'Agent',
};

/** A request that works as it is pasted; the file and shell see the secret, so it says where it goes. */
export function curlExample(url: string, secret: string, requesterAgentId: string | undefined): string {
  const body = JSON.stringify({
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'shell' },
    rationale: 'Trying out Gatehouse',
    action: { command: 'echo hello' },
  });
  return [
    `curl -sS ${url}/governance/approvals \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    ...(requesterAgentId === undefined ? [] : [`  -H 'x-tandem-agent-id: ${requesterAgentId}' \\`]),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}

type Cause = NonNullable<EngineStatus['cause']>;

const causeNames: Readonly<Record<Cause, string>> = {
  hook_removed: 'hook removed',
  hook_changed: 'hook changed',
  off: 'hooks turned off',
  untrusted: 'hook not trusted',
  unreadable: 'not readable',
  token: 'token revoked',
  launcher: 'hooks cannot run',
  session: 'a session without hooks',
};

/** What is said about engines and their connections. */
export const connectStrings = {
  enginesTitle: 'Agents on this machine',
  none: 'None of them is connected yet. Connected, each tool call that needs a yes comes to this desk.',
  /** `causes` has one for each that is unguarded. */
  summary: (connected: number, causes: readonly Cause[]) => {
    const all = `${countOf(connected, 'agent', 'agents')} connected`;
    const why = [...new Set(causes.map((cause) => causeNames[cause]))].join(', ');
    return causes.length === 0 ? all : `${all}, ${causes.length} unguarded (${why})`;
  },
  states: {
    not_found: 'Not found',
    not_connected: 'Not connected',
    connected: 'Connected',
    unguarded: 'Unguarded',
  },
  asks: 'Asks as',
  since: 'Connected',
  lastSeen: 'Last seen',
  strength: 'If the hook fails',
  /** What becomes of a call whose hook cannot run, and how that is changed; the plugin of opencode always blocks it. */
  strengthOf: (engine: Engine, strength: Strength) => {
    if (engine === 'opencode') return 'The tool call is blocked';
    const change = (other: Strength) => `change it with: gatehouse connect ${engine} --strength ${other}`;
    return strength === 'user'
      ? `The engine goes its own way; ${change('fail-closed')}`
      : `The tool call is blocked; ${change('user')}`;
  },
  never: 'Not yet',
  spend: 'Spend',
  spendOpen: 'This week',
  files: 'Files',
  filesToCome: 'Changes',
  connect: 'Connect',
  repair: 'Repair',
  test: 'Test',
  remove: 'Remove',
  named: (verb: string, engine: Engine) => `${verb} ${engineNames[engine]}`,
  notFoundDetail: (engine: Engine) =>
    `There is no ${engineNames[engine]} on this machine that Gatehouse can see. You can connect it all the same.`,
  removeQuestion: 'Put its files back as they were and revoke its token?',
  removeYes: 'Remove for good',
  hookTitle: 'When it asks',
  askMode: 'Asks you about',
  askModeChoices: {
    high: 'High risk only',
    engine: 'What it would ask, and high risk',
    changes: 'All that may change something',
    all: 'Every tool call',
  } satisfies Record<AskMode, string>,
  askModeDetails: {
    high: 'Everything else is left to the engine, which may ask in its terminal.',
    engine: 'What the engine itself would ask about comes here. High risk comes here in every mode of the engine.',
    changes: 'Only what just looks at something goes on without you, whatever mode the engine is in.',
    all: 'Reading a file too. This is for an engine that you do not know yet.',
  } satisfies Record<AskMode, string>,
  ifUnavailable: 'If Gatehouse does not answer',
  ifUnavailableChoices: {
    prompt: 'It asks by itself, or does nothing',
    block: 'The tool call is blocked',
    allow: 'The tool call goes on',
  } satisfies Record<IfUnavailable, string>,
  allowWarning: 'While Gatehouse is not running, nobody is asked.',
  hold: 'Wait for your answer',
  holdUnit: 'seconds',
  holdInvalid: (most: number) => `Give a whole number from 0 to ${most}.`,
  checks: 'What was tried',
  ok: 'OK',
  notOk: 'Not OK',
  close: 'Close',
  pairing: {
    title: (engine: Engine) => `${engineNames[engine]} wants to connect`,
    before: 'A program on this machine asks for it, as agent',
    after: 'Connect only if you started it and your terminal shows this code:',
    known: 'There is an agent of this name already: what this one asks will look like that one’s.',
    parent: 'Parent agent (optional)',
    parentDetail: 'The agent it works for: it is charged what this one spends, and pausing it stops this one.',
    connect: 'Connect',
    refuse: 'Refuse',
    failed: (why: string) => `Not connected: ${why}`,
  },
  unguarded: {
    title: (engine: Engine) => `${engineNames[engine]} is unguarded`,
    open: 'Open Settings',
  },
} as const;

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
